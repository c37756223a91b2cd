using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>
/// Gaussian error linear unit, exact: y = x · Φ(x), where Φ(x) = (1 + erf(x / √2)) / 2 is the distribution function of
/// the standard normal.
/// <para>Bottom: any shape. Top: the same.</para>
/// <para>Backward: ∂L/∂x = ∂L/∂y · (Φ(x) + x · φ(x)) with the density φ(x) = e^(−x²/2) / √(2π).</para>
/// <para>Source: Hendrycks and Gimpel 2016; Caffe has none. Φ is computed in double whatever the element type.</para>
/// </summary>
[LayerType("GELU")]
public sealed class GELULayer<T> : ElementwiseLayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override bool BackwardReadsTopData => false;

    /// <inheritdoc/>
    protected override void Compute(ReadOnlySpan<T> x, Span<T> y)
    {
        for (var i = 0; i < x.Length; i++)
        {
            var value = double.CreateTruncating(x[i]);
            y[i] = T.CreateTruncating(value * Distribution(value));
        }
    }

    /// <inheritdoc/>
    protected override void ComputeGradient(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
    {
        for (var i = 0; i < x.Length; i++)
        {
            var value = double.CreateTruncating(x[i]);
            dx[i] = dy[i] * T.CreateTruncating(Distribution(value) + value * Density(value));
        }
    }

    private static double Distribution(double x) => 0.5 * (1 + ErrorFunction.Of(x * Math.Sqrt(0.5)));

    private static double Density(double x) => Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI);
}
