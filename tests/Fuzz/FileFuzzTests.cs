using System.Formats.Tar;
using NeuralFramework.Data;
using NeuralFramework.Solvers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>Mutated snapshots and data files, with fixed numbers to start from.</summary>
public class FileFuzzTests
{
    // What reading costs beside the file itself: buffers, and a message.
    private const long Buffers = 1 << 20;

    private TempFolder folder = null!;

    [SetUp]
    public void CreateFolder() => folder = new TempFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    private static byte[] Random(int count)
    {
        var bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    private void Run(double part, string name, byte[] original, Func<long, long> allowed, Action<string> read,
        Func<Mutator, byte[], byte[]> mutate)
    {
        var fuzz = new Fuzz();
        for (var number = 0; number < Fuzz.Cases(part); number++)
        {
            var bytes = mutate(new Mutator(number), original);
            var path = folder.Write(name, bytes);
            fuzz.Case(number, allowed(bytes.Length) + Buffers, () => read(path));
        }
        fuzz.AssertNoFaults();
    }

    [Test]
    public void Mutated_weights_are_read_or_refused_with_one_error()
    {
        var net = Net<float>.FromConfig(TrainingSets.TwoLayers(2), Phase.Train);
        net.SaveWeights(folder.In("original"));
        Run(0.15, "weights.safetensors", File.ReadAllBytes(folder.In("original")), size => 40 * size, net.LoadWeights,
            (mutator, bytes) => InHeader(mutator, bytes, mutator.Bytes));
    }

    [Test]
    public void Mutated_snapshots_are_restored_or_refused_with_one_error()
    {
        Solver<float> Make() => Solver<float>.FromConfig(TrainingSets.Sgd(momentum: 0.9), TrainingSets.TwoLayers(2));
        var trained = Make();
        trained.Step(3);
        trained.Snapshot(folder.In("original"));
        // Without its checksum, which would have every change refused at once.
        var file = SafeTensors.Load(folder.In("original"));
        file.Metadata.Remove("sha256");
        file.Save(folder.In("original"));
        var solver = Make();
        Run(0.2, "snapshot.safetensors", File.ReadAllBytes(folder.In("original")), size => 40 * size,
            path => solver.Restore(path),
            (mutator, bytes) => InHeader(mutator, bytes, mutator.BytesOrJson));
    }

    [Test]
    public void A_snapshot_with_a_changed_bit_anywhere_is_refused()
    {
        var trained = Solver<float>.FromConfig(TrainingSets.Sgd(momentum: 0.9), TrainingSets.TwoLayers(2));
        trained.Step(3);
        trained.Snapshot(folder.In("original"));
        var original = File.ReadAllBytes(folder.In("original"));
        var header = 8 + (int)BitConverter.ToInt64(original);
        for (var at = header; at < original.Length; at++)
        {
            var bytes = original.ToArray();
            bytes[at] ^= (byte)(1 << at % 8);
            Assert.That(() => trained.Restore(folder.Write("changed", bytes)), Throws.TypeOf<DataException>(),
                $"byte {at}");
        }
    }

    [Test]
    public void Mutated_CIFAR_files_are_read_or_refused_with_one_error()
    {
        var records = Random(3 * 3073);
        for (var record = 0; record < 3; record++)
            records[record * 3073] = (byte)record;
        Run(0.1, "test_batch.bin", records, size => 2 * size, _ => Cifar10Files.Read(folder.Path, DataSplit.Test),
            (mutator, bytes) => mutator.Whole(bytes));
    }

    [Test]
    public void Mutated_IDX_files_are_read_or_refused_with_one_error()
    {
        byte[] idx = [0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 5, .. Random(60)];
        Run(0.15, "images", idx, size => 2 * size, path => IdxFile.Load(path),
            (mutator, bytes) => mutator.Whole(bytes));
    }

    [Test]
    public void Mutated_packed_IDX_files_are_read_or_refused_with_one_error()
    {
        byte[] idx = [0, 0, 8, 3, 0, 0, 0, 30, 0, 0, 0, 4, 0, 0, 0, 5, .. Random(60), .. new byte[540]];
        // The packing itself is damaged, or what was packed.
        Run(0.15, "images.gz", idx, size => 1100 * size, path => IdxFile.Load(path), (mutator, bytes) =>
            mutator.Choose([true, false])
                ? DataFolder.Gzip(mutator.Whole(bytes))
                : mutator.Whole(DataFolder.Gzip(bytes)));
    }

    [Test]
    public void Mutated_CSV_files_are_read_or_refused_with_one_error()
    {
        var csv = "a,b,\"label\"\n1,2.5,0\n-3e4, 7 ,1\r\n\"4\",5,2\n"u8.ToArray();
        Run(0.15, "table.csv", csv, size => 1000 * size, path =>
        {
            var options = new CsvOptions { Path = path, BatchSize = 2, LabelColumn = "label" };
            var layer = new LayerConfig("table", options) { Top = ["x", "y"] };
            Net<float>.FromConfig(new NetConfig { Layers = [layer] }, Phase.Train);
        }, (mutator, bytes) => mutator.Whole(bytes));
    }

    [Test]
    public void Mutated_archives_are_unpacked_or_refused_with_one_error()
    {
        byte[] tar;
        using (var stream = new MemoryStream())
        {
            using (var writer = new TarWriter(stream, leaveOpen: true))
            {
                writer.WriteEntry(SmallSet.Folder("few-bin/"));
                writer.WriteEntry(SmallSet.Regular("few-bin/a.bin", [1, 2, 3]));
                writer.WriteEntry(new GnuTarEntry(TarEntryType.RegularFile, $"few-bin/{new string('x', 120)}"));
            }
            tar = stream.ToArray();
        }
        var set = SmallSet.Info with
        {
            FolderName = "few-bin", Files = [new DataSetFile("a.bin", 3, "5289df737df57326fcdd22597afb1fac")],
        };
        var target = folder.In("data");
        Run(0.1, "few.tar.gz", tar, size => 1100 * size, path =>
        {
            if (Directory.Exists(target))
                Directory.Delete(target, recursive: true);
            new DataInstaller().InstallAsync(set, target, path).GetAwaiter().GetResult();
        }, (mutator, bytes) => mutator.Choose([true, true, false])
            ? DataFolder.Gzip(mutator.Whole(bytes)) : mutator.Whole(DataFolder.Gzip(bytes)));
    }

    // Changes the JSON of a safetensors file and puts a length before it that fits; or changes the whole file.
    private static byte[] InHeader(Mutator mutator, byte[] bytes, Func<byte[], byte[]> change)
    {
        if (mutator.Choose([true, false, false]))
            return mutator.Whole(bytes);
        var length = (int)BitConverter.ToInt64(bytes);
        var header = change(bytes[8..(8 + length)]);
        return [.. BitConverter.GetBytes((long)header.Length), .. header, .. bytes[(8 + length)..]];
    }
}
