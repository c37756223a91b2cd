using System.Globalization;

namespace NeuralFramework.Benchmarks;

/// <summary>The time of one step of a net while one of its extents grows.</summary>
/// <param name="Title">What the line is named.</param>
/// <param name="Points">The extent, and the median in milliseconds.</param>
public sealed record GrowthLine(string Title, IReadOnlyList<(int Extent, double Ms)> Points);

/// <summary>Lines over the same extents.</summary>
/// <param name="Title">What grows.</param>
/// <param name="Unit">What an extent counts, such as "batch".</param>
/// <param name="Lines">A column of the table each.</param>
public sealed record Growth(string Title, string Unit, IReadOnlyList<GrowthLine> Lines)
{
    /// <summary>The lines as columns: the time, and in brackets how it grew against the row before, both as multiples
    /// of the extent's own growth: 1 is in proportion, less is cheaper.</summary>
    public string Table() => Markdown.Table([
        [Unit, .. Lines.Select(line => line.Title)],
        .. Enumerable.Range(0, Lines[0].Points.Count).Select(row => Row(row)),
    ]);

    private IReadOnlyList<string> Row(int row) =>
        [$"{Lines[0].Points[row].Extent}", .. Lines.Select(line => Cell(line.Points, row))];

    private static string Cell(IReadOnlyList<(int Extent, double Ms)> points, int row)
    {
        var text = points[row].Ms.ToString("0.00", CultureInfo.InvariantCulture);
        if (row == 0)
            return text;
        var growth = points[row].Ms / points[row - 1].Ms;
        var inProportion = (double)points[row].Extent / points[row - 1].Extent;
        return string.Create(CultureInfo.InvariantCulture, $"{text} ({growth / inProportion:0.00})");
    }
}
