using System.Globalization;
using System.Xml.Linq;

namespace NeuralFramework.Reporting;

/// <summary>Writes a drawing as SVG that needs nothing from outside.</summary>
internal static class SvgWriter
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    public static void Write(Scene scene, Stream stream) => new XDocument(ElementOf(scene)).Save(stream);

    /// <summary>The drawing as an element for a page.</summary>
    public static XElement ElementOf(Scene scene)
    {
        var size = $"{Number(scene.Width)} {Number(scene.Height)}";
        return new XElement(Svg + "svg",
            new XAttribute("viewBox", $"0 0 {size}"),
            new XAttribute("width", Number(scene.Width)),
            new XAttribute("height", Number(scene.Height)),
            new XAttribute("font-family", string.Join(", ", Scene.FontFamilies.Select(name => $"'{name}'")) + ", sans-serif"),
            new XAttribute("font-size", Number(Scene.FontSize)),
            new XAttribute("role", "img"),
            new XElement(Svg + "title", scene.Title),
            new XElement(Svg + "desc", scene.Description),
            new XElement(Svg + "rect", new XAttribute("width", "100%"), new XAttribute("height", "100%"),
                new XAttribute("fill", Scene.Background)),
            scene.Curves.Count > 0 ? Arrow() : null,
            scene.Curves.Select(Curve),
            scene.Dots.Select(dot => new XElement(Svg + "circle", new XAttribute("cx", Number(dot.X)),
                new XAttribute("cy", Number(dot.Y)), new XAttribute("r", Number(Scene.DotRadius)),
                new XAttribute("fill", dot.Colour))),
            scene.Boxes.Select(Box),
            scene.Images.Select(Image),
            scene.Texts.Select(Text));
    }

    private static XElement Arrow() => new(Svg + "defs", new XElement(Svg + "marker",
        new XAttribute("id", "arrow"), new XAttribute("viewBox", "0 0 8 8"), new XAttribute("refX", 8), new XAttribute("refY", 4),
        new XAttribute("markerWidth", Number(Scene.ArrowLength)), new XAttribute("markerHeight", Number(Scene.ArrowLength)),
        new XAttribute("markerUnits", "userSpaceOnUse"), new XAttribute("orient", "auto"),
        new XElement(Svg + "path", new XAttribute("d", "M0,0 L8,4 L0,8 z"), new XAttribute("fill", Scene.WireColour))));

    private static XElement Curve(SceneCurve curve)
    {
        var path = $"M{Point(curve.Points[0])}";
        for (var i = 1; i + 2 < curve.Points.Count; i += 3)
            path += $" C{Point(curve.Points[i])} {Point(curve.Points[i + 1])} {Point(curve.Points[i + 2])}";
        return new XElement(Svg + "path", new XAttribute("d", path), new XAttribute("fill", "none"),
            new XAttribute("stroke", Scene.WireColour),
            curve.HasArrow ? new XAttribute("marker-end", "url(#arrow)") : null);
    }

    private static XElement Box(SceneBox box) => new(Svg + "rect", new XAttribute("x", Number(box.X)),
        new XAttribute("y", Number(box.Y)), new XAttribute("width", Number(box.Width)), new XAttribute("height", Number(box.Height)),
        new XAttribute("rx", 5), new XAttribute("fill", box.Fill), new XAttribute("stroke", box.Stroke));

    // Viewers smooth enlarged images unless they are told not to.
    private static XElement Image(SceneImage image) => new(Svg + "image", new XAttribute("x", Number(image.X)),
        new XAttribute("y", Number(image.Y)), new XAttribute("width", Number(image.Width)),
        new XAttribute("height", Number(image.Height)), new XAttribute("style", "image-rendering:pixelated"),
        new XAttribute("href", $"data:image/png;base64,{Convert.ToBase64String(image.Image.ToPng())}"));

    private static XElement Text(SceneText text) => new(Svg + "text", new XAttribute("x", Number(text.X)),
        new XAttribute("y", Number(text.Y)), new XAttribute("fill", text.Colour),
        text.Anchor == TextAnchor.Middle ? new XAttribute("text-anchor", "middle") : null,
        text.IsBold ? new XAttribute("font-weight", "bold") : null, text.Text);

    private static string Point((double X, double Y) point) => $"{Number(point.X)},{Number(point.Y)}";

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
