using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="InputLayer{T}"/>.</summary>
public sealed record InputOptions : LayerOptions
{
    /// <summary>The shape of every top; when left out, a scalar for one value and a vector for several.</summary>
    public Shape? Shape { get; init; }

    /// <summary>The values of the first top, row-major; zeros when left out.</summary>
    public OneOrMany<double>? Values { get; init; }

    /// <summary>Whether the values of each top are a parameter, which learns.</summary>
    public bool Trainable { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<string> Problems()
    {
        if (Shape is null && Values is null)
            yield return "received neither of the members 'shape' and 'values', allowed: one of them or both";
        else if (Values is not null && Values.Count != TopShape().Size)
            yield return $"member 'values': received {Values.Count}, allowed: {TopShape().Size} for the shape {TopShape()}";
    }

    internal Shape TopShape() => Shape ?? (Values is null or { Count: 1 } ? NeuralFramework.Shape.Scalar : [Values.Count]);
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
public sealed class InputLayer<T>(InputOptions options) : SourceLayer<T>(options.Trainable)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override BlobCount Tops => BlobCount.AtLeast(1);

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        foreach (var blob in top)
            blob.Reshape(options.TopShape());
    }

    private protected override Filler FillerOf(int index, Blob<T> top)
    {
        if (index > 0 || options.Values is not { } values)
            return new ConstantFiller();
        return values.Count == top.Count
            ? new ValuesFiller(values)
            : throw ShapeError($"{values.Count} values", $"{top.Count} for the shape {top.Shape}");
    }
}
