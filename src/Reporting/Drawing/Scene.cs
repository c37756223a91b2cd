namespace NeuralFramework.Reporting;

/// <summary>Where a text stands relative to its point.</summary>
internal enum TextAnchor
{
    Start,
    Middle,
}

/// <summary>A box with rounded corners.</summary>
internal sealed record SceneBox(double X, double Y, double Width, double Height, string Fill, string Stroke);

/// <summary>A line of text; the point is on its base line.</summary>
internal sealed record SceneText(double X, double Y, string Text, string Colour, TextAnchor Anchor, bool IsBold);

/// <summary>A wire: a start, then cubic curves, three points each.</summary>
internal sealed record SceneCurve(IReadOnlyList<(double X, double Y)> Points, bool HasArrow);

/// <summary>A filled circle.</summary>
internal sealed record SceneDot(double X, double Y);

/// <summary>A drawing made of a few kinds of parts, in pixels, for any writer.</summary>
internal sealed class Scene(string title, double width, double height)
{
    public const double FontSize = 12;
    public const double LineHeight = 15;
    public const double DotRadius = 3.5;
    public const double ArrowLength = 7;

    public const string WireColour = "#666666";
    public const string Background = "#ffffff";

    /// <summary>Fonts of about the same, generous, width: text that fits in one fits in all.</summary>
    public static IReadOnlyList<string> FontFamilies { get; } = ["DejaVu Sans", "Verdana", "Liberation Sans", "Arial", "Helvetica"];

    public string Title => title;

    public double Width => width;

    public double Height => height;

    public List<SceneCurve> Curves { get; } = [];

    public List<SceneDot> Dots { get; } = [];

    public List<SceneBox> Boxes { get; } = [];

    public List<SceneText> Texts { get; } = [];

    /// <summary>An estimate, on the large side, of a text's width. The drawing must not depend on the fonts installed.</summary>
    public static double WidthOf(string text, bool isBold = false) => text.Length * FontSize * (isBold ? 0.7 : 0.63);
}
