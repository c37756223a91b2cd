using System.Xml.Linq;
using NeuralFramework.Reporting;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class PointDrawingTests
{
    private static List<LabelledPoint> Crowd(int count, double spread)
    {
        var random = RandomStream.Create(1, "crowd");
        return [.. Enumerable.Range(0, count).Select(i => new LabelledPoint($"word{i}{new string('m', i % 9)}",
            spread * random.NextDouble() + i % 3, spread * random.NextDouble(), i % 4))];
    }

    [TestCase(3, 1.0)]
    [TestCase(200, 1.0)]
    [TestCase(200, 0.01)]
    [TestCase(60, 0.0)]
    public void Labels_overlap_neither_each_other_nor_points_and_are_inside_the_drawing(int count, double spread)
    {
        var scene = PointDrawing.Build(Crowd(count, spread), "crowd");
        var boxes = scene.Texts.Select(text => (Left: text.X, Top: text.Y - Scene.LineHeight + 4,
            Right: text.X + Scene.WidthOf(text.Text), Bottom: text.Y + 4)).ToList();
        Assert.That(boxes, Has.Count.EqualTo(count));
        for (var i = 0; i < count; i++)
        {
            var box = boxes[i];
            Assert.That(box.Left >= 0 && box.Top >= 0 && box.Right <= scene.Width && box.Bottom <= scene.Height, scene.Texts[i].Text);
            for (var j = 0; j < i; j++)
                Assert.That(box.Left >= boxes[j].Right || boxes[j].Left >= box.Right || box.Top >= boxes[j].Bottom
                    || boxes[j].Top >= box.Bottom, $"{scene.Texts[i].Text} over {scene.Texts[j].Text}");
            foreach (var dot in scene.Dots)
                Assert.That(dot.X <= box.Left || dot.X >= box.Right || dot.Y <= box.Top || dot.Y >= box.Bottom,
                    $"{scene.Texts[i].Text} over a point");
        }
    }

    [Test]
    public void Points_of_a_group_have_one_colour()
    {
        var scene = PointDrawing.Build(Crowd(8, 1), "crowd");
        Assert.That(scene.Dots.Select(dot => dot.Colour).Distinct().Count(), Is.EqualTo(4));
        Assert.That(scene.Dots.Zip(scene.Texts).All(pair => pair.First.Colour == pair.Second.Colour));
    }

    [TestCase("map.svg")]
    [TestCase("map.png")]
    public void A_picture_is_written(string name)
    {
        using var folder = new TempFolder();
        var info = PointDrawing.Write(Crowd(10, 1), "crowd", folder.In(name));
        Assert.That(info.Points, Is.EqualTo(10));
        Assert.That(new FileInfo(folder.In(name)).Length, Is.GreaterThan(1000));
        if (name.EndsWith(".svg", StringComparison.Ordinal))
            Assert.That(XDocument.Load(folder.In(name)).Descendants().Count(element => element.Name.LocalName == "text"), Is.EqualTo(10));
    }

    [Test]
    public void Another_extension_is_an_error() => Assert.That(() => PointDrawing.Write(Crowd(3, 1), "crowd", "map.gif"),
        Throws.TypeOf<ConfigException>().With.Message.EqualTo("drawing: received the file 'map.gif', allowed: one that ends in .svg, .png"));
}
