using System.Text;

namespace NeuralFramework.Data;

/// <summary>
/// WordNet 3.0 (Fellbaum 1998, its own free licence) as a text: the gloss of each synset, a paragraph each. It is made
/// from the files of Debian's package <c>wordnet-base</c>, which is also the judge of <c>nf embed evaluate</c>.
/// </summary>
public static class WordNetFiles
{
    /// <summary>The folder of the text in a data folder.</summary>
    public const string FolderName = "wordnet";

    /// <summary>The file of the text.</summary>
    public const string FileName = "wordnet-glosses.txt";

    /// <summary>Debian's package that has WordNet.</summary>
    public const string PackageName = "wordnet-base";

    /// <summary>Where an installed package has its files.</summary>
    public const string PackageFolder = "/usr/share/wordnet";

    /// <summary>The first of the files that the text is made from; the others lie beside it.</summary>
    public const string PackageFile = PackageFolder + "/data.noun";

    private static readonly string[] DataFiles = ["data.noun", "data.verb", "data.adj", "data.adv"];

    /// <summary>The glosses of the package's files; a file of another name is handed on, as it may be the text
    /// itself.</summary>
    /// <exception cref="DataException">A file is missing or cannot be read.</exception>
    internal static Stream Convert(string path)
    {
        var text = new MemoryStream();
        if (Path.GetFileName(path) != DataFiles[0])
        {
            DataFile.Reading(path, file => file.CopyTo(text));
            text.Position = 0;
            return text;
        }
        foreach (var name in DataFiles)
        {
            var file = Path.Combine(Path.GetDirectoryName(path) ?? "", name);
            DataFile.SizeOf(file);
            DataFile.Reading(file, stream =>
            {
                using var reader = new StreamReader(stream, Encoding.Latin1);
                // Lines of the licence begin with a space.
                while (reader.ReadLine() is { } line)
                    if (line.Length > 0 && line[0] != ' ' && line.IndexOf('|') is >= 0 and var bar)
                        text.Write(Encoding.UTF8.GetBytes(line[(bar + 1)..].Trim() + "\n\n"));
            });
        }
        text.Position = 0;
        return text;
    }
}
