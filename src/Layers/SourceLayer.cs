using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>Base of layers without a bottom, whose tops keep the values that they start with, and may learn them: then
/// each top's values are a parameter.</summary>
public abstract class SourceLayer<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly bool isTrainable;

    private protected SourceLayer(bool isTrainable) => this.isTrainable = isTrainable;

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
            var filler = FillerOf(i, top[i]);
            if (isTrainable)
                top[i].ShareData(AddParameter(top[i].Shape, filler));
            else
                filler.Fill(top[i], RandomStream.Create(Context.Seed, $"{Name}/{i}"));
        }
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

    /// <summary>What a top starts with.</summary>
    private protected abstract Filler FillerOf(int index, Blob<T> top);

    /// <summary>The given values, row-major.</summary>
    private protected sealed record ValuesFiller(IReadOnlyList<double> Values) : Filler
    {
        /// <inheritdoc/>
        protected override void Draw(double[] values, Shape shape, Random random)
        {
            for (var i = 0; i < values.Length; i++)
                values[i] = Values[i];
        }
    }
}
