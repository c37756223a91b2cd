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

    // The coefficients of each point, that of the highest power first.
    private static readonly double[] Table = MakeTable();

    public static double Of(double x)
    {
        var size = Math.Abs(x);
        if (size >= End)
            return Math.CopySign(1, x);
        var point = (int)(size * PointsPerUnit + 0.5);
        var series = Table.AsSpan(point * Coefficients, Coefficients);
        return Math.CopySign(Sum(series, size - (double)point / PointsPerUnit), x);
    }

    private static double Sum(ReadOnlySpan<double> coefficients, double distance)
    {
        var sum = 0.0;
        foreach (var coefficient in coefficients)
            sum = Math.FusedMultiplyAdd(sum, distance, coefficient);
        return sum;
    }

    private static double[] MakeTable()
    {
        const double half = 0.5 / PointsPerUnit;
        var table = new double[(End * PointsPerUnit + 1) * Coefficients];
        SetSlopes(SeriesOf(0), 0);
        // From point to point, half of the way by each one's series. What a sum lost in rounding is carried along.
        var (value, lost) = (0.0, 0.0);
        for (var point = 1; point <= End * PointsPerUnit; point++)
        {
            SetSlopes(SeriesOf(point), (double)point / PointsPerUnit);
            var step = half * (Sum(SeriesOf(point - 1)[..^1], half) + Sum(SeriesOf(point)[..^1], -half)) + lost;
            lost = step - (value + step - value);
            value += step;
            SeriesOf(point)[^1] = value;
        }
        return table;

        Span<double> SeriesOf(int point) => table.AsSpan(point * Coefficients, Coefficients);
    }

    private static void SetSlopes(Span<double> series, double x)
    {
        // derivative is g⁽ⁿ⁾ / n!, which is n + 1 times the coefficient of the power n + 1.
        var (before, derivative) = (0.0, 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x));
        for (var n = 0; n < Coefficients - 1; n++)
        {
            series[^(n + 2)] = derivative / (n + 1);
            (before, derivative) = (derivative, -2 * (x * derivative + before) / (n + 1));
        }
    }
}
