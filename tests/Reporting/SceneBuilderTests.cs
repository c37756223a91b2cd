using NeuralFramework.Reporting;
using NUnit.Framework;
using SkiaSharp;

namespace NeuralFramework.Tests;

public class SceneBuilderTests
{
    private readonly record struct Area(double Left, double Top, double Right, double Bottom, string What)
    {
        // A wire touches its own boxes; the last digits of where are rounded.
        private const double Border = 1e-6;

        public bool Overlaps(Area other) =>
            Left < other.Right && other.Left < Right && Top < other.Bottom && other.Top < Bottom;

        public bool Contains((double X, double Y) point) => point.X > Left + Border && point.X < Right - Border
            && point.Y > Top + Border && point.Y < Bottom - Border;
    }

    // A bit less than the text, so that what touches does not count as overlapping.
    private static Area AreaOf(SceneText text)
    {
        var width = Scene.WidthOf(text.Text, text.IsBold);
        var left = text.Anchor == TextAnchor.Middle ? text.X - width / 2 : text.X;
        return new Area(left, text.Y - 9, left + width, text.Y + 1, text.Text);
    }

    private static Area AreaOf(SceneBox box) => new(box.X, box.Y, box.X + box.Width, box.Y + box.Height, "box");

    private static IEnumerable<(double X, double Y)> PointsOn(SceneCurve curve)
    {
        for (var i = 0; i + 3 < curve.Points.Count; i += 3)
            for (var t = 0.0; t <= 1; t += 1.0 / 32)
                yield return (At(i, t, point => point.X), At(i, t, point => point.Y));

        double At(int i, double t, Func<(double X, double Y), double> of)
        {
            var u = 1 - t;
            return u * u * u * of(curve.Points[i]) + 3 * u * u * t * of(curve.Points[i + 1])
                + 3 * u * t * t * of(curve.Points[i + 2]) + t * t * t * of(curve.Points[i + 3]);
        }
    }

    // A graph of boxes and dots with texts of many lengths, as nets have them.
    private static GraphModel RandomGraph(int seed, int count, bool values)
    {
        var random = RandomStream.Create(seed, "graph");
        var nodes = new List<GraphNodeModel>();
        var wires = new List<GraphWire>();
        for (var i = 0; i < count; i++)
        {
            var isSource = i == 0 || random.Next(6) == 0;
            var isBranch = !isSource && random.Next(5) == 0;
            var name = $"{new string('n', 1 + random.Next(20))}{i}";
            var lines = new[] { name, "InnerProduct 100×10", "7,000 parameters" };
            nodes.Add(new GraphNodeModel(isSource ? NodeKind.Source : isBranch ? NodeKind.Branch : NodeKind.Layer,
                isBranch ? [] : lines[..(2 + random.Next(2))]));
            for (var reads = isSource ? 0 : isBranch ? 1 : 1 + random.Next(3); reads > 0; reads--)
            {
                var from = random.Next(2) == 0 ? i - 1 : random.Next(i);
                string[] summary = random.Next(2) == 0 ? ["-1.00"] : ["100×10  mean |x| 0.45", "-1.00 … 2.00"];
                wires.Add(new GraphWire(from, i, random.Next(2) == 0 ? nodes[from].Lines.FirstOrDefault("dot") : "blob",
                    values ? summary : [], values && random.Next(4) > 0 ? summary : []));
            }
        }
        return new GraphModel("random", nodes, wires);
    }

