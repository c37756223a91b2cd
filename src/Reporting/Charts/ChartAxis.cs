namespace NeuralFramework.Reporting;

/// <summary>Which place a value has, and which values are named.</summary>
internal sealed class ChartAxis
{
    private const int MostTicks = 6;

    private readonly double least;
    private readonly double greatest;
    private readonly double start;
    private readonly double end;
    private readonly bool isLog;

    private ChartAxis(double least, double greatest, double start, double end, bool isLog) =>
        (this.least, this.greatest, this.start, this.end, this.isLog) = (least, greatest, start, end, isLog);

    /// <summary>The values that are named.</summary>
    public IReadOnlyList<double> Ticks { get; private init; } = [];

    /// <summary>An axis on which the same distance is the same difference.</summary>
    /// <param name="least">The least value.</param>
    /// <param name="greatest">The greatest value.</param>
    /// <param name="start">The place of the least.</param>
    /// <param name="end">The place of the greatest.</param>
    /// <param name="padding">The share of the axis that is left free at its ends.</param>
    public static ChartAxis Linear(double least, double greatest, double start, double end, double padding)
    {
        if (greatest - least < 1e-9 * Math.Max(Math.Abs(least), Math.Abs(greatest)) || greatest == least)
        {
            var room = greatest == 0 ? 1 : Math.Abs(greatest) * 0.1;
            (least, greatest) = (least - room, greatest + room);
        }
        var free = (greatest - least) * padding;
        (least, greatest) = (least - free, greatest + free);
        var step = StepFor((greatest - least) / MostTicks);
        var first = (long)Math.Ceiling(least / step);
        var last = (long)Math.Floor(greatest / step);
        return new ChartAxis(least, greatest, start, end, isLog: false)
        {
            // As multiples, so that 3 · 0.1 is not written with the error of a sum.
            Ticks = [.. Enumerable.Range(0, (int)(last - first + 1)).Select(i => Math.Round((first + i) * step, 12))],
        };
    }

    /// <summary>An axis on which the same distance is the same ratio; the values are positive.</summary>
    /// <inheritdoc cref="Linear"/>
    public static ChartAxis Logarithmic(double least, double greatest, double start, double end)
    {
        var (low, high) = (Math.Log10(least), Math.Log10(greatest));
        var free = Math.Max(0.04 * (high - low), 0.05);
        (low, high) = (low - free, high + free);
        var decades = Enumerable.Range((int)Math.Floor(low), (int)(Math.Ceiling(high) - Math.Floor(low)) + 1).ToList();
        double[] parts = high - low > 1.6 ? [1] : high - low > 0.5 ? [1, 2, 5] : [1, 1.5, 2, 3, 4, 5, 6, 8];
        var skip = parts.Length == 1 ? ((int)(high - low) + MostTicks) / MostTicks : 1;
        return new ChartAxis(low, high, start, end, isLog: true)
        {
            Ticks = [.. decades.Where(decade => decade % skip == 0)
                .SelectMany(decade => parts.Select(part => part * Math.Pow(10, decade)))
                .Where(tick => Math.Log10(tick) >= low && Math.Log10(tick) <= high)],
        };
    }

    /// <summary>Whether a value has a place.</summary>
    public bool CanPlace(double value) => !isLog || value > 0;

    /// <summary>The place of a value.</summary>
    public double Place(double value) =>
        start + ((isLog ? Math.Log10(value) : value) - least) / (greatest - least) * (end - start);

    /// <summary>A named value as text.</summary>
    public string Label(double tick, Func<double, string> format) =>
        !isLog || tick is >= 0.001 and < 1e4 ? format(tick) : tick.ToString("0.#e+0",
            System.Globalization.CultureInfo.InvariantCulture);

    private static double StepFor(double least)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return power * (least / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 };
    }
}
