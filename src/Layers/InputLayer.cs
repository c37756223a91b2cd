using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="InputLayer{T}"/>.</summary>
public sealed record InputOptions : SourceOptions
{
    /// <inheritdoc/>
    public override IEnumerable<string> Problems() => Shape is null && Values is null
        ? ["received neither of the members 'shape' and 'values', allowed: one of them or both"]
        : base.Problems();
}

/// <summary>
/// Gives a net values from outside: a program writes them into <see cref="Blob{T}.Data"/> of a top, where they stay
/// until it writes others. It may reshape the top as well: the layers behind follow.
/// <para>Bottoms: none. Tops: one or more, each of the shape <c>shape</c>; several shapes take several layers.</para>
/// <para>Parameters, with <c>trainable</c>: one for each top, whose values it shares; the top cannot be reshaped
/// then.</para>
/// <para>Backward: with <c>trainable</c>, the gradient of each top is added to that of its parameter; else
/// nothing.</para>
/// <para>Source: Caffe's <c>Input</c>, which has neither <c>values</c> nor <c>trainable</c> and takes a shape for each
/// top.</para>
/// </summary>
[LayerType("Input")]
public sealed class InputLayer<T>(InputOptions options) : SourceLayer<T>(options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override BlobCount Tops => BlobCount.AtLeast(1);
}
