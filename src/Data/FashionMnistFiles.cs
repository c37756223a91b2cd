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

    /// <summary>The names that the full set's files may have: packed or not.</summary>
    public static IReadOnlyList<string> FileNames => MnistFormat.NamesPackedOrNot;

    /// <summary>The classes by number.</summary>
    public static IReadOnlyList<string> ClassNames { get; } =
        ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    /// <summary>The embedded part; unpacked once in a process.</summary>
    public static ImageSet LoadEmbedded(DataSplit split) => ImageSet.Once($"fashion_mnist/{split}", () =>
    {
        var (images, labels) = MnistFormat.NamesOf(split);
        return IdxFile.ToImages("embedded Fashion-MNIST", FromResource(images), FromResource(labels), ClassNames);
    });

    /// <summary>The full set, from the first of the <see cref="DataLocations"/> that has it; read once in a
    /// process.</summary>
    /// <exception cref="DataException">It is not found, incomplete or damaged.</exception>
    public static ImageSet LoadFull(DataSplit split)
    {
        var folder = DataLocations.FindFolder(FolderName, FileNames)
            ?? throw DataLocations.Missing("the full Fashion-MNIST", $"{FolderName}/{MnistFormat.Names[0]}.gz",
                $"Install it with: nf data install {DataSets.FashionMnist.Name} (Debian's package "
                + "dataset-fashion-mnist has it: --from /usr/share/datasets/fashion-mnist), or leave out \"full\": a "
                + "part of the set is embedded.");
        return ImageSet.Once($"fashion_mnist/{split}/{folder}", () => Read(folder, split));
    }

    /// <summary>Reads the files of a folder, packed or not.</summary>
    /// <exception cref="DataException">A file is missing or damaged.</exception>
    public static ImageSet Read(string folder, DataSplit split) => MnistFormat.Read(folder, split, ClassNames);

    private static IdxFile FromResource(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name + ".gz")!;
        return IdxFile.Read(stream, name);
    }
}
