using System.IO.Compression;
using System.Reflection;
using System.Text;

namespace NeuralFramework.Data;

/// <summary>Reads texts. The embedded one is the book of Genesis of the King James Bible (1611, public
/// domain).</summary>
public static class TextFile
{
    // A text and its numbers are held in memory.
    private const long LongestFile = 1 << 30;

    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>The embedded text.</summary>
    public static string Embedded { get; } = ReadEmbedded();

    /// <summary>Reads a text in UTF-8. Line ends of other systems become those of Unix, a mark of the byte order is
    /// left out.</summary>
    /// <exception cref="DataException">There is none, or it is no text in UTF-8.</exception>
    public static string Read(string path)
    {
        if (DataFile.SizeOf(path) > LongestFile)
            throw new DataException($"{path}: received {DataFile.SizeOf(path):N0} bytes, allowed: {LongestFile:N0} or "
                + "less");
        var text = "";
        DataFile.Reading(path, file =>
        {
            using var reader = new StreamReader(file, Utf8);
            try
            {
                text = reader.ReadToEnd();
            }
            catch (DecoderFallbackException error)
            {
                throw new DataException($"{path}: received bytes that are no text, allowed: UTF-8", error);
            }
        });
        return text.ReplaceLineEndings("\n");
    }

    private static string ReadEmbedded()
    {
        using var packed = Assembly.GetExecutingAssembly().GetManifestResourceStream("genesis.txt.gz")!;
        using var reader = new StreamReader(new GZipStream(packed, CompressionMode.Decompress), Utf8);
        return reader.ReadToEnd();
    }
}
