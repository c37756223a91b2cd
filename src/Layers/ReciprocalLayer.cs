using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>
/// Reciprocal: y = 1/x; infinite where x is 0.
/// <para>Bottom: any shape. Top: the same. Runs in place.</para>
/// <para>Backward: ∂L/∂x = −∂L/∂y · y², which is −∂L/∂y / x².</para>
/// <para>Source: the 1/x gate of the CS231n notes; Caffe's <c>Power</c> with <c>power</c> −1.</para>
/// </summary>
[LayerType("Reciprocal")]
public sealed class ReciprocalLayer<T> : ElementwiseLayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override bool CanRunInPlace => true;

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => true;

    /// <inheritdoc/>
    protected override void Compute(ReadOnlySpan<T> x, Span<T> y) => TensorPrimitives.Reciprocal(x, y);

    /// <inheritdoc/>
    protected override void ComputeGradient(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx) =>
        VectorKernel.Apply(new Gradient(), y, dy, dx);

    private readonly struct Gradient : IPairKernel<T>
    {
        public Vector<T> Of(Vector<T> y, Vector<T> dy) => -dy * y * y;
    }
}
