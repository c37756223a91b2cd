namespace NeuralFramework.Data;

/// <summary>One of the label bytes in front of an image.</summary>
/// <param name="Name">How messages name it.</param>
/// <param name="ClassNames">The classes by number.</param>
internal readonly record struct CifarLabel(string Name, IReadOnlyList<string> ClassNames);

/// <summary>Reads the binary format of CIFAR: records of one label byte or more, then 3,072 pixel bytes, the planes
/// red, green and blue of 32×32, row-major.</summary>
/// <param name="folder">The folder of the files.</param>
/// <param name="labels">The label bytes of a record.</param>
/// <param name="served">Which of them is the label of the set.</param>
internal sealed class CifarReader(string folder, CifarLabel[] labels, int served)
{
    private const int Channels = 3;
    private const int Side = 32;
    private const int ImageSize = Channels * Side * Side;

    // Small enough to stay in the second-level cache between being read and being taken apart.
    private const int RecordsPerRead = 64;

    private readonly int recordSize = labels.Length + ImageSize;

    /// <summary>Reads files as one set.</summary>
    /// <exception cref="DataException">A file is missing, cannot be read, is not a whole number of records, or has a
    /// record with a label out of range: names file, record and offset.</exception>
    public ImageSet Read(IReadOnlyList<string> names)
    {
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
        var classes = new byte[starts[^1]];
        var work = new ReadWork(this, paths, starts, pixels, classes);
        WorkPool.For(paths.Length, 1, ref work);
        return new ImageSet(folder, Channels, Side, Side, pixels, classes, labels[served].ClassNames);
    }

    private long CountRecords(string path)
    {
        var size = DataFile.SizeOf(path);
        if (size == 0)
            throw new DataException($"{path}: received an empty file, allowed: records of {recordSize} bytes");
        var (records, rest) = Math.DivRem(size, recordSize);
        if (rest != 0)
            throw new DataException($"{path}: record {records} at offset {records * recordSize}: received "
                + $"{rest} bytes and the end of the file, allowed: {recordSize} bytes a record");
        return records;
    }

    private void ReadRecords(string path, Memory<byte> pixels, Memory<byte> classes) =>
        DataFile.Reading(path, file => Split(file, path, pixels.Span, classes.Span));

    private void Split(Stream file, string path, Span<byte> pixels, Span<byte> classes)
    {
        var buffer = new byte[RecordsPerRead * recordSize];
        for (var first = 0; first < classes.Length; first += RecordsPerRead)
        {
            var count = Math.Min(RecordsPerRead, classes.Length - first);
            file.ReadExactly(buffer, 0, count * recordSize);
            for (var i = 0; i < count; i++)
            {
                var record = buffer.AsSpan(i * recordSize, recordSize);
                for (var label = 0; label < labels.Length; label++)
                    if (record[label] >= labels[label].ClassNames.Count)
                        throw new DataException($"{path}: record {first + i} at offset "
                            + $"{(long)(first + i) * recordSize}: received the {labels[label].Name} {record[label]}, "
                            + $"allowed: 0 to {labels[label].ClassNames.Count - 1}");
                classes[first + i] = record[served];
                record[labels.Length..].CopyTo(pixels.Slice((first + i) * ImageSize, ImageSize));
            }
        }
    }

    private readonly struct ReadWork(CifarReader reader, string[] paths, int[] starts, byte[] pixels, byte[] classes)
        : IRangeWork
    {
        public void Run(int from, int to)
        {
            for (var i = from; i < to; i++)
            {
                var (start, count) = (starts[i], starts[i + 1] - starts[i]);
                reader.ReadRecords(paths[i], pixels.AsMemory(start * ImageSize, count * ImageSize),
                    classes.AsMemory(start, count));
            }
        }
    }
}
