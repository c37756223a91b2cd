namespace NeuralFramework.Reporting;

/// <summary>The page of a run: one file that needs nothing from outside.</summary>
public static class ReportPage
{
    /// <summary>The page of a run.</summary>
    /// <param name="trained">The run.</param>
    /// <param name="script">A script for a page that changes while it is looked at; null: none.</param>
    public static string Of(TrainedRun trained, string? script = null) => Whole($"{trained.Run.Net.Name}: report",
        Body(trained), script);

    /// <summary>What of the page changes while the run goes on: all but its head.</summary>
    public static string Body(TrainedRun trained)
    {
        var run = trained.Run;
        var sections = CurvesSection.Of(run) + LayersSection.Of(run) + ClassesSection.Of(trained)
            + WeightsSection.Of(trained) + TimesSection.Of(run) + SettingsSection.Of(trained);
        return $"<header><h1>{Html.Text(run.Net.Name)}</h1><p class=\"sub\">{Html.Text(run.Name)}</p></header>"
            + $"<main><section aria-label=\"Results\">{Facts(trained)}{string.Concat(trained.Notes.Select(note =>
                Html.Note(Html.Text(note))))}</section>{sections}</main>"
            + $"<footer>NeuralFramework {Html.Text(RunInfo.CurrentVersion)}</footer>";
    }

    /// <summary>A whole page.</summary>
    internal static string Whole(string title, string body, string? script) => "<!DOCTYPE html>\n<html lang=\"en\"><head>"
        + "<meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
        + $"<title>{Html.Text(title)}</title><style>{PageStyle.All}</style></head><body>{body}"
        + (script is null ? "" : $"<script>{script}</script>") + "</body></html>\n";

    private static string Facts(TrainedRun trained)
    {
        var run = trained.Run;
        var tests = run.Tests.ToList();
        var facts = new List<(string, string)>
        {
            ("state", StateOf(run)),
            ("iterations", $"{Html.Whole(run.Iteration)} of {Html.Whole(run.Solver.MaxIter)}"),
        };
        if (tests.LastOrDefault(test => test.Accuracy is not null) is { } last)
        {
            var best = tests.Where(test => test.Accuracy is not null).MaxBy(test => test.Accuracy)!;
            facts.Add(("test accuracy", Html.Percent(last.Accuracy)));
            if (best.Accuracy > last.Accuracy)
                facts.Add(("best test", $"{Html.Percent(best.Accuracy)} after {Html.Whole(best.Iteration)}"));
        }
        if (tests.LastOrDefault(test => test.TestLoss is not null) is { } lossTest)
            facts.Add(("test loss", Html.Number(lossTest.TestLoss)));
        if (run.Reports.LastOrDefault() is { } report)
            facts.Add(("training loss", Html.Number(report.Loss)));
        facts.Add(("time", Html.Time(run.Info?.Result?.Seconds ?? run.Seconds)));
        if (run.Info is { SamplesPerIteration: { } samples } && run.Seconds > 0)
            facts.Add(("samples / s, tests included", Html.Whole((long)(samples * run.Iteration / run.Seconds))));
        if (run.Info is { } info)
            facts.Add(("parameters", Html.Whole(info.Parameters)));
        if (run.Info?.Result is { } result)
            facts.Add(("weights, SHA-256", $"<code>{result.WeightsSha256}</code>"));
        return Html.Facts(facts);
    }

    private static string StateOf(RunRecord run) => run.IsRunning ? "training"
        : run.Info?.Result is not { } result ? "broken off"
        : result.StoppedEarly ? "stopped early" : "done";
}
