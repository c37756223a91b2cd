using System.Numerics;

namespace NeuralFramework.Data;

/// <summary>The options of <see cref="Cifar10Layer{T}"/>.</summary>
public sealed record Cifar10Options : KnownImagesOptions;

/// <summary>
/// Serves CIFAR-10, 50,000 training and 10,000 test images in ten classes: data N×3×32×32, each value
/// (pixel − mean) · scale; label N. No bottoms, no gradients. The set is looked for in the
/// <see cref="DataLocations"/>; <c>nf data install cifar10</c> installs it.
/// </summary>
[LayerType("Cifar10")]
public sealed class Cifar10Layer<T>(Cifar10Options options) : KnownImagesLayer<T>(options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override ImageFormat Format => new(3, 32, 32, Cifar10Files.ClassNames);

    /// <inheritdoc/>
    protected override ImageSet LoadSplit(DataSplit split) => Cifar10Files.Load(split);
}
