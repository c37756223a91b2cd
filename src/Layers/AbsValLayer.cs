using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>
/// Absolute value: y = |x|.
/// <para>Bottom: any shape. Top: the same.</para>
/// <para>Backward: ∂L/∂x = ∂L/∂y · sign x, 0 where x is 0.</para>
/// <para>Source: Caffe's <c>AbsVal</c>.</para>
/// </summary>
[LayerType("AbsVal")]
public sealed class AbsValLayer<T> : ElementwiseLayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override bool BackwardReadsTopData => false;

    /// <inheritdoc/>
    protected override void Compute(ReadOnlySpan<T> x, Span<T> y) => TensorPrimitives.Abs(x, y);

    /// <inheritdoc/>
    protected override void ComputeGradient(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx) =>
        SignOperator<T>.Apply(x, dy, dx);
}
