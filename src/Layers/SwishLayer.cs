using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="SwishLayer{T}"/>.</summary>
public sealed record SwishOptions : LayerOptions
{
    /// <summary>How steep the sigmoid is.</summary>
    public double Beta { get; init; } = 1;
}

/// <summary>
/// Swish, with beta 1 also called SiLU: y = x · σ(beta · x), σ the logistic sigmoid.
/// <para>Bottom: any shape. Top: the same.</para>
/// <para>Backward: ∂L/∂x = ∂L/∂y · (beta · y + s · (1 − beta · y)) with s = σ(beta · x).</para>
/// <para>Source: Caffe's <c>Swish</c> (Ramachandran et al. 2017). Caffe also runs it in place, with a copy of s.</para>
/// </summary>
[LayerType("Swish")]
public sealed class SwishLayer<T>(SwishOptions options) : ElementwiseLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T beta = T.CreateTruncating(options.Beta);

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => true;

    /// <inheritdoc/>
    protected override void Compute(ReadOnlySpan<T> x, Span<T> y)
    {
        TensorPrimitives.Multiply(x, beta, y);
        TensorPrimitives.Sigmoid(y, y);
        TensorPrimitives.Multiply(x, y, y);
    }

    /// <inheritdoc/>
    protected override void ComputeGradient(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
    {
        TensorPrimitives.Multiply(x, beta, dx);
        TensorPrimitives.Sigmoid(dx, dx);
        VectorKernel.Apply(new Slope(beta), y, dx, dx);
        TensorPrimitives.Multiply(dy, dx, dx);
    }

    private readonly struct Slope(T beta) : IPairKernel<T>
    {
        private readonly Vector<T> beta = new(beta);

        public Vector<T> Of(Vector<T> y, Vector<T> sigmoid) => beta * y + sigmoid * (Vector<T>.One - beta * y);
    }
}
