using NeuralFramework.Cli;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class SparklineTests
{
    [TestCase(new double[0], "")]
    [TestCase(new[] { 3.0 }, "▁")]
    [TestCase(new[] { 0.0, 1, 2, 3, 4, 5, 6, 7 }, "▁▂▃▄▅▆▇█")]
    [TestCase(new[] { 7.0, double.NaN, 0 }, "█ ▁")]
    [TestCase(new[] { double.NaN }, " ")]
    public void Values_are_blocks_between_the_least_and_the_greatest(double[] values, string expected) =>
        Assert.That(Sparkline.Of(values, 10), Is.EqualTo(expected));

    [Test]
    public void More_values_than_places_are_taken_together() =>
        Assert.That(Sparkline.Of([0, 0, 1, 1, 2, 2, 7, 7], 4), Is.EqualTo("▁▂▃█"));
}
