using System.Reflection;

namespace NeuralFramework.Data;

/// <summary>
/// Reads Fashion-MNIST (Xiao, Rasul, Vollgraf 2017, arXiv:1708.07747; MIT licence): grey images of 28×28 in ten
/// classes. The first 6,000 training and 2,000 test images are part of this assembly; the full set has 60,000 and
/// 10,000.
/// </summary>
public static class FashionMnistFiles
{
    /// <summary>The folder of the full set's files in a data folder.</summary>
    public const string FolderName = "fashion-mnist";

    private static readonly string[] BaseNames =
        ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

    /// <summary>The names that the full set's files may have: packed or not.</summary>
    public static IReadOnlyList<string> FileNames { get; } =
        [.. BaseNames.SelectMany(name => new[] { name + ".gz", name })];

    /// <summary>The classes by number.</summary>
    public static IReadOnlyList<string> ClassNames { get; } =
        ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    /// <summary>The embedded part; unpacked once in a process.</summary>
    public static ImageSet LoadEmbedded(DataSplit split) => ImageSet.Once($"fashion_mnist/{split}", () =>
    {
        var (images, labels) = NamesOf(split);
        return IdxFile.ToImages("embedded Fashion-MNIST", FromResource(images), FromResource(labels), ClassNames);
    });

    /// <summary>The full set, from the first of the <see cref="DataLocations"/> that has it; read once in a
    /// process.</summary>
    /// <exception cref="DataException">It is not found, incomplete or damaged.</exception>
    public static ImageSet LoadFull(DataSplit split)
    {
        var folder = DataLocations.Find(FolderName, FileNames)
            ?? throw DataLocations.Missing("the full Fashion-MNIST", $"{FolderName}/{BaseNames[0]}.gz",
                $"Copy or link its four files to {FolderName}/ in one of them (Debian: package dataset-fashion-mnist, "
                + "/usr/share/datasets/fashion-mnist), or leave out \"full\": a part of the set is embedded.");
        return ImageSet.Once($"fashion_mnist/{split}/{folder}", () => Read(folder, split));
    }

    /// <summary>Reads the files of a folder, packed or not.</summary>
    /// <exception cref="DataException">A file is missing or damaged.</exception>
    public static ImageSet Read(string folder, DataSplit split)
    {
        var (images, labels) = NamesOf(split);
        return IdxFile.ToImages(folder, FromFolder(images), FromFolder(labels), ClassNames);

        IdxFile FromFolder(string name)
        {
            var plain = Path.Combine(folder, name);
            return IdxFile.Load(File.Exists(plain) ? plain : plain + ".gz");
        }
    }

    private static (string Images, string Labels) NamesOf(DataSplit split) =>
        split == DataSplit.Train ? (BaseNames[0], BaseNames[1]) : (BaseNames[2], BaseNames[3]);

    private static IdxFile FromResource(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name + ".gz")!;
        return IdxFile.Read(stream, name);
    }
}
