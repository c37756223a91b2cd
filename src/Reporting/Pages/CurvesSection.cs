namespace NeuralFramework.Reporting;

/// <summary>How loss, accuracy and rate went.</summary>
internal static class CurvesSection
{
    private const int MostRows = 40;

    public static string Of(RunRecord run)
    {
        var charts = string.Concat(CurveCharts.Of(run).Select(chart => chart.ToFigure()));
        var tests = run.Tests.ToList();
        return Html.Section("curves", "Learning curves", $"<div class=\"charts\">{charts}</div>"
            + (tests.Count > 0 ? Html.Details($"The tests as numbers ({tests.Count})", TableOf(tests)) : ""));
    }

    // The newest count most.
    private static string TableOf(List<LogRow> tests) => Html.Table(
        tests.Count > MostRows ? $"The newest {MostRows} tests" : "Tests",
        ["iteration", "time", "loss", "accuracy"],
        tests.TakeLast(MostRows).Select(test => new[]
        {
            Html.Whole(test.Iteration), Html.Time(test.Seconds), Html.Number(test.TestLoss), Html.Percent(test.Accuracy),
        }));
}
