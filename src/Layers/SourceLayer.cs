using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>What the options of <see cref="SourceLayer{T}"/>s have in common.</summary>
public abstract record SourceOptions : LayerOptions
{
    /// <summary>The shape of every top; when left out, a scalar, or a vector of the values if there are several.</summary>
    public Shape? Shape { get; init; }

    /// <summary>The values of the first top, row-major; zeros when left out.</summary>
    public OneOrMany<double>? Values { get; init; }

    /// <summary>Whether the values of each top are a parameter, which learns.</summary>
    public bool Trainable { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<string> Problems()
    {
        if (Values is not null && Values.Count != TopShape().Size)
            yield return $"member 'values': received {Values.Count}, allowed: {TopShape().Size} for the shape {TopShape()}";
    }

    internal Shape TopShape() =>
        Shape ?? (Values is null or { Count: 1 } ? NeuralFramework.Shape.Scalar : [Values.Count]);
}

/// <summary>Base of layers without a bottom, whose tops keep the values that they start with, and may learn them: then
/// each top's values are a parameter.</summary>
public abstract class SourceLayer<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly SourceOptions options;

    private protected SourceLayer(SourceOptions options) => this.options = options;

    /// <inheritdoc/>
    public sealed override BlobCount Bottoms => BlobCount.Exactly(0);

    // The values are not written anew in each pass: a layer that overwrote them would spoil those of the next.
    /// <inheritdoc/>
    public sealed override bool BackwardReadsTopData => true;

    /// <inheritdoc/>
    public override void SetUp(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        base.SetUp(bottom, top);
        for (var i = 0; i < top.Count; i++)
        {
            var filler = i == 0 && options.Values is { } values ? FillerOf(values, top[i]) : FillerWithoutValues;
            if (options.Trainable)
                top[i].ShareData(AddParameter(top[i].Shape, filler));
            else
                filler.Fill(top[i], RandomStream.Create(Context.Seed, $"{Name}/{i}"));
        }
    }

    /// <inheritdoc/>
    public sealed override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        foreach (var blob in top)
            blob.Reshape(options.TopShape());
    }

    /// <summary>Does nothing but for a parameter that has been shared with another layer: takes its values.</summary>
    /// <exception cref="ShapeException">A top whose values are learned was given another shape.</exception>
    public sealed override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        for (var i = 0; i < Parameters.Count; i++)
        {
            if (!top[i].Shape.Equals(Parameters[i].Shape))
                throw ShapeError($"the top {top[i]}", $"the shape {Parameters[i].Shape} of its parameter");
            Parameters[i].Data.CopyTo(top[i].Data);
        }
    }

    /// <summary>Adds the tops' gradients to those of the parameters, if the values are learned.</summary>
    public sealed override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        for (var i = 0; i < Parameters.Count; i++)
            if (Parameters[i].NeedsGradient)
                TensorPrimitives.Add(Parameters[i].Diff, top[i].Diff, Parameters[i].Diff);
    }

    /// <summary>What a top starts with that has no values of its own.</summary>
    private protected virtual Filler FillerWithoutValues => new ConstantFiller();

    private ValuesFiller FillerOf(OneOrMany<double> values, Blob<T> top) => values.Count == top.Count
        ? new ValuesFiller { Values = values }
        : throw ShapeError($"{values.Count} values", $"{top.Count} for the shape {top.Shape}");
}
