using System.Globalization;
using System.Security;
using System.Text;

namespace NeuralFramework.Reporting;

/// <summary>Draws lines, in panels side by side, as an SVG file.</summary>
public static class LinePlot
{
    private const double PanelWidth = 460;
    private const double Height = 320;
    private const double Left = 64;
    private const double Right = 16;
    private const double Top = 54;
    private const double Bottom = 42;
    private const double LetterWidth = 7.4;
    private const int MostTicks = 8;

    // Colours that can be told apart with any kind of sight (Okabe and Ito 2008).
    private static readonly string[] Colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

    /// <summary>The extension that can be written.</summary>
    /// <exception cref="ConfigException">The file's is another.</exception>
    public static void RequireExtension(string path)
    {
        if (!Path.GetExtension(path).Equals(".svg", StringComparison.OrdinalIgnoreCase))
            throw new ConfigException($"plot: received the file '{path}', allowed: one that ends in .svg");
    }

    /// <summary>Writes a drawing, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="description">What the drawing shows, for those who cannot see it.</param>
    /// <param name="panels">From left to right.</param>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public static void Write(string path, string description, IReadOnlyList<PlotPanel> panels)
    {
        var width = PanelWidth * panels.Count;
        var svg = new StringBuilder($"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{Number(width)}" height="{Number(Height)}" viewBox="0 0 {Number(width)} {Number(Height)}" role="img" font-family="DejaVu Sans, Verdana, Arial, sans-serif" font-size="12">
            <title>{SecurityElement.Escape(description)}</title>
            <rect width="100%" height="100%" fill="#ffffff"/>

            """);
        foreach (var (i, panel) in panels.Index())
            Add(svg, panel, i * PanelWidth);
        svg.Append("</svg>\n");
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(svg.ToString())));
    }

    private static void Add(StringBuilder svg, PlotPanel panel, double x)
    {
        var heights = panel.Lines.SelectMany(line => line.Values).Select(value => HeightOf(value, panel))
            .OfType<double>().DefaultIfEmpty(0).ToList();
        var (least, most) = (heights.Min(), heights.Max());
        if (most - least < 1e-9)
            (least, most) = (least - 1, most + 1);
        var last = Math.Max(1, panel.Lines.Max(line => line.Values.Count) - 1);
        svg.Append($"<g transform=\"translate({Number(x)} 0)\">\n");
        AddText(svg, Left, 20, panel.Title, "start", " font-weight=\"bold\"");
        AddText(svg, (Left + PanelWidth - Right) / 2, Height - 8, panel.AcrossName, "middle");
        foreach (var tick in Ticks(least, most, panel.IsLogarithmic))
        {
            Rule(svg, Left, Y(tick), PanelWidth - Right, Y(tick));
            AddText(svg, Left - 6, Y(tick) + 4, Label(tick, panel.IsLogarithmic), "end");
        }
        foreach (var tick in Ticks(0, last, false))
            AddText(svg, X(tick), Height - Bottom + 16, Label(tick, false), "middle");
        Rule(svg, Left, Height - Bottom, PanelWidth - Right, Height - Bottom, "#333333");
        var legend = Left;
        foreach (var (i, line) in panel.Lines.Index())
            AddLine(i, line);
        svg.Append("</g>\n");

        double X(double at) => Left + at / last * (PanelWidth - Left - Right);

        double Y(double height) => Height - Bottom - (height - least) / (most - least) * (Height - Top - Bottom);

        void AddLine(int i, PlotLine line)
        {
            var path = new StringBuilder();
            for (var at = 0; at < line.Values.Count; at++)
                if (HeightOf(line.Values[at], panel) is { } height)
                    path.Append(at > 0 && HeightOf(line.Values[at - 1], panel) is not null ? 'L' : 'M')
                        .Append($"{Number(X(at))} {Number(Y(height))}");
            var colour = Colours[i % Colours.Length];
            svg.Append($"<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.8\"/>\n");
            svg.Append($"<path d=\"M{Number(legend)} 38h14\" stroke=\"{colour}\" stroke-width=\"2.5\"/>\n");
            AddText(svg, legend + 18, 42, line.Name, "start");
            legend += 36 + LetterWidth * line.Name.Length;
        }
    }

    private static double? HeightOf(double value, PlotPanel panel)
    {
        var height = panel.IsLogarithmic ? Math.Log10(value) : value;
        return double.IsFinite(height) ? height : null;
    }

    private static IEnumerable<double> Ticks(double least, double most, bool isLogarithmic)
    {
        var rough = (most - least) / MostTicks;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = new[] { 1, 2, 5, 10 }.Select(factor => factor * power).First(step => step >= rough);
        if (isLogarithmic)
            step = Math.Ceiling(step);
        for (var i = Math.Ceiling(least / step); i * step <= most; i++)
            yield return i * step;
    }

    private static string Label(double tick, bool isLogarithmic) => isLogarithmic
        // Without the sign that a zero may have.
        ? $"1e{(int)Math.Round(tick)}"
        : tick.ToString("0.###", CultureInfo.InvariantCulture);

    private static void Rule(StringBuilder svg, double x1, double y1, double x2, double y2, string colour = "#e2e2e2") =>
        svg.Append($"<path d=\"M{Number(x1)} {Number(y1)}L{Number(x2)} {Number(y2)}\" stroke=\"{colour}\"/>\n");

    private static void AddText(StringBuilder svg, double x, double y, string text, string anchor, string style = "") =>
        svg.Append($"<text x=\"{Number(x)}\" y=\"{Number(y)}\" text-anchor=\"{anchor}\"{style}>"
            + $"{SecurityElement.Escape(text)}</text>\n");

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
