using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="ClipLayer{T}"/>.</summary>
public sealed record ClipOptions : LayerOptions
{
    /// <summary>The smallest output.</summary>
    public required double Min { get; init; }

    /// <summary>The largest output.</summary>
    public required double Max { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<string> Problems()
    {
        if (Min > Max)
            yield return $"members 'min' and 'max': received {Min} and {Max}, allowed: min at most max";
    }
}

/// <summary>
/// Limits values: y = min(max, max(min, x)).
/// <para>Bottom: any shape. Top: the same.</para>
/// <para>Backward: ∂L/∂x = ∂L/∂y where min ≤ x ≤ max, 0 elsewhere.</para>
/// <para>Source: Caffe's <c>Clip</c>.</para>
/// </summary>
[LayerType("Clip")]
public sealed class ClipLayer<T>(ClipOptions options) : ElementwiseLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T min = T.CreateTruncating(options.Min);
    private readonly T max = T.CreateTruncating(options.Max);

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => false;

    /// <inheritdoc/>
    protected override void Compute(ReadOnlySpan<T> x, Span<T> y)
    {
        TensorPrimitives.Max(x, min, y);
        TensorPrimitives.Min(y, max, y);
    }

    /// <inheritdoc/>
    protected override void ComputeGradient(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx) =>
        VectorKernel.Apply(new Gradient(min, max), x, dy, dx);

    private readonly struct Gradient(T min, T max) : IPairKernel<T>
    {
        private readonly Vector<T> min = new(min);
        private readonly Vector<T> max = new(max);

        public Vector<T> Of(Vector<T> x, Vector<T> dy) => Vector.ConditionalSelect(
            Vector.GreaterThanOrEqual(x, min) & Vector.LessThanOrEqual(x, max), dy, Vector<T>.Zero);
    }
}
