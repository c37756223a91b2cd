namespace NeuralFramework.Reporting;

/// <summary>Where the time of an iteration goes.</summary>
internal static class TimesSection
{
    private const double BarWidth = 90;

    public static string Of(RunRecord run)
    {
        var times = run.Layers.GroupBy(row => row.Layer).Select(group => (Name: group.Key,
            Forward: Median(Settled(group.ToList()).Select(row => row.ForwardMs)),
            Backward: Median(Settled(group.ToList()).Select(row => row.BackwardMs)))).ToList();
        if (times.Count == 0)
            return "";
        var total = times.Sum(time => time.Forward + time.Backward);
        var types = run.Net.Layers.Where(layer => layer.Name is not null)
            .GroupBy(layer => layer.Name!).ToDictionary(group => group.Key, group => group.First().Type);
        var longest = Math.Max(1e-9, times.Max(time => time.Forward + time.Backward));
        var table = Html.Table($"{Html.Number(Math.Round(total, 3))} ms for forward and backward: medians over the "
            + "iterations of the reports", ["layer", "type", "forward ms", "backward ms", "share", ""],
            times.Select(time => new[]
            {
                Html.Text(time.Name), Html.Text(types.GetValueOrDefault(time.Name, "")),
                Html.Number(Math.Round(time.Forward, 3)), Html.Number(Math.Round(time.Backward, 3)),
                total > 0 ? Html.Number(Math.Round((time.Forward + time.Backward) / total * 100, 1)) + " %" : "–",
                Bar("", time.Forward / longest) + Bar(" b", time.Backward / longest),
            }));
        return Html.Section("times", "Time per layer", table
            + Html.Note("<span class=\"bar\" style=\"width:14px\"></span> forward, "
                + "<span class=\"bar b\" style=\"width:14px\"></span> backward. The update and the tests are not in it."));
    }

    // The first report has the compiler's time in it.
    private static IEnumerable<LayerRow> Settled(List<LayerRow> rows) => rows.Count > 2 ? rows.Skip(1) : rows;

    private static string Bar(string kind, double share) =>
        $"<span class=\"bar{kind}\" style=\"width:{Html.At(BarWidth * share)}px\"></span>";

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[sorted.Count / 2] + sorted[(sorted.Count - 1) / 2]) / 2;
    }
}
