namespace NeuralFramework.Data;

/// <summary>
/// Reads CIFAR-10 (Krizhevsky 2009, "Learning multiple layers of features from tiny images") in its binary version: in
/// each file records of 1 label byte, 0 … 9, and 3,072 pixel bytes, the planes red, green and blue of 32×32, row-major.
/// </summary>
public static class Cifar10Files
{
    /// <summary>The folder of the files in the official archive.</summary>
    public const string FolderName = "cifar-10-batches-bin";

    private const int Channels = 3;
    private const int Side = 32;
    private const int ImageSize = Channels * Side * Side;
    private const int RecordSize = 1 + ImageSize;

    // Small enough to stay in the second-level cache between being read and being taken apart.
    private const int RecordsPerRead = 64;

    /// <summary>The files of the training set, in order.</summary>
    public static IReadOnlyList<string> TrainFiles { get; } =
        ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"];

    /// <summary>The files of the test set.</summary>
    public static IReadOnlyList<string> TestFiles { get; } = ["test_batch.bin"];

    /// <summary>The classes by number.</summary>
    public static IReadOnlyList<string> ClassNames { get; } =
        ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    /// <summary>The set, from the first of the <see cref="DataLocations"/> that has it; read once in a
    /// process.</summary>
    /// <exception cref="DataException">It is not found, incomplete or damaged.</exception>
    public static ImageSet Load(DataSplit split)
    {
        var folder = DataLocations.Find(FolderName, [.. TrainFiles, .. TestFiles])
            ?? throw DataLocations.Missing($"data set {DataSets.Cifar10.Name}", $"{FolderName}/ or its files",
                $"Install it with: nf data install {DataSets.Cifar10.Name}");
        return ImageSet.Once($"cifar10/{split}/{folder}", () => Read(folder, split));
    }

    /// <summary>Reads the files of a folder.</summary>
    /// <exception cref="DataException">A file is missing, cannot be read, is not a whole number of records, or has a
    /// record with a label above 9: names file, record and offset.</exception>
    public static ImageSet Read(string folder, DataSplit split)
    {
        var names = split == DataSplit.Train ? TrainFiles : TestFiles;
        var paths = names.Select(name => Path.Combine(folder, name)).ToArray();
        var starts = new int[paths.Length + 1];
        for (var i = 0; i < paths.Length; i++)
        {
            var total = starts[i] + CountRecords(paths[i]);
            if (total > Array.MaxLength / ImageSize)
                throw new DataException($"{paths[i]}: received {total} records up to its end, allowed: at most "
                    + $"{Array.MaxLength / ImageSize}");
            starts[i + 1] = (int)total;
        }
        var pixels = GC.AllocateUninitializedArray<byte>(starts[^1] * ImageSize);
        var labels = new byte[starts[^1]];
        var work = new ReadWork(paths, starts, pixels, labels);
        WorkPool.For(paths.Length, 1, ref work);
        return new ImageSet(folder, Channels, Side, Side, pixels, labels, ClassNames);
    }

    private static long CountRecords(string path)
    {
        var size = DataFile.SizeOf(path);
        if (size == 0)
            throw new DataException($"{path}: received an empty file, allowed: records of {RecordSize} bytes");
        var (records, rest) = Math.DivRem(size, RecordSize);
        if (rest != 0)
            throw new DataException($"{path}: record {records} at offset {records * RecordSize}: received "
                + $"{rest} bytes and the end of the file, allowed: {RecordSize} bytes a record");
        return records;
    }

    private static void ReadRecords(string path, Memory<byte> pixels, Memory<byte> labels) =>
        DataFile.Reading(path, file => Split(file, path, pixels.Span, labels.Span));

    private static void Split(Stream file, string path, Span<byte> pixels, Span<byte> labels)
    {
        var buffer = new byte[RecordsPerRead * RecordSize];
        for (var first = 0; first < labels.Length; first += RecordsPerRead)
        {
            var count = Math.Min(RecordsPerRead, labels.Length - first);
            file.ReadExactly(buffer, 0, count * RecordSize);
            for (var i = 0; i < count; i++)
            {
                var record = buffer.AsSpan(i * RecordSize, RecordSize);
                if (record[0] >= ClassNames.Count)
                    throw new DataException($"{path}: record {first + i} at offset {(long)(first + i) * RecordSize}: "
                        + $"received the label {record[0]}, allowed: 0 to {ClassNames.Count - 1}");
                labels[first + i] = record[0];
                record[1..].CopyTo(pixels.Slice((first + i) * ImageSize, ImageSize));
            }
        }
    }

    private readonly struct ReadWork(string[] paths, int[] starts, byte[] pixels, byte[] labels) : IRangeWork
    {
        public void Run(int from, int to)
        {
            for (var i = from; i < to; i++)
            {
                var (start, count) = (starts[i], starts[i + 1] - starts[i]);
                ReadRecords(paths[i], pixels.AsMemory(start * ImageSize, count * ImageSize),
                    labels.AsMemory(start, count));
            }
        }
    }
}
