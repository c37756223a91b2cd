using SkiaSharp;

namespace NeuralFramework.Reporting;

/// <summary>Writes a drawing as PNG, at twice its size so that it is sharp on dense screens and paper.</summary>
internal static class PngWriter
{
    /// <summary>Pixels for each unit of the drawing.</summary>
    public const int Scale = 2;

    // A picture of more pixels than this is not one that anybody can look at.
    private const double MostPixels = 100e6;

    /// <summary>The extent of a picture from that of the drawing.</summary>
    public static int PixelsOf(double extent) => (int)Math.Ceiling(extent) * Scale;

    /// <exception cref="DataException">No font is installed, or the drawing is too large for a picture.</exception>
    public static void Write(Scene scene, Stream stream)
    {
        if (scene.Width * scene.Height * Scale * Scale > MostPixels)
            throw new DataException($"drawing of '{scene.Title}': {scene.Width:0}×{scene.Height:0} is too large for a PNG; allowed: "
                + ".svg or .dot");
        using var regular = Typeface(SKFontStyle.Normal);
        using var bold = Typeface(SKFontStyle.Bold);
        using var bitmap = new SKBitmap(PixelsOf(scene.Width), PixelsOf(scene.Height));
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(SKColor.Parse(Scene.Background));
        canvas.Scale(Scale);
        DrawWires(scene, canvas);
        DrawBoxes(scene, canvas);
        DrawImages(scene, canvas);
        DrawTexts(scene, canvas, regular, bold);
        canvas.Flush();
        if (!bitmap.Encode(stream, SKEncodedImageFormat.Png, quality: 100))
            throw new IOException("the picture could not be encoded or written whole");
    }

    // Without fonts, SkiaSharp hands out an empty family and typefaces that draw nothing.
    private static SKTypeface Typeface(SKFontStyle style)
    {
        var families = SKFontManager.Default.FontFamilies.ToList();
        var family = Scene.FontFamilies.FirstOrDefault(name => families.Contains(name, StringComparer.OrdinalIgnoreCase));
        var typeface = SKTypeface.FromFamilyName(family, style);
        if (typeface?.ContainsGlyph('x') == true)
            return typeface;
        typeface?.Dispose();
        throw new DataException("drawing: no font is installed on this machine, which a PNG needs (Debian: apt install "
            + "fonts-dejavu-core); allowed without: .svg or .dot");
    }

    /// <summary>A typeface in the drawing's size, its characters not moved to whole pixels.</summary>
    internal static SKFont FontOf(SKTypeface typeface) =>
        new(typeface, (float)Scene.FontSize) { Subpixel = true, LinearMetrics = true, Hinting = SKFontHinting.None };

    private static void DrawWires(Scene scene, SKCanvas canvas)
    {
        using var stroke = new SKPaint { Color = SKColor.Parse(Scene.WireColour), IsStroke = true, StrokeWidth = 1, IsAntialias = true };
        using var fill = new SKPaint { Color = SKColor.Parse(Scene.WireColour), IsAntialias = true };
        foreach (var curve in scene.Curves)
        {
            using var path = new SKPath();
            path.MoveTo(Point(curve.Points[0]));
            for (var i = 1; i + 2 < curve.Points.Count; i += 3)
                path.CubicTo(Point(curve.Points[i]), Point(curve.Points[i + 1]), Point(curve.Points[i + 2]));
            canvas.DrawPath(path, stroke);
            if (curve.HasArrow)
                DrawArrow(canvas, Point(curve.Points[^3]), Point(curve.Points[^1]), fill);
        }
        foreach (var dot in scene.Dots)
        {
            fill.Color = SKColor.Parse(dot.Colour);
            canvas.DrawCircle((float)dot.X, (float)dot.Y, (float)Scene.DotRadius, fill);
        }
    }

    private static void DrawArrow(SKCanvas canvas, SKPoint from, SKPoint tip, SKPaint fill)
    {
        var length = (float)Scene.ArrowLength;
        var direction = SKPoint.Normalize(tip - from);
        var back = new SKPoint(tip.X - direction.X * length, tip.Y - direction.Y * length);
        var side = new SKPoint(-direction.Y * length / 2, direction.X * length / 2);
        using var path = new SKPath();
        path.MoveTo(tip);
        path.LineTo(back + side);
        path.LineTo(back - side);
        path.Close();
        canvas.DrawPath(path, fill);
    }

    private static void DrawBoxes(Scene scene, SKCanvas canvas)
    {
        foreach (var box in scene.Boxes)
        {
            using var fill = new SKPaint { Color = SKColor.Parse(box.Fill), IsAntialias = true };
            using var stroke = new SKPaint { Color = SKColor.Parse(box.Stroke), IsStroke = true, StrokeWidth = 1, IsAntialias = true };
            var corner = new SKRoundRect(SKRect.Create((float)box.X, (float)box.Y, (float)box.Width, (float)box.Height), 5);
            canvas.DrawRoundRect(corner, fill);
            canvas.DrawRoundRect(corner, stroke);
        }
    }

    private static void DrawImages(Scene scene, SKCanvas canvas)
    {
        foreach (var image in scene.Images)
        {
            using var bitmap = image.Image.ToBitmap();
            using var pixels = SKImage.FromBitmap(bitmap);
            var place = SKRect.Create((float)image.X, (float)image.Y, (float)image.Width, (float)image.Height);
            canvas.DrawImage(pixels, place, new SKSamplingOptions(SKFilterMode.Nearest));
        }
    }

    private static void DrawTexts(Scene scene, SKCanvas canvas, SKTypeface regular, SKTypeface bold)
    {
        foreach (var text in scene.Texts)
        {
            using var font = FontOf(text.IsBold ? bold : regular);
            using var paint = new SKPaint { Color = SKColor.Parse(text.Colour), IsAntialias = true };
            canvas.DrawText(text.Text, (float)text.X, (float)text.Y,
                text.Anchor == TextAnchor.Middle ? SKTextAlign.Center : SKTextAlign.Left, font, paint);
        }
    }

    private static SKPoint Point((double X, double Y) point) => new((float)point.X, (float)point.Y);
}
