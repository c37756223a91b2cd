using System.Buffers.Binary;
using System.IO.Compression;
using NeuralFramework.Data;

namespace NeuralFramework.Tests;

/// <summary>A temporary data folder, chosen as by <c>--data</c>. While it lives, no other place has data.</summary>
internal sealed class DataFolder : TempFolder
{
    private readonly string? chosenBefore = DataLocations.Folder;
    private readonly string? variableBefore = Environment.GetEnvironmentVariable(DataLocations.Variable);
    private readonly string? cacheBefore = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");

    public DataFolder()
    {
        DataLocations.Folder = Path;
        Environment.SetEnvironmentVariable(DataLocations.Variable, null);
        Environment.SetEnvironmentVariable("XDG_CACHE_HOME", In("cache"));
    }

    public override void Dispose()
    {
        DataLocations.Folder = chosenBefore;
        Environment.SetEnvironmentVariable(DataLocations.Variable, variableBefore);
        Environment.SetEnvironmentVariable("XDG_CACHE_HOME", cacheBefore);
        base.Dispose();
    }

    /// <summary>Writes a whole CIFAR-10 of a few records a file; its folder is returned.</summary>
    public string WriteCifar(int recordsPerFile)
    {
        foreach (var (file, name) in Cifar10Files.TrainFiles.Concat(Cifar10Files.TestFiles).Index())
            Write($"{Cifar10Files.FolderName}/{name}", CifarRecords(recordsPerFile, file));
        return In(Cifar10Files.FolderName);
    }

    /// <summary>Records of random pixels; record i has the label (file + i) mod 10.</summary>
    public static byte[] CifarRecords(int count, int file)
    {
        var bytes = new byte[count * 3073];
        new Random(file).NextBytes(bytes);
        for (var i = 0; i < count; i++)
            bytes[i * 3073] = (byte)((file + i) % 10);
        return bytes;
    }

    /// <summary>An IDX file of unsigned bytes.</summary>
    public static byte[] Idx(int[] extents, byte[] values)
    {
        var header = new byte[4 + 4 * extents.Length];
        (header[2], header[3]) = (8, (byte)extents.Length);
        for (var axis = 0; axis < extents.Length; axis++)
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + 4 * axis), extents[axis]);
        return [.. header, .. values];
    }

    public static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var stream = new GZipStream(packed, CompressionLevel.Fastest))
            stream.Write(bytes);
        return packed.ToArray();
    }
}
