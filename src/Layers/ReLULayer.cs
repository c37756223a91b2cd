using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="ReLULayer{T}"/>.</summary>
public sealed record ReLUOptions : LayerOptions
{
    /// <summary>The slope below 0; a small one makes the unit leaky.</summary>
    public double NegativeSlope { get; init; }
}

/// <summary>
/// Rectified linear unit: y = max(0, x) + negative_slope · min(0, x).
/// <para>Bottom: any shape. Top: the same. Runs in place unless <c>negative_slope</c> is below 0: then the sign of the
/// output no longer tells that of the input.</para>
/// <para>Backward: ∂L/∂x = ∂L/∂y where x &gt; 0, negative_slope · ∂L/∂y elsewhere, 0 included.</para>
/// <para>Source: Caffe's <c>ReLU</c> (Nair and Hinton 2010; leaky: Maas et al. 2013). Caffe runs a negative slope in
/// place too, with wrong gradients; here it is refused.</para>
/// </summary>
[LayerType("ReLU")]
public sealed class ReLULayer<T>(ReLUOptions options) : ElementwiseLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T slope = T.CreateTruncating(options.NegativeSlope);

    /// <inheritdoc/>
    public override bool CanRunInPlace => options.NegativeSlope >= 0;

    // Backward reads the bottom. Run in place, that is the top as well, so nobody may overwrite the top then.
    /// <inheritdoc/>
    public override bool BackwardReadsTopData => CanRunInPlace;

    /// <inheritdoc/>
    protected override void Compute(ReadOnlySpan<T> x, Span<T> y)
    {
        if (slope == T.Zero)
            TensorPrimitives.Max(x, T.Zero, y);
        else
            VectorKernel.Apply(new Rectify(slope), x, x, y);
    }

    /// <inheritdoc/>
    protected override void ComputeGradient(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx) =>
        VectorKernel.Apply(new Rectify(slope), x, dy, dx);

    private readonly struct Rectify(T slope) : IPairKernel<T>
    {
        private readonly Vector<T> slope = new(slope);

        public Vector<T> Of(Vector<T> condition, Vector<T> value) =>
            Vector.ConditionalSelect(Vector.GreaterThan(condition, Vector<T>.Zero), value, slope * value);
    }
}
