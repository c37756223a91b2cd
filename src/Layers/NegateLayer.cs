using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>
/// Negation: y = −x.
/// <para>Bottom: any shape. Top: the same. Runs in place.</para>
/// <para>Backward: ∂L/∂x = −∂L/∂y.</para>
/// <para>Source: the ∗−1 gate of the CS231n notes; Caffe's <c>Power</c> with <c>scale</c> −1.</para>
/// </summary>
[LayerType("Negate")]
public sealed class NegateLayer<T> : ElementwiseLayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override bool CanRunInPlace => true;

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => false;

    /// <inheritdoc/>
    protected override void Compute(ReadOnlySpan<T> x, Span<T> y) => TensorPrimitives.Negate(x, y);

    /// <inheritdoc/>
    protected override void ComputeGradient(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx) =>
        TensorPrimitives.Negate(dy, dx);
}
