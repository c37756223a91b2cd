using System.Globalization;
using System.Text;

namespace NeuralFramework.Reporting;

/// <summary>A line of a chart.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Points">In the order of x.</param>
/// <param name="Colour">A CSS colour.</param>
/// <param name="IsDashed">Whether it is dashed.</param>
/// <param name="HasDots">Whether its points are marked.</param>
internal sealed record ChartSeries(string Name, IReadOnlyList<(double X, double Y)> Points, string Colour,
    bool IsDashed = false, bool HasDots = false);

/// <summary>Lines over iterations, as SVG that takes its colours from the page.</summary>
internal sealed class LineChart(string title, IReadOnlyList<ChartSeries> series)
{
    public const double Width = 400;
    public const double Height = 250;

    private const double Left = 46;
    private const double Right = 10;
    private const double Bottom = 26;
    private const double TitleHeight = 22;
    private const double LegendHeight = 16;
    private const double LetterWidth = 6.2;

    // More points than this are no finer on the page.
    private const int MostPoints = 240;
    private const int MostDots = 40;

    /// <summary>How values are written.</summary>
    public Func<double, string> Format { get; init; } = value => Html.Number(value);

    /// <summary>Whether the axis is logarithmic; null: where the values span more than two orders.</summary>
    public bool? IsLog { get; init; }

    /// <summary>Whether the lines are named in the chart.</summary>
    public bool HasLegend { get; init; } = true;

    /// <summary>A value marked by a line across.</summary>
    public double? Mark { get; init; }

    /// <summary>The chart in a figure of its own.</summary>
    public string ToFigure() => $"<figure class=\"chart\"><svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" "
        + $"aria-label=\"{Html.Text(Description())}\">{ToSvg()}</svg></figure>";

    /// <summary>What it shows, in words.</summary>
    public string Description() => $"{title} over the iterations. " + string.Join("; ", series.Select(line =>
        Finite(line).ToList() is { Count: > 0 } points
            ? $"{line.Name}: from {Format(points[0].Y)} to {Format(points[^1].Y)} after {Html.Whole((long)points[^1].X)}"
            : $"{line.Name}: no values"));

    /// <summary>The parts of the drawing, for an element <c>svg</c> of <see cref="Width"/> and
    /// <see cref="Height"/>.</summary>
    public string ToSvg()
    {
        var svg = new StringBuilder($"<text class=\"title\" x=\"{Html.At(Left)}\" y=\"15\">{Html.Text(title)}</text>");
        var values = series.SelectMany(Finite).ToList();
        var top = TitleHeight + AddLegend(svg);
        if (values.Count == 0)
            return svg.Append($"<text x=\"{Html.At(Width / 2)}\" y=\"{Html.At(Height / 2)}\" "
                + "text-anchor=\"middle\">no values yet</text>").ToString();
        var x = ChartAxis.Linear(0, Math.Max(1, values.Max(point => point.X)), Left, Width - Right, padding: 0);
        var y = AxisOf(values, top + 4);
        AddGrid(svg, x, y, top);
        foreach (var line in series)
            AddLine(svg, line, x, y);
        return svg.ToString();
    }

    private ChartAxis AxisOf(List<(double X, double Y)> values, double top)
    {
        var (least, greatest) = (values.Min(point => point.Y), values.Max(point => point.Y));
        if (Mark is { } mark)
            (least, greatest) = (Math.Min(least, mark), Math.Max(greatest, mark));
        var isLog = least > 0 && (IsLog ?? greatest / least > 100);
        return isLog ? ChartAxis.Logarithmic(least, greatest, Height - Bottom, top)
            : ChartAxis.Linear(least, greatest, Height - Bottom, top, padding: 0.04);
    }

    // A row, or more where the names are long.
    private double AddLegend(StringBuilder svg)
    {
        if (!HasLegend || series.Count < 2)
            return 0;
        var (x, y) = (Left, TitleHeight + 9);
        foreach (var line in series)
        {
            var width = 24 + line.Name.Length * LetterWidth;
            if (x > Left && x + width > Width)
                (x, y) = (Left, y + LegendHeight);
            svg.Append($"<path class=\"line{(line.IsDashed ? " dashed" : "")}\" style=\"--c:{line.Colour}\" "
                + $"d=\"M{Html.At(x)},{Html.At(y - 4)}h14\"/><text x=\"{Html.At(x + 18)}\" y=\"{Html.At(y)}\">"
                + $"{Html.Text(line.Name)}</text>");
            x += width + 8;
        }
        return y + 5 - TitleHeight;
    }

