using System.Buffers.Binary;
using System.Text;
using ICSharpCode.SharpZipLib;
using ICSharpCode.SharpZipLib.Lzw;

namespace NeuralFramework.Data;

/// <summary>
/// The King James Bible (1611, public domain) as a text: 31,102 verses, each a line, with an empty line between chapters
/// and neither headings nor numbers. It is made from the file of Debian's package <c>bible-kjv-text</c>, which is that
/// of Chip Chapin's Bible Retrieval System.
/// </summary>
/// <remarks>That file: a header; at byte 84, big-endian, the length of an unpacked block, the number of blocks, and
/// where the blocks begin and the last one ends; a magic number; then the blocks, each as Unix's <c>compress</c> packs
/// it, but without the magic number. Unpacked they are a line of title and lines such as <c>Ge1:1 In the beginning
/// …</c>.</remarks>
public static class BibleFiles
{
    /// <summary>The folder of the text in a data folder.</summary>
    public const string FolderName = "bible_kjv";

    /// <summary>The file of the text.</summary>
    public const string FileName = "bible-kjv.txt";

    /// <summary>Debian's package that has the Bible.</summary>
    public const string PackageName = "bible-kjv-text";

    /// <summary>Where an installed package has its file.</summary>
    public const string PackageFile = "/usr/lib/bible.data";

    private const int TableOffset = 84;
    private const int LongestBlock = 1 << 20;

    // The file is of 1.7 MB and unpacks to 4.4 MB.
    private const long LongestFile = 1 << 26;

    private static ReadOnlySpan<byte> Magic => [0x1F, 0x9D, 0x90];

    /// <summary>The text of the package's file; a file that is not of its format is handed on, as it may be the text
    /// itself.</summary>
    /// <exception cref="DataException">There is no such file, or it is damaged.</exception>
    internal static Stream Convert(string path)
    {
        if (DataFile.SizeOf(path) > LongestFile)
            throw new DataException($"{path}: received {DataFile.SizeOf(path):N0} bytes, allowed: the file of "
                + $"{PackageName} or the text made of it");
        byte[] bytes = [];
        DataFile.Reading(path, file =>
        {
            bytes = new byte[file.Length];
            file.ReadExactly(bytes);
        });
        return new MemoryStream(bytes.AsSpan().StartsWith("EC02"u8) ? ToText(Unpack(bytes, path), path) : bytes);
    }

    private static string Unpack(byte[] file, string path)
    {
        var (size, count) = (Number(0), Number(1));
        if (size is < 1 or > LongestBlock || (uint)count > file.Length / sizeof(int))
            throw Damaged(path, $"received {count} blocks of {size} bytes");
        var text = new MemoryStream();
        for (var block = 0; block < count; block++)
        {
            var (start, end) = (Number(2 + block), Number(3 + block));
            if (start < 0 || end < start || end > file.Length)
                throw Damaged(path, $"received block {block} from {start} to {end} of {file.Length}");
            UnpackBlock(file.AsSpan(start, end - start), text, path);
            if (block < count - 1 ? text.Length != (block + 1L) * size : text.Length > (long)count * size)
                throw Damaged(path, $"received {text.Length} bytes up to block {block}, allowed: {size} a block");
        }
        return Encoding.Latin1.GetString(text.GetBuffer(), 0, (int)text.Length);

        int Number(int index)
        {
            var offset = TableOffset + sizeof(int) * index;
            return offset + sizeof(int) <= file.Length
                ? BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(offset))
                : throw Damaged(path, "received a part of its table");
        }
    }

    private static void UnpackBlock(ReadOnlySpan<byte> block, MemoryStream text, string path)
    {
        try
        {
            using var unpacker = new LzwInputStream(new MemoryStream([.. Magic, .. block]));
            var buffer = new byte[LongestBlock];
            while (unpacker.Read(buffer, 0, buffer.Length) is > 0 and var count && text.Length <= LongestFile)
                text.Write(buffer, 0, count);
        }
        catch (Exception error) when (error is SharpZipBaseException or IndexOutOfRangeException)
        {
            // The library does not look at codes before it uses them.
            throw Damaged(path, error.Message);
        }
    }

    private static byte[] ToText(string verses, string path)
    {
        var text = new StringBuilder(verses.Length);
        var chapter = "";
        foreach (var line in verses.Split('\n').Skip(1).Where(line => line.Length > 0))
        {
            var (colon, space) = (line.IndexOf(':'), line.IndexOf(' '));
            if (colon < 0 || space < colon)
                throw Damaged(path, $"received the line '{line}', allowed: such as 'Ge1:1 In the beginning'");
            if (chapter.Length > 0 && line[..colon] != chapter)
                text.Append('\n');
            chapter = line[..colon];
            text.Append(line.AsSpan(space + 1)).Append('\n');
        }
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private static DataException Damaged(string path, string received) =>
        new($"{path}: is damaged: {received}; allowed: the file of Debian's package {PackageName}");
}
