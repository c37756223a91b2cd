using System.Numerics;
using System.Runtime.InteropServices;

namespace NeuralFramework.Layers;

/// <summary>
/// Gaussian error linear unit, exact: y = x · Φ(x), where Φ(x) = (1 + erf(x / √2)) / 2 is the distribution function of
/// the standard normal.
/// <para>Bottom: any shape. Top: the same.</para>
/// <para>Backward: ∂L/∂x = ∂L/∂y · (Φ(x) + x · φ(x)) with the density φ(x) = e^(−x²/2) / √(2π).</para>
/// <para>Source: Hendrycks and Gimpel 2016; Caffe has none. In double, Φ is exact to 2e-16; in float, to 2e-7, and below 0
/// to 1e-6 of its value.</para>
/// </summary>
[LayerType("GELU")]
public sealed class GELULayer<T> : ElementwiseLayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override bool BackwardReadsTopData => false;

    /// <inheritdoc/>
    protected override void Compute(ReadOnlySpan<T> x, Span<T> y)
    {
        if (typeof(T) == typeof(float))
        {
            var values = MemoryMarshal.Cast<T, float>(x);
            VectorKernel.Apply(new Value(), values, values, MemoryMarshal.Cast<T, float>(y));
            return;
        }
        for (var i = 0; i < x.Length; i++)
        {
            var value = double.CreateTruncating(x[i]);
            y[i] = T.CreateTruncating(value * Distribution(value));
        }
    }

    /// <inheritdoc/>
    protected override void ComputeGradient(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
    {
        if (typeof(T) == typeof(float))
        {
            VectorKernel.Apply(new Gradient(), MemoryMarshal.Cast<T, float>(x), MemoryMarshal.Cast<T, float>(dy),
                MemoryMarshal.Cast<T, float>(dx));
            return;
        }
        for (var i = 0; i < x.Length; i++)
        {
            var value = double.CreateTruncating(x[i]);
            dx[i] = dy[i] * T.CreateTruncating(Distribution(value) + value * Density(value));
        }
    }

    private static double Distribution(double x) => 0.5 * (1 + ErrorFunction.Of(x * Math.Sqrt(0.5)));

    private static double Density(double x) => Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI);

    private readonly struct Value : IPairKernel<float>
    {
        public Vector<float> Of(Vector<float> x, Vector<float> same) => x * FloatDistribution.Of(x, out _);
    }

    private readonly struct Gradient : IPairKernel<float>
    {
        public Vector<float> Of(Vector<float> x, Vector<float> dy)
        {
            var distribution = FloatDistribution.Of(x, out var exponential);
            return dy * (distribution + x * exponential * (1 / MathF.Sqrt(2 * MathF.PI)));
        }
    }

    private static class FloatDistribution
    {
        // 1 − Φ(x) = e^(−x²/2) · t · Σ cᵢ tⁱ with t = 1 / (1 + x · √⅛), for x from 0 to 14, where float underflows. The
        // coefficients make the largest relative error smallest: 4e-8.
        private static readonly float[] Coefficients =
        [
            0.14104320876575557f, 0.1411876574488339f, 0.12155185634263846f, 0.10134354056887215f,
            -0.013313099160964039f, 0.13903398815099224f, -0.24360032370977752f, 0.1422876704220911f,
            -0.02953452027055084f,
        ];

        /// <summary>Φ(x); also gives e^(−x²/2).</summary>
        public static Vector<float> Of(Vector<float> x, out Vector<float> exponential)
        {
            exponential = Vector.Exp(x * x * -0.5f);
            var t = Vector<float>.One / (Vector<float>.One + Vector.Abs(x) * MathF.Sqrt(0.125f));
            var sum = new Vector<float>(Coefficients[^1]);
            for (var i = Coefficients.Length - 2; i >= 0; i--)
                sum = Vector.MultiplyAddEstimate(sum, t, new Vector<float>(Coefficients[i]));
            var tail = exponential * t * sum;
            return Vector.ConditionalSelect(Vector.LessThan(x, Vector<float>.Zero), tail, Vector<float>.One - tail);
        }
    }
}
