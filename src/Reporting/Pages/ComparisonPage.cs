namespace NeuralFramework.Reporting;

/// <summary>The page that lays the curves of runs over one another.</summary>
internal static class ComparisonPage
{
    public static string Of(RunComparison comparison)
    {
        var runs = comparison.Runs;
        var charts = string.Concat(CurveCharts.Of([.. runs.Select(run => (run.Name, run.Run))])
            .Select(chart => chart.ToFigure()));
        var key = string.Concat(runs.Select((run, i) =>
            $"<li><span style=\"--c:{CurveCharts.ColourOf(i)}\"></span>{Html.Text(run.Name)}</li>"));
        var table = Html.Table("What the runs came to",
            ["run", "iterations", "loss", "test loss", "accuracy", "best", "time", "weights"],
            runs.Select(run => new[]
            {
                Html.Text(run.Name), Html.Whole(run.Run.Iteration), Html.Number(run.Loss), Html.Number(run.TestLoss),
                Html.Percent(run.Accuracy), Html.Percent(run.BestAccuracy), Html.Time(run.Run.Seconds),
                run.Run.Info?.Result is { } result ? $"<code>{result.WeightsSha256[..12]}</code>" : "–",
            }));
        var body = $"<header><h1>{runs.Count} runs</h1><p class=\"sub\">{Html.Text(string.Join(", ",
                runs.Select(run => run.Run.Net.Name).Distinct()))}</p></header><main>"
            + Html.Section("results", "Results", table)
            + Html.Section("curves", "Learning curves", $"<div class=\"charts\">{charts}</div>"
                + $"<ul class=\"key\" aria-label=\"The runs\">{key}</ul>")
            + Html.Section("changes", "Configurations", Changes(runs))
            + $"</main><footer>NeuralFramework {Html.Text(RunInfo.CurrentVersion)}</footer>";
        return ReportPage.Whole($"{runs.Count} runs", body, script: null);
    }

    private static string Changes(IReadOnlyList<ComparedRun> runs) => string.Concat(runs.Skip(1).Select(run =>
        $"<h3>{Html.Text(run.Name)}, beside {Html.Text(runs[0].Name)}</h3>" + (run.Changes.Count == 0
            ? "<p>the same</p>"
            : $"<ul>{string.Concat(run.Changes.Select(change => $"<li><code>{Html.Text(change)}</code></li>"))}</ul>")));
}
