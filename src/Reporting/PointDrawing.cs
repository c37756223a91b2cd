namespace NeuralFramework.Reporting;

/// <summary>A point with a name.</summary>
/// <param name="Label">The name.</param>
/// <param name="X">Where it is, to the right.</param>
/// <param name="Y">Where it is, upwards.</param>
/// <param name="Group">Points of a group have one colour.</param>
public sealed record LabelledPoint(string Label, double X, double Y, int Group = 0);

/// <summary>What a drawing of points came to.</summary>
/// <param name="Points">How many points it has.</param>
/// <param name="Width">The file's width in pixels.</param>
/// <param name="Height">The file's height in pixels.</param>
public sealed record PointDrawingInfo(int Points, double Width, double Height);

/// <summary>Draws points of the plane with their names. No name lies over another or over a point: one that has no room beside
/// its point is moved away from it and tied to it by a line.</summary>
public static class PointDrawing
{
    /// <summary>The extensions that can be written.</summary>
    public static IReadOnlyList<string> Extensions => SceneFile.Extensions;

    private const double Margin = 24;
    private const double Extent = 900;
    private const double Gap = 3;

    // A text's base line, above the bottom of its line.
    private const double Descent = 4;

    private static readonly string[] Colours =
        ["#1f5fa8", "#b3282d", "#2b7a3d", "#7a3fa0", "#a35c00", "#0a7c80", "#8a2a63", "#55606b"];

    /// <summary>Checks that a file's extension is one of <see cref="Extensions"/>.</summary>
    /// <exception cref="ConfigException">It is another.</exception>
    public static void RequireExtension(string path) => SceneFile.RequireExtension(path, Extensions);

    /// <summary>Draws points.</summary>
    /// <param name="points">The points.</param>
    /// <param name="title">The title of the drawing, for those who cannot see it.</param>
    /// <param name="path">Where it goes: .svg or .png.</param>
    /// <exception cref="ConfigException">The extension is another.</exception>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public static PointDrawingInfo Write(IReadOnlyList<LabelledPoint> points, string title, string path)
    {
        RequireExtension(path);
        var (width, height) = SceneFile.Write(Build(points, title), path);
        return new PointDrawingInfo(points.Count, width, height);
    }

    internal static Scene Build(IReadOnlyList<LabelledPoint> points, string title)
    {
        var places = Places(points);
        var labels = LabelPlacement.Place([.. points.Zip(places, (point, place) => new LabelPlacement.Item(place.X, place.Y,
            Scene.WidthOf(point.Label), Scene.LineHeight))], Scene.DotRadius + Gap);
        // Names may stand out over the points on any side.
        var left = labels.Min(label => label.X) - Margin;
        var top = labels.Min(label => label.Y) - Margin;
        var scene = new Scene(title, $"{points.Count} points: {string.Join(", ", points.Select(point => point.Label))}",
            Math.Max(labels.Max(label => label.X + label.Width), places.Max(place => place.X)) - left + Margin,
            Math.Max(labels.Max(label => label.Y + label.Height), places.Max(place => place.Y)) - top + Margin);
        for (var i = 0; i < points.Count; i++)
        {
            var (x, y) = (places[i].X - left, places[i].Y - top);
            var label = labels[i];
            var colour = Colours[points[i].Group % Colours.Length];
            scene.Dots.Add(new SceneDot(x, y, colour));
            scene.Texts.Add(new SceneText(label.X - left, label.Y - top + label.Height - Descent, points[i].Label, colour,
                TextAnchor.Start, false));
            if (label.IsTied)
            {
                var end = (X: Math.Clamp(x, label.X - left, label.X - left + label.Width),
                    Y: Math.Clamp(y, label.Y - top, label.Y - top + label.Height));
                scene.Curves.Add(new SceneCurve([(x, y), (x, y), end, end], false));
            }
        }
        return scene;
    }

    // The longer side fills the drawing; both have one scale, as distances mean something.
    private static List<(double X, double Y)> Places(IReadOnlyList<LabelledPoint> points)
    {
        var (left, right) = (points.Min(point => point.X), points.Max(point => point.X));
        var (low, high) = (points.Min(point => point.Y), points.Max(point => point.Y));
        var size = Math.Max(right - left, high - low);
        var scale = size > 0 ? Extent / size : 0;
        return [.. points.Select(point => ((point.X - left) * scale, (high - point.Y) * scale))];
    }
}
