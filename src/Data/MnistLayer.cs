using System.Numerics;

namespace NeuralFramework.Data;

/// <summary>Reads MNIST (LeCun, Bottou, Bengio, Haffner 1998, "Gradient-based learning applied to document
/// recognition"): 60,000 training and 10,000 test images, grey, of 28×28: handwritten digits.</summary>
public static class MnistFiles
{
    /// <summary>The folder of the files in a data folder.</summary>
    public const string FolderName = "mnist";

    /// <summary>The classes by number.</summary>
    public static IReadOnlyList<string> ClassNames { get; } = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

    /// <summary>The set, from the first of the <see cref="DataLocations"/> that has its folder, files packed or not;
    /// read once in a process.</summary>
    /// <exception cref="DataException">It is not found, incomplete or damaged.</exception>
    public static ImageSet Load(DataSplit split)
    {
        var folder = DataLocations.FindFolder(FolderName, MnistFormat.NamesPackedOrNot)
            ?? throw DataLocations.Missing($"data set {DataSets.Mnist.Name}",
                $"{FolderName}/{MnistFormat.Names[0]}.gz", $"Install it with: nf data install {DataSets.Mnist.Name}");
        return ImageSet.Once($"mnist/{split}/{folder}", () => MnistFormat.Read(folder, split, ClassNames));
    }
}

/// <summary>The options of <see cref="MnistLayer{T}"/>.</summary>
public sealed record MnistOptions : KnownImagesOptions;

/// <summary>
/// Serves MNIST, grey images of handwritten digits: data N×1×28×28, each value (pixel − mean) · scale; label N, the
/// digit. No bottoms, no gradients. The set is looked for in the <see cref="DataLocations"/>; <c>nf data install
/// mnist</c> installs it.
/// </summary>
[LayerType("Mnist")]
public sealed class MnistLayer<T>(MnistOptions options) : KnownImagesLayer<T>(options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override ImageFormat Format => new(1, 28, 28, MnistFiles.ClassNames);

    /// <inheritdoc/>
    protected override ImageSet LoadSplit(DataSplit split) => MnistFiles.Load(split);
}
