using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace NeuralFramework.Data;

/// <summary>
/// The GNU Collaborative International Dictionary of English (Webster's of 1913 and more, GPL) as a text: definitions and
/// quotations, with an empty line between paragraphs. It is made from the file of Debian's package <c>dict-gcide</c>;
/// pronunciations, marks of sources and bytes that are no text are left out.
/// </summary>
public static partial class GcideFiles
{
    /// <summary>The folder of the text in a data folder.</summary>
    public const string FolderName = "gcide";

    /// <summary>The file of the text.</summary>
    public const string FileName = "gcide.txt";

    /// <summary>Debian's package that has the dictionary.</summary>
    public const string PackageName = "dict-gcide";

    /// <summary>Where an installed package has its file.</summary>
    public const string PackageFile = "/usr/share/dictd/gcide.dict.dz";

    /// <summary>The text of the package's file; a file that is not packed is handed on, as it may be the text
    /// itself.</summary>
    /// <exception cref="DataException">There is no such file, or it is damaged.</exception>
    internal static Stream Convert(string path)
    {
        var bytes = new MemoryStream();
        var isPacked = false;
        DataFile.Reading(path, file =>
        {
            file.CopyTo(bytes);
            isPacked = bytes.Length > 2 && bytes.GetBuffer() is [0x1F, 0x8B, ..];
            if (!isPacked)
                return;
            bytes.Position = 0;
            using var unpacker = new GZipStream(bytes, CompressionMode.Decompress);
            var unpacked = new MemoryStream();
            unpacker.CopyTo(unpacked);
            bytes = unpacked;
        });
        bytes.Position = 0;
        if (!isPacked)
            return bytes;
        // What is no text is a word's border.
        var text = Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length).Replace('\uFFFD', ' ');
        return new MemoryStream(Encoding.UTF8.GetBytes(Marks().Replace(text, " ")));
    }

    // \Ab"so*lute\, [1913 Webster], [PJC]: within a line.
    [GeneratedRegex(@"\\[^\\\n]*\\|\[(1913 Webster|PJC|WordNet[^\]\n]*|Webster 1913[^\]\n]*|Century[^\]\n]*)\]")]
    private static partial Regex Marks();
}
