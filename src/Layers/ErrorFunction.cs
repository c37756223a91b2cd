using System.Runtime.CompilerServices;

namespace NeuralFramework.Layers;

/// <summary>
/// The error function erf(x) = 2/√π ∫₀ˣ e^−t² dt, to 4e-16. A table holds its Taylor series around points 1/32 apart:
/// the n-th derivative of g = 2/√π e^−x² follows from g⁽ⁿ⁺¹⁾ = −2x g⁽ⁿ⁾ − 2n g⁽ⁿ⁻¹⁾. From 6 on, erf rounds to 1.
/// </summary>
internal static class ErrorFunction
{
    private const int PointsPerUnit = 32;
    private const int End = 6;

    // At half the distance of two points, the term that would follow is below 1e-16.
    private const int Coefficients = 10;

    private static readonly Series[] Table = MakeTable();

    public static double Of(double x)
    {
        var size = Math.Abs(x);
        if (size >= End)
            return Math.CopySign(1, x);
        var point = (int)(size * PointsPerUnit + 0.5);
        ref readonly var series = ref Table[point];
        return Math.CopySign(series[0] + Beyond(series, size - (double)point / PointsPerUnit), x);
    }

    /// <summary>The difference of the series, at a distance from its point, to its value there.</summary>
    private static double Beyond(in Series series, double distance)
    {
        var sum = series[Coefficients - 1];
        for (var i = Coefficients - 2; i > 0; i--)
            sum = Math.FusedMultiplyAdd(sum, distance, series[i]);
        return sum * distance;
    }

    private static Series[] MakeTable()
    {
        const double half = 0.5 / PointsPerUnit;
        var table = new Series[End * PointsPerUnit + 1];
        for (var i = 0; i < table.Length; i++)
            SetSlopes(ref table[i], (double)i / PointsPerUnit);
        // From point to point, half of the way by each one's series. What a sum lost in rounding is carried along.
        var lost = 0.0;
        for (var i = 1; i < table.Length; i++)
        {
            var step = Beyond(table[i - 1], half) - Beyond(table[i], -half) + lost;
            table[i][0] = table[i - 1][0] + step;
            lost = step - (table[i][0] - table[i - 1][0]);
        }
        return table;
    }

    private static void SetSlopes(ref Series series, double x)
    {
        // derivative is g⁽ⁿ⁾ / n!, which is n + 1 times the coefficient of the power n + 1.
        var (before, derivative) = (0.0, 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x));
        for (var n = 0; n < Coefficients - 1; n++)
        {
            series[n + 1] = derivative / (n + 1);
            (before, derivative) = (derivative, -2 * (x * derivative + before) / (n + 1));
        }
    }

    [InlineArray(Coefficients)]
    private struct Series
    {
        private double first;
    }
}
