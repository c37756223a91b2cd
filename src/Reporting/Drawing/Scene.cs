using System.Text;

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
internal sealed record SceneDot(double X, double Y, string Colour = Scene.WireColour);

/// <summary>Numbers as an image, each pixel a square of <paramref name="PixelSize"/>.</summary>
internal sealed record SceneImage(double X, double Y, double PixelSize, PixelImage Image)
{
    public double Width => Image.Width * PixelSize;

    public double Height => Image.Height * PixelSize;
}

/// <summary>A drawing made of a few kinds of parts, in pixels, for any writer.</summary>
internal sealed class Scene(string title, string description, double width, double height)
{
    public const double FontSize = 12;
    public const double LineHeight = 15;
    public const double DotRadius = 3.5;
    public const double ArrowLength = 7;

    private const int FirstFullWidth = 0x1100;

    public const string WireColour = "#666666";
    public const string Background = "#ffffff";

    /// <summary>Fonts of about the same, generous, width: text that fits in one fits in all.</summary>
    public static IReadOnlyList<string> FontFamilies { get; } = ["DejaVu Sans", "Verdana", "Liberation Sans", "Arial", "Helvetica"];

    public string Title => title;

    /// <summary>What the drawing shows, for those who cannot see it.</summary>
    public string Description => description;

    public double Width => width;

    public double Height => height;

    public List<SceneCurve> Curves { get; } = [];

    public List<SceneDot> Dots { get; } = [];

    public List<SceneBox> Boxes { get; } = [];

    public List<SceneImage> Images { get; } = [];

    public List<SceneText> Texts { get; } = [];

    /// <summary>An estimate, on the large side, of a text's width. The drawing must not depend on the fonts
    /// installed.</summary>
    public static double WidthOf(string text, bool isBold = false) =>
        text.EnumerateRunes().Sum(rune => WidthOf(rune, isBold)) * FontSize;

    // In units of the font size: what the widest font of the list takes for any character of the kind.
    private static double WidthOf(Rune rune, bool isBold) => rune.Value switch
    {
        ' ' or '.' or ',' or ':' or ';' or '\'' or '!' or 'f' or 'i' or 'j' or 'l' or 't' => isBold ? 0.48 : 0.42,
        >= 'a' and <= 'z' and not ('m' or 'w') or >= '0' and <= '9' or '_' => isBold ? 0.72 : 0.64,
        '(' or ')' or '[' or ']' or '-' or '/' or '\\' or '|' => isBold ? 0.72 : 0.64,
        >= FirstFullWidth => 1.05,
        >= 'A' and <= 'Z' and not ('M' or 'W') => isBold ? 0.86 : 0.8,
        _ => isBold ? 1.3 : 1.08,
    };
}