    [Test]
    public void Nothing_overlaps_and_no_wire_crosses_a_box_or_a_text(
        [Range(1, 12)] int seed, [Values(6, 14, 40)] int count, [Values] bool values)
    {
        var scene = SceneBuilder.Build(RandomGraph(seed, count, values));
        var boxes = scene.Boxes.Select(AreaOf).ToList();
        var all = scene.Texts.Select(AreaOf).ToList();
        var labels = all.Where(text => !boxes.Any(box => text.Left >= box.Left && text.Right <= box.Right
            && text.Top >= box.Top && text.Bottom <= box.Bottom)).ToList();
        Assert.That(all, Has.Count.EqualTo(labels.Count + scene.Texts.Count(text => text.Colour == "#222222")),
            "the text of boxes is inside them, and no other is");
        List<Area> solid = [.. boxes, .. labels];
        var page = new Area(0, 0, scene.Width, scene.Height, "page");
        for (var i = 0; i < solid.Count; i++)
        {
            Assert.That(solid[i].Left > 0 && solid[i].Top > 0 && solid[i].Right < page.Right && solid[i].Bottom < page.Bottom,
                $"{solid[i]} is on the page");
            for (var j = i + 1; j < solid.Count; j++)
                Assert.That(solid[i].Overlaps(solid[j]), Is.False, $"{solid[i]} and {solid[j]}");
        }
        foreach (var point in scene.Curves.SelectMany(PointsOn))
            foreach (var area in solid)
                Assert.That(area.Contains(point), Is.False, $"{area} and the wire through {point}");
    }

    [Test]
    public void Every_wire_goes_forward([Values(6, 40)] int count, [Values] bool values)
    {
        var scene = SceneBuilder.Build(RandomGraph(1, count, values));
        var isAcross = scene.Description.Contains("left to right");
        foreach (var curve in scene.Curves)
        {
            var along = PointsOn(curve).Select(point => isAcross ? point.X : point.Y).ToList();
            Assert.That(along, Is.Ordered);
            Assert.That(along[^1], Is.GreaterThan(along[0]));
        }
    }

    [Test]
    public void Small_graphs_run_across_and_deep_or_wide_ones_down()
    {
        Assert.That(SceneBuilder.Build(Chain(5, "short")).Description, Does.Contain("left to right"));
        Assert.That(SceneBuilder.Build(Chain(15, "short")).Description, Does.Contain("top to bottom"));
        Assert.That(SceneBuilder.Build(Chain(5, new string('x', 60))).Description, Does.Contain("top to bottom"));
    }

    [Test]
    public void A_net_of_25_layers_is_readable_on_one_page()
    {
        // On A4 (210×297 mm) with margins of 10 mm, the text is to be of 5.5 points or more.
        var scene = SceneBuilder.Build(Chain(25, "convolution"));
        var pointsPerUnit = Math.Min(190 / scene.Width, 277 / scene.Height) * 72 / 25.4;
        Assert.That(Scene.FontSize * pointsPerUnit, Is.GreaterThan(5.5));
    }

    [Test]
    public void Text_takes_no_more_room_than_estimated_in_any_font_of_the_list_that_is_here()
    {
        var families = SKFontManager.Default.FontFamilies.Intersect(Scene.FontFamilies).ToList();
        if (families.Count == 0)
            Assert.Ignore("none of the drawing's fonts is installed on this machine");
        var characters = Enumerable.Range(' ', 95).Select(code => ((char)code).ToString()).Concat(["×", "…", "·", "∇", "é"]);
        foreach (var (character, family, isBold) in
            from character in characters
            from family in families
            from isBold in new[] { false, true }
            select (character, family, isBold))
        {
            using var typeface = SKTypeface.FromFamilyName(family, isBold ? SKFontStyle.Bold : SKFontStyle.Normal);
            using var font = PngWriter.FontOf(typeface);
            Assert.That(font.MeasureText(character), Is.LessThanOrEqualTo(Scene.WidthOf(character, isBold)),
                $"'{character}' in {family}{(isBold ? ", bold" : "")}");
        }
        Assert.That(Scene.WidthOf("層"), Is.GreaterThanOrEqualTo(Scene.FontSize), "a full-width character is as wide as high");
    }

    [Test]
    public void An_empty_graph_is_an_empty_page() =>
        Assert.That(SceneBuilder.Build(new GraphModel("", [], [])).Boxes, Is.Empty);

    private static GraphModel Chain(int length, string name) => new("chain",
        [.. Enumerable.Range(0, length).Select(i =>
            new GraphNodeModel(NodeKind.Layer, [$"{name}{i}", "Type 1×2", "3 parameters"]))],
        [.. Enumerable.Range(1, length - 1).Select(i => new GraphWire(i - 1, i, $"{name}{i - 1}", [], []))]);
}
