namespace NeuralFramework.Reporting;

/// <summary>How the layers' weights, gradients and updates went.</summary>
internal static class LayersSection
{
    // What the CS231n notes call healthy.
    private const double GoodRatio = 0.001;

    public static string Of(RunRecord run)
    {
        var layers = run.Layers.Where(row => row.WeightNorm is not null).GroupBy(row => row.Layer)
            .Select(group => (Name: group.Key, Rows: group.ToList())).ToList();
        if (layers.Count == 0)
            return "";
        var charts = new[]
        {
            Chart("update / weight", row => row.UpdateRatio, GoodRatio),
            Chart("gradient norm", row => row.GradientNorm, mark: null),
            Chart("weight norm", row => row.WeightNorm, mark: null),
        };
        var key = string.Concat(layers.Select((layer, i) =>
            $"<li><span style=\"--c:{ColourOf(i, layers.Count)}\"></span>{Html.Text(layer.Name)}</li>"));
        return Html.Section("layers", "Updates and gradients",
            $"<div class=\"charts\">{string.Concat(charts.Select(chart => chart.ToFigure()))}</div>"
            + $"<ul class=\"key\" aria-label=\"The lines, from the first layer to the last\">{key}</ul>"
            + Html.Note("Norms over all weights of a layer, in the iteration of each report. The update should be "
                + "near a thousandth of the weights (dotted): far above it, the rate is too high; far below, too low.")
            + Html.Details("The newest report as numbers", TableOf(layers.Select(layer => layer.Rows[^1]))));

        LineChart Chart(string title, Func<LayerRow, double?> value, double? mark) => new(title,
            [.. layers.Select((layer, i) => new ChartSeries(layer.Name,
                [.. layer.Rows.Where(row => value(row) is not null)
                    .Select(row => ((double)row.Iteration, value(row)!.Value))],
                ColourOf(i, layers.Count)))])
        {
            IsLog = true,
            HasLegend = false,
            Mark = mark,
        };
    }

    private static string TableOf(IEnumerable<LayerRow> rows) => Html.Table("Norms in the newest report",
        ["layer", "weights", "gradient", "update", "update / weight"],
        rows.Select(row => new[]
        {
            Html.Text(row.Layer), Html.Number(row.WeightNorm), Html.Number(row.GradientNorm),
            Html.Number(row.UpdateNorm), Html.Number(row.UpdateRatio),
        }));

    // From the first layer, blue, to the last, red.
    private static string ColourOf(int layer, int layers) => layers == 1 ? "var(--c1)"
        : $"hsl({250 - 245 * layer / (layers - 1)} 70% var(--ramp))";
}
