using System.Numerics;

namespace NeuralFramework.Data;

/// <summary>The options of <see cref="FashionMnistLayer{T}"/>.</summary>
public sealed record FashionMnistOptions : KnownImagesOptions
{
    /// <summary>Whether to serve the full set of 60,000 and 10,000 images, which <c>nf data install fashion_mnist</c>
    /// puts into <c>fashion-mnist/</c> in a data folder; else the embedded part of 6,000 and 2,000.</summary>
    public bool Full { get; init; }
}

/// <summary>
/// Serves Fashion-MNIST, grey images of clothes in ten classes: data N×1×28×28, each value (pixel − mean) ·
/// scale; label N. No bottoms, no gradients. A part of the set is embedded, so nothing has to be installed.
/// </summary>
[LayerType("FashionMnist")]
public sealed class FashionMnistLayer<T>(FashionMnistOptions options) : KnownImagesLayer<T>(options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly bool isFull = options.Full;

    /// <inheritdoc/>
    public override ImageFormat Format => new(1, 28, 28, FashionMnistFiles.ClassNames);

    /// <inheritdoc/>
    protected override ImageSet LoadSplit(DataSplit split) =>
        isFull ? FashionMnistFiles.LoadFull(split) : FashionMnistFiles.LoadEmbedded(split);
}
