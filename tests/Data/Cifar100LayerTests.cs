using NeuralFramework.Data;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class Cifar100LayerTests
{
    private const int RecordSize = 3074;

    private DataFolder folder = null!;

    [SetUp]
    public void WriteSmallSet()
    {
        folder = new DataFolder();
        folder.Write("cifar-100-binary/train.bin", Records(4, 1));
        folder.Write("cifar-100-binary/test.bin", Records(2, 2));
    }

    [TearDown]
    public void RemoveSmallSet() => folder.Dispose();

    // Record i has the coarse label i and the fine label 10 · i + 9.
    private static byte[] Records(int count, int seed)
    {
        var bytes = new byte[count * RecordSize];
        new Random(seed).NextBytes(bytes);
        for (var i = 0; i < count; i++)
            (bytes[i * RecordSize], bytes[i * RecordSize + 1]) = ((byte)i, (byte)(10 * i + 9));
        return bytes;
    }

    private void ExpectError(byte[] train, string message)
    {
        folder.Write("cifar-100-binary/train.bin", train);
        Assert.That(() => Cifar100Files.Read(folder.In("cifar-100-binary"), DataSplit.Train, Cifar100Label.Fine),
            Throws.TypeOf<DataException>().With.Message
                .EqualTo($"{folder.In("cifar-100-binary", "train.bin")}: {message}"));
    }

    [Test]
    public void Records_are_taken_apart_and_the_fine_label_is_served()
    {
        var layer = new Cifar100Layer<double>(new Cifar100Options { BatchSize = 4, Scale = 1.0 });
        var served = new ServedLayer<double>(layer);
        var (data, labels) = served.Next();
        Assert.That(served.Data.Shape, Is.EqualTo(new Shape(4, 3, 32, 32)));
        Assert.That(labels, Is.EqualTo(new double[] { 9, 19, 29, 39 }));
        Assert.That(data, Is.EqualTo(Records(4, 1).Chunk(RecordSize).SelectMany(record => record[2..])
            .Select(pixel => (double)pixel)));
    }

    [Test]
    public void The_coarse_label_is_served_if_asked_for()
    {
        var options = new Cifar100Options { BatchSize = 2, Label = Cifar100Label.Coarse };
        var layer = new Cifar100Layer<float>(options);
        Assert.That(new ServedLayer<float>(layer, Phase.Test).Next().Labels, Is.EqualTo(new[] { 0f, 1 }));
        Assert.That(layer.Images!.ClassNames, Has.Count.EqualTo(20));
    }

    [Test]
    public void The_classes_have_names()
    {
        Assert.That(Cifar100Files.FineNames, Has.Count.EqualTo(100).And.Ordered.And.Unique);
        Assert.That(Cifar100Files.CoarseNames, Has.Count.EqualTo(20).And.Unique);
    }

    [Test]
    public void A_missing_set_is_an_error_with_the_command_that_installs_it()
    {
        Directory.Delete(folder.In("cifar-100-binary"), recursive: true);
        var layer = new Cifar100Layer<float>(new Cifar100Options { BatchSize = 1 });
        Assert.That(() => new ServedLayer<float>(layer), Throws.TypeOf<DataException>().With.Message
            .StartsWith("data set cifar100: not found; looked for cifar-100-binary/ or its files in")
            .And.Message.EndsWith("Install it with: nf data install cifar100"));
    }

    [Test]
    public void A_file_that_ends_within_a_record_is_an_error() =>
        ExpectError(Records(2, 1)[..4000], "record 1 at offset 3074: received 926 bytes and the end of the file, "
            + "allowed: 3074 bytes a record");

    [Test]
    public void An_empty_file_is_an_error() =>
        ExpectError([], "received an empty file, allowed: records of 3074 bytes");

    [TestCase(0, 20, "coarse label 20, allowed: 0 to 19")]
    [TestCase(1, 100, "fine label 100, allowed: 0 to 99")]
    public void A_label_without_a_class_is_an_error_whichever_is_served(int offset, byte label, string message)
    {
        var train = Records(3, 1);
        train[2 * RecordSize + offset] = label;
        ExpectError(train, $"record 2 at offset 6148: received the {message}");
    }

    [Test]
    public void A_label_word_that_is_none_is_an_error() =>
        Assert.That(() => LayerRegistry.Create<float>("Cifar100", new() { ["batch_size"] = 1, ["label"] = "fines" }),
            Throws.TypeOf<ConfigException>().With.Message.EndsWith(
                "member 'label': received \"fines\" (text), allowed: fine, coarse; did you mean 'fine'?"));

    [Test]
    public void What_is_installed_is_verified_by_the_labels_of_all_records()
    {
        var set = folder.In("cifar-100-binary");
        Assert.That(() => DataSets.Cifar100.Verify!(set), Throws.Nothing);
        var test = Records(2, 2);
        test[RecordSize] = 20;
        folder.Write("cifar-100-binary/test.bin", test);
        Assert.That(() => DataSets.Cifar100.Verify!(set), Throws.TypeOf<DataException>().With.Message.EqualTo(
            $"{folder.In("cifar-100-binary", "test.bin")}: record 1 at offset 3074: received the coarse label 20, "
                + "allowed: 0 to 19"));
    }
}
