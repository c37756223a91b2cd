using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="ThresholdLayer{T}"/>.</summary>
public sealed record ThresholdOptions : LayerOptions
{
    /// <summary>What a value must exceed to become 1.</summary>
    public double Threshold { get; init; }
}

/// <summary>
/// Step: y = 1 where x &gt; threshold, 0 elsewhere, for NaN too.
/// <para>Bottom: any shape. Top: the same.</para>
/// <para>Backward: nothing; the slope is 0 wherever there is one.</para>
/// <para>Source: Caffe's <c>Threshold</c>.</para>
/// </summary>
[LayerType("Threshold")]
public sealed class ThresholdLayer<T>(ThresholdOptions options) : ElementwiseLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T threshold = T.CreateTruncating(options.Threshold);

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => false;

    /// <inheritdoc/>
    public override bool PropagatesTo(int bottomIndex) => false;

    /// <inheritdoc/>
    protected override void Compute(ReadOnlySpan<T> x, Span<T> y) =>
        VectorKernel.Apply(new Step(threshold), x, x, y);

    /// <inheritdoc/>
    protected override void ComputeGradient(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx) =>
        dx.Clear();

    private readonly struct Step(T threshold) : IPairKernel<T>
    {
        private readonly Vector<T> threshold = new(threshold);

        public Vector<T> Of(Vector<T> x, Vector<T> unused) =>
            Vector.ConditionalSelect(Vector.GreaterThan(x, threshold), Vector<T>.One, Vector<T>.Zero);
    }
}
