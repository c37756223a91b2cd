using System.Numerics;

namespace NeuralFramework.Data;

/// <summary>The options of <see cref="Cifar100Layer{T}"/>.</summary>
public sealed record Cifar100Options : KnownImagesOptions
{
    /// <summary>Which label is served: fine, one of 100 classes, or coarse, one of 20.</summary>
    public Cifar100Label Label { get; init; }
}

/// <summary>
/// Serves CIFAR-100, 50,000 training and 10,000 test images: data N×3×32×32, each value (pixel − mean) · scale; label
/// N, one of 100 fine or 20 coarse classes. No bottoms, no gradients. The set is looked for in the <see
/// cref="DataLocations"/>; <c>nf data install cifar100</c> installs it.
/// </summary>
[LayerType("Cifar100")]
public sealed class Cifar100Layer<T>(Cifar100Options options) : KnownImagesLayer<T>(options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Cifar100Label label = options.Label;

    /// <inheritdoc/>
    public override ImageFormat Format =>
        new(3, 32, 32, label == Cifar100Label.Coarse ? Cifar100Files.CoarseNames : Cifar100Files.FineNames);

    /// <inheritdoc/>
    protected override ImageSet LoadSplit(DataSplit split) => Cifar100Files.Load(split, label);
}
