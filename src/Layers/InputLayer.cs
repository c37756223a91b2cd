using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="InputLayer{T}"/>.</summary>
public sealed record InputOptions : LayerOptions
{
    /// <summary>The shape of every top.</summary>
    public required Shape Shape { get; init; }

    /// <summary>The values of the first top, row-major; zeros when left out.</summary>
    public OneOrMany<double>? Values { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<string> Problems()
    {
        if (Values is not null && Values.Count != Shape.Size)
            yield return $"member 'values': received {Values.Count}, allowed: {Shape.Size} for the shape {Shape}";
    }
}

/// <summary>
/// Gives a net values from outside: a program writes them into <see cref="Blob{T}.Data"/> of a top, where they stay
/// until it writes others. It may reshape the top as well: the layers behind follow.
/// <para>Bottoms: none. Tops: one or more, each of the shape <c>shape</c>; several shapes take several layers.</para>
/// <para>Backward: nothing.</para>
/// <para>Source: Caffe's <c>Input</c>, which has no <c>values</c> and takes a shape for each top.</para>
/// </summary>
[LayerType("Input")]
public sealed class InputLayer<T>(InputOptions options) : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override BlobCount Bottoms => BlobCount.Exactly(0);

    /// <inheritdoc/>
    public override BlobCount Tops => BlobCount.AtLeast(1);

    // The values are not written anew in each pass: a layer that overwrote them would spoil those of the next.
    /// <inheritdoc/>
    public override bool BackwardReadsTopData => true;

    /// <inheritdoc/>
    public override void SetUp(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        base.SetUp(bottom, top);
        if (options.Values is not { } values)
            return;
        if (values.Count != top[0].Count)
            throw ShapeError($"{values.Count} values", $"{top[0].Count} for the shape {options.Shape}");
        for (var i = 0; i < values.Count; i++)
            top[0].Data[i] = T.CreateTruncating(values[i]);
    }

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        foreach (var blob in top)
            blob.Reshape(options.Shape);
    }

    /// <summary>Does nothing: the values stay.</summary>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
    }

    /// <summary>Does nothing: there is no bottom.</summary>
    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
    }
}
