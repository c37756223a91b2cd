using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>
/// Logistic sigmoid: y = 1 / (1 + e⁻ˣ). Where e⁻ˣ overflows to infinity, y is the 0 that it rounds to.
/// <para>Bottom: any shape. Top: the same. Runs in place.</para>
/// <para>Backward: ∂L/∂x = ∂L/∂y · y · (1 − y).</para>
/// <para>Source: Caffe's <c>Sigmoid</c>.</para>
/// </summary>
[LayerType("Sigmoid")]
public sealed class SigmoidLayer<T> : ElementwiseLayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override bool CanRunInPlace => true;

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => true;

    /// <inheritdoc/>
    protected override void Compute(ReadOnlySpan<T> x, Span<T> y) => TensorPrimitives.Sigmoid(x, y);

    /// <inheritdoc/>
    protected override void ComputeGradient(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx) =>
        VectorKernel.Apply(new SigmoidGradient<T>(), y, dy, dx);
}
