using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>
/// Binomial normal log likelihood, also called softplus: y = ln(1 + eˣ), computed as max(0, x) + ln(1 + e^−|x|), which
/// never overflows.
/// <para>Bottom: any shape. Top: the same. Runs in place.</para>
/// <para>Backward: ∂L/∂x = ∂L/∂y · (1 − e⁻ʸ), which is the sigmoid of x.</para>
/// <para>Source: Caffe's <c>BNLL</c>.</para>
/// </summary>
[LayerType("BNLL")]
public sealed class BNLLLayer<T> : ElementwiseLayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override bool CanRunInPlace => true;

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => true;

    /// <inheritdoc/>
    protected override void Compute(ReadOnlySpan<T> x, Span<T> y)
    {
        // In pieces: in place, the logarithms need memory of their own.
        Span<T> piece = stackalloc T[256];
        for (var i = 0; i < x.Length; i += piece.Length)
        {
            var of = x.Slice(i, Math.Min(piece.Length, x.Length - i));
            var result = y.Slice(i, of.Length);
            var logarithm = piece[..of.Length];
            TensorPrimitives.Abs(of, logarithm);
            TensorPrimitives.Negate(logarithm, logarithm);
            TensorPrimitives.Exp(logarithm, logarithm);
            TensorPrimitives.LogP1(logarithm, logarithm);
            TensorPrimitives.Max(of, T.Zero, result);
            TensorPrimitives.Add(result, logarithm, result);
        }
    }

    /// <inheritdoc/>
    protected override void ComputeGradient(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
    {
        Span<T> piece = stackalloc T[256];
        for (var i = 0; i < y.Length; i += piece.Length)
        {
            var of = y.Slice(i, Math.Min(piece.Length, y.Length - i));
            var slope = piece[..of.Length];
            TensorPrimitives.Negate(of, slope);
            TensorPrimitives.ExpM1(slope, slope);
            TensorPrimitives.Negate(slope, slope);
            TensorPrimitives.Multiply(dy.Slice(i, of.Length), slope, dx.Slice(i, of.Length));
        }
    }
}
