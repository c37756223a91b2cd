using NeuralFramework.Data;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class WordSamplerTests
{
    [TestCase(new long[] { 16, 1 }, 0.75)]
    [TestCase(new long[] { 1000, 100, 10, 1, 1 }, 0.75)]
    [TestCase(new long[] { 7, 5, 5, 3 }, 1.0)]
    public void Words_are_drawn_as_often_as_the_power_of_their_counts(long[] counts, double power)
    {
        const int Draws = 200_000;
        var sampler = new WordSampler(counts, power);
        var random = new SampleHash(1, "test").Stream(0);
        var drawn = new int[counts.Length];
        for (var i = 0; i < Draws; i++)
            drawn[sampler.Draw(random.Next())]++;
        var total = counts.Sum(count => Math.Pow(count, power));
        for (var i = 0; i < counts.Length; i++)
        {
            var expected = Math.Pow(counts[i], power) / total;
            // Five standard deviations of such a share.
            Assert.That((double)drawn[i] / Draws, Is.EqualTo(expected).Within(5 * Math.Sqrt(expected / Draws)), $"word {i}");
        }
    }
}
