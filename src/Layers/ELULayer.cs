using System.ComponentModel.DataAnnotations;
using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="ELULayer{T}"/>.</summary>
public sealed record ELUOptions : LayerOptions
{
    /// <summary>What the unit falls to, negated, far below 0; 0 makes it a ReLU.</summary>
    [Range(0.0, double.MaxValue)]
    public double Alpha { get; init; } = 1;
}

/// <summary>
/// Exponential linear unit: y = x above 0, alpha · (eˣ − 1) elsewhere.
/// <para>Bottom: any shape. Top: the same. Runs in place.</para>
/// <para>Backward: ∂L/∂x = ∂L/∂y where x &gt; 0, ∂L/∂y · (y + alpha) elsewhere.</para>
/// <para>Source: Caffe's <c>ELU</c> (Clevert et al. 2016). An alpha below 0, with which the sign of y does not tell
/// that of x, is refused.</para>
/// </summary>
[LayerType("ELU")]
public sealed class ELULayer<T>(ELUOptions options) : ElementwiseLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T alpha = T.CreateTruncating(options.Alpha);

    /// <inheritdoc/>
    public override bool CanRunInPlace => true;

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => true;

    /// <inheritdoc/>
    protected override void Compute(ReadOnlySpan<T> x, Span<T> y)
    {
        // In pieces: in place, the exponentials need memory of their own.
        Span<T> piece = stackalloc T[256];
        for (var i = 0; i < x.Length; i += piece.Length)
        {
            var of = x.Slice(i, Math.Min(piece.Length, x.Length - i));
            var exponential = piece[..of.Length];
            TensorPrimitives.Min(of, T.Zero, exponential);
            TensorPrimitives.ExpM1(exponential, exponential);
            VectorKernel.Apply(new Join(alpha), of, exponential, y.Slice(i, of.Length));
        }
    }

    /// <inheritdoc/>
    protected override void ComputeGradient(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx) =>
        VectorKernel.Apply(new Gradient(alpha), y, dy, dx);

    private readonly struct Join(T alpha) : IPairKernel<T>
    {
        private readonly Vector<T> alpha = new(alpha);

        public Vector<T> Of(Vector<T> x, Vector<T> exponential) =>
            Vector.ConditionalSelect(Vector.GreaterThan(x, Vector<T>.Zero), x, alpha * exponential);
    }

    private readonly struct Gradient(T alpha) : IPairKernel<T>
    {
        private readonly Vector<T> alpha = new(alpha);

        public Vector<T> Of(Vector<T> y, Vector<T> dy) =>
            Vector.ConditionalSelect(Vector.GreaterThan(y, Vector<T>.Zero), dy, dy * (y + alpha));
    }
}
