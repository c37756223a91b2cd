using System.Formats.Tar;
using System.Security.Cryptography;
using NeuralFramework.Data;

namespace NeuralFramework.Tests;

/// <summary>A data set of two small files, and archives of it.</summary>
internal static class SmallSet
{
    public static readonly byte[] A = Bytes(1, 300_000);
    public static readonly byte[] B = Bytes(2, 1_000);

    public static DataSetInfo Info { get; } = new()
    {
        Name = "small",
        Description = "two files",
        FolderName = "small-bin",
        Url = new Uri("http://127.0.0.1:1/small.tar.gz"),
        Files = [File("a.bin", A), File("b.bin", B)],
    };

    /// <summary>A whole archive, with files that nobody needs among the others.</summary>
    public static byte[] Archive { get; } =
        Pack(Folder("small-bin/"), Regular("small-bin/a.bin", A), Regular("small-bin/readme.html", B),
            Regular("small-bin/b.bin", B));

    public static byte[] Pack(params TarEntry[] entries)
    {
        using var tar = new MemoryStream();
        using (var writer = new TarWriter(tar))
            foreach (var entry in entries)
                writer.WriteEntry(entry);
        return DataFolder.Gzip(tar.ToArray());
    }

    public static TarEntry Regular(string name, byte[] bytes) =>
        new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(bytes) };

    public static TarEntry Folder(string name) => new PaxTarEntry(TarEntryType.Directory, name);

    public static TarEntry Link(TarEntryType type, string name, string target) =>
        new PaxTarEntry(type, name) { LinkName = target };

    private static DataSetFile File(string name, byte[] bytes) =>
        new(name, bytes.Length, Convert.ToHexStringLower(MD5.HashData(bytes)));

    private static byte[] Bytes(int seed, int count)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
