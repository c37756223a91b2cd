using System.Xml.Linq;
using NeuralFramework.Reporting;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class LinePlotTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private static XElement Draw(params PlotPanel[] panels)
    {
        using var folder = new TempFolder();
        LinePlot.Write(folder.In("plot.svg"), "norms & losses", panels);
        return XDocument.Load(folder.In("plot.svg")).Root!;
    }

    private static List<string> Texts(XElement svg) => [.. svg.Descendants(Svg + "text").Select(text => text.Value)];

    private static List<string> Lines(XElement svg) => [.. svg.Descendants(Svg + "path")
        .Where(path => (string?)path.Attribute("stroke-width") == "1.8").Select(path => (string)path.Attribute("d")!)];

    [Test]
    public void A_line_goes_from_the_left_edge_to_the_right_and_from_bottom_to_top()
    {
        var svg = Draw(new PlotPanel("a < b", "step", [new("line", [0, 1, 2])], IsLogarithmic: false));
        Assert.That(Lines(svg), Is.EqualTo(new[] { "M64 278L254 166L444 54" }));
        Assert.That(Texts(svg), Does.Contain("a < b").And.Contain("step").And.Contain("line").And.Contain("0.5"));
        Assert.That(svg.Element(Svg + "title")!.Value, Is.EqualTo("norms & losses"));
    }

    [Test]
    public void On_a_logarithmic_axis_the_same_ratio_is_the_same_distance_and_what_has_no_logarithm_a_gap()
    {
        var svg = Draw(new PlotPanel("", "", [new("", [1e-4, 1, 1e4, 0, double.NaN, 1])], IsLogarithmic: true));
        Assert.That(Lines(svg), Is.EqualTo(new[] { "M64 278L140 166L216 54M444 166" }));
        Assert.That(Texts(svg), Does.Contain("1e-4").And.Contain("1e0").And.Contain("1e4"));
    }

    [Test]
    public void Panels_stand_side_by_side_and_lines_without_height_or_values_are_drawn_too()
    {
        var flat = new PlotPanel("", "", [new("flat", [3, 3]), new("none", []), new("point", [3])], IsLogarithmic: false);
        var svg = Draw(flat, flat);
        Assert.That((string?)svg.Attribute("width"), Is.EqualTo("920"));
        Assert.That(Lines(svg)[0], Is.EqualTo("M64 166L444 166"));
    }

    [Test]
    public void Another_extension_is_an_error() => Assert.That(() => LinePlot.RequireExtension("plot.gif"),
        Throws.TypeOf<ConfigException>().With.Message.EqualTo(
            "plot: received the file 'plot.gif', allowed: one that ends in .svg"));
}
