using System.Globalization;
using System.Text;

namespace NeuralFramework.Reporting;

/// <summary>The learning curves of one or several runs.</summary>
internal static class CurveCharts
{
    private const string TrainColour = "var(--c1)";
    private const string TestColour = "var(--c2)";

    /// <summary>Loss, accuracy and learning rate of a run; no accuracy where no test had one.</summary>
    public static IReadOnlyList<LineChart> Of(RunRecord run) =>
    [
        new LineChart("loss",
        [
            new ChartSeries("train", Points(run.Reports, row => row.Loss), TrainColour),
            .. Tests(run, "test", TestColour, row => row.TestLoss),
        ]),
        .. run.Tests.Any(row => row.Accuracy is not null) ? [Accuracy(Tests(run, "test", TestColour, row => row.Accuracy))]
            : Array.Empty<LineChart>(),
        new LineChart("learning rate",
            [new ChartSeries("learning rate", Points(run.Reports, row => row.LearningRate), "var(--c3)")]),
    ];

    /// <summary>The curves of several runs over one another.</summary>
    public static IReadOnlyList<LineChart> Of(IReadOnlyList<(string Name, RunRecord Run)> runs)
    {
        var charts = new List<LineChart>
        {
            new("training loss", Lines(run => Points(run.Reports, row => row.Loss))),
        };
        if (runs.Any(run => run.Run.Tests.Any(row => row.TestLoss is not null)))
            charts.Add(new LineChart("test loss", Lines(run => Points(run.Tests, row => row.TestLoss), hasDots: true)));
        if (runs.Any(run => run.Run.Tests.Any(row => row.Accuracy is not null)))
            charts.Add(Accuracy(Lines(run => Points(run.Tests, row => row.Accuracy), hasDots: true)));
        charts.Add(new LineChart("learning rate", Lines(run => Points(run.Reports, row => row.LearningRate))));
        return charts;

        IReadOnlyList<ChartSeries> Lines(Func<RunRecord, IReadOnlyList<(double, double)>> points, bool hasDots = false) =>
            [.. runs.Select((run, i) => new ChartSeries(run.Name, points(run.Run), ColourOf(i), HasDots: hasDots))];
    }

    /// <summary>The colour of the run of a number.</summary>
    public static string ColourOf(int number) => number < 6 ? $"var(--c{number + 1})"
        : $"hsl({number * 47 % 360} 60% var(--ramp))";

    /// <summary>Charts beside one another, as a file of its own.</summary>
    public static string ToFile(IReadOnlyList<LineChart> charts)
    {
        var width = charts.Count * LineChart.Width;
        var svg = new StringBuilder();
        svg.Append($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {LineChart.Height}\" "
            + $"width=\"{width}\" height=\"{LineChart.Height}\" role=\"img\">"
            + $"<title>{Html.Text(string.Join(" ", charts.Select(chart => chart.Description())))}</title>"
            + $"<style>{PageStyle.Colours("svg")}{PageStyle.Chart}svg{{background:var(--paper)}}</style>");
        for (var i = 0; i < charts.Count; i++)
            svg.Append(CultureInfo.InvariantCulture, $"<g transform=\"translate({i * LineChart.Width},0)\">")
                .Append(charts[i].ToSvg()).Append("</g>");
        return svg.Append("</svg>\n").ToString();
    }

    private static LineChart Accuracy(IReadOnlyList<ChartSeries> series) => new("test accuracy", series)
    {
        Format = value => (value * 100).ToString("0.##", CultureInfo.InvariantCulture) + "%",
        IsLog = false,
    };

    private static IReadOnlyList<ChartSeries> Tests(RunRecord run, string name, string colour,
        Func<LogRow, double?> value) => Points(run.Tests, value) is { Count: > 0 } points
        ? [new ChartSeries(name, points, colour, HasDots: true)] : [];

    private static IReadOnlyList<(double, double)> Points(IEnumerable<LogRow> rows, Func<LogRow, double?> value) =>
        [.. rows.Where(row => value(row) is not null).Select(row => ((double)row.Iteration, value(row)!.Value))];
}