    private void AddGrid(StringBuilder svg, ChartAxis x, ChartAxis y, double top)
    {
        foreach (var tick in y.Ticks)
        {
            var at = Html.At(y.Place(tick));
            svg.Append($"<path class=\"grid\" d=\"M{Html.At(Left)},{at}H{Html.At(Width - Right)}\"/>"
                + $"<text x=\"{Html.At(Left - 5)}\" y=\"{Html.At(y.Place(tick) + 4)}\" text-anchor=\"end\">"
                + $"{Html.Text(y.Label(tick, Format))}</text>");
        }
        foreach (var tick in x.Ticks)
            svg.Append($"<text x=\"{Html.At(x.Place(tick))}\" y=\"{Html.At(Height - 9)}\" "
                + $"text-anchor=\"{(x.Place(tick) > Width - 2 * Right - 4 ? "end" : "middle")}\">{Iterations(tick)}</text>");
        svg.Append($"<path class=\"axis\" d=\"M{Html.At(Left)},{Html.At(top)}V{Html.At(Height - Bottom)}"
            + $"H{Html.At(Width - Right)}\"/>");
        if (Mark is { } mark)
            svg.Append($"<path class=\"mark\" d=\"M{Html.At(Left)},{Html.At(y.Place(mark))}H{Html.At(Width - Right)}\"/>");
    }

    private void AddLine(StringBuilder svg, ChartSeries line, ChartAxis x, ChartAxis y)
    {
        var path = new StringBuilder();
        var isPenUp = true;
        foreach (var (pointX, pointY) in Thinned(line.Points))
        {
            // What is not finite is a gap.
            var isDrawn = double.IsFinite(pointY) && y.CanPlace(pointY);
            if (isDrawn)
                path.Append(isPenUp ? 'M' : 'L').Append(Html.At(x.Place(pointX))).Append(',')
                    .Append(Html.At(y.Place(pointY)));
            isPenUp = !isDrawn;
        }
        svg.Append($"<path class=\"line{(line.IsDashed ? " dashed" : "")}\" style=\"--c:{line.Colour}\" d=\"{path}\"/>");
        var points = Finite(line).Where(point => y.CanPlace(point.Y)).ToList();
        if (line.HasDots && points.Count <= MostDots || points.Count == 1)
            foreach (var point in points)
                svg.Append($"<circle class=\"dot\" style=\"--c:{line.Colour}\" cx=\"{Html.At(x.Place(point.X))}\" "
                    + $"cy=\"{Html.At(y.Place(point.Y))}\" r=\"2.6\"><title>{Html.Text(line.Name)} after "
                    + $"{Html.Whole((long)point.X)}: {Html.Text(Format(point.Y))}</title></circle>");
    }

    private static IEnumerable<(double X, double Y)> Finite(ChartSeries line) =>
        line.Points.Where(point => double.IsFinite(point.Y));

    // The least and the greatest of as many neighbours as fall on a place: no spike is lost.
    private static IEnumerable<(double X, double Y)> Thinned(IReadOnlyList<(double X, double Y)> points) =>
        points.Count <= MostPoints ? points
            : points.Chunk((2 * points.Count + MostPoints - 1) / MostPoints).SelectMany(chunk =>
                new[] { chunk.MinBy(point => point.Y), chunk.MaxBy(point => point.Y) }.OrderBy(point => point.X));

    private static string Iterations(double value) => value switch
    {
        >= 1e6 => (value / 1e6).ToString("0.##", CultureInfo.InvariantCulture) + "M",
        >= 10_000 => (value / 1000).ToString("0.##", CultureInfo.InvariantCulture) + "k",
        _ => value.ToString("0.##", CultureInfo.InvariantCulture),
    };
}
