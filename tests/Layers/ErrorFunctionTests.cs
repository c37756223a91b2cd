using NeuralFramework.Layers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class ErrorFunctionTests
{
    // Abramowitz and Stegun, table 7.1, and Python's math.erf.
    [TestCase(0, 0)]
    [TestCase(1e-10, 1.1283791670955126e-10)]
    [TestCase(0.5, 0.5204998778130465)]
    [TestCase(1, 0.8427007929497149)]
    [TestCase(2, 0.9953222650189527)]
    [TestCase(3.7, 0.9999998328489421)]
    [TestCase(5.9, 1)]
    [TestCase(100, 1)]
    [TestCase(double.PositiveInfinity, 1)]
    public void Values_are_those_of_tables_and_odd(double x, double expected)
    {
        Assert.That(ErrorFunction.Of(x), Is.EqualTo(expected).Within(4e-16));
        Assert.That(ErrorFunction.Of(-x), Is.EqualTo(-expected).Within(4e-16));
    }

    // erf(x) = 2/√π e^−x² Σ 2ⁿ x^(2n+1) / (2n+1)!!, all terms of one sign. The sum itself errs by some roundings.
    [Test]
    public void It_is_the_sum_of_its_series_everywhere()
    {
        for (var x = 0.001; x < 6.5; x += 0.00317)
        {
            var (term, sum) = (x, x);
            for (var n = 1; term > 1e-17 * sum; n++)
                sum += term *= 2 * x * x / (2 * n + 1);
            Assert.That(ErrorFunction.Of(x), Is.EqualTo(2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum).Within(5e-15));
        }
    }

    [Test]
    public void Near_0_it_is_exact_relative_to_its_size() => Assert.That(
        ErrorFunction.Of(1e-300), Is.EqualTo(2 / Math.Sqrt(Math.PI) * 1e-300).Within(1e-315));

    [Test]
    public void NaN_stays_NaN() => Assert.That(ErrorFunction.Of(double.NaN), Is.NaN);
}
