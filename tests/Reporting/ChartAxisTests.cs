using NeuralFramework.Reporting;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class ChartAxisTests
{
    [Test]
    public void A_linear_axis_names_round_values()
    {
        var axis = ChartAxis.Linear(0, 1200, 0, 100, padding: 0);
        Assert.That(axis.Ticks, Is.EqualTo(new double[] { 0, 200, 400, 600, 800, 1000, 1200 }));
        Assert.That(axis.Place(300), Is.EqualTo(25).Within(1e-9));
    }

    [Test]
    public void Values_that_are_all_the_same_stand_in_the_middle() =>
        Assert.That(ChartAxis.Linear(3, 3, 0, 100, padding: 0).Place(3), Is.EqualTo(50).Within(1e-9));

    [Test]
    public void A_logarithmic_axis_names_decades_and_has_no_place_for_zero()
    {
        var axis = ChartAxis.Logarithmic(1e-4, 1, 0, 100);
        Assert.That(axis.Ticks, Is.EqualTo(new[] { 1e-4, 1e-3, 1e-2, 1e-1, 1 }).Within(1e-12));
        Assert.That(axis.Place(0.01), Is.EqualTo(50).Within(1e-9));
        Assert.That(axis.CanPlace(0), Is.False);
    }

    [TestCase(1e-9, 1e-9)]
    [TestCase(-5, 5e9)]
    [TestCase(0, 0)]
    public void An_axis_has_few_names_and_all_on_it(double least, double greatest)
    {
        var axis = ChartAxis.Linear(least, greatest, 0, 100, padding: 0.04);
        Assert.That(axis.Ticks, Has.Count.InRange(1, 12));
        Assert.That(axis.Ticks.Select(axis.Place), Is.All.InRange(-1e-6, 100 + 1e-6));
    }
}
