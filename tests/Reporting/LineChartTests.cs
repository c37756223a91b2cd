using System.Xml.Linq;
using NeuralFramework.Reporting;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class LineChartTests
{
    private static XElement Draw(params (double X, double Y)[] points) =>
        XElement.Parse(new LineChart("loss <&>", [new ChartSeries("a & b", points, "red", HasDots: true)]).ToFigure());

    private static string PathOf(XElement figure) => (string)figure.Descendants("path")
        .Single(path => ((string?)path.Attribute("class"))!.StartsWith("line", StringComparison.Ordinal)).Attribute("d")!;

    [Test]
    public void It_says_in_words_where_a_line_begins_and_ends() =>
        Assert.That((string?)Draw((100, 2.5), (1200, 0.5)).Element("svg")!.Attribute("aria-label"),
            Is.EqualTo("loss <&> over the iterations. a & b: from 2.5 to 0.5 after 1,200"));

    [Test]
    public void What_is_not_finite_is_a_gap()
    {
        var path = PathOf(Draw((1, 1), (2, 2), (3, double.NaN), (4, 1), (5, 2)));
        Assert.That(path.Count(letter => letter == 'M'), Is.EqualTo(2));
        Assert.That(path, Does.Not.Contain("NaN"));
    }

    [Test]
    public void Many_points_are_thinned_and_a_spike_stays()
    {
        var points = Enumerable.Range(1, 5000).Select(i => ((double)i, i == 2500 ? 9.0 : 1.0)).ToArray();
        var path = PathOf(Draw(points));
        var heights = path.Split('M', 'L').Skip(1).Select(point => double.Parse(point.Split(',')[1],
            System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.That(heights, Has.Count.LessThan(300));
        Assert.That(heights.Max() - heights.Min(), Is.GreaterThan(150));
    }

    [Test]
    public void Without_values_it_says_so() =>
        Assert.That(Draw().Value, Does.Contain("no values yet"));
}
