using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class GELULayerTests
{
    // Φ(0) = 1/2, Φ(1) = 0.8413447460685429, φ(1) = 0.24197072451914337; Φ(−x) = 1 − Φ(x).
    [Test]
    public void Values_are_weighted_by_the_normal_distribution()
    {
        var run = new LayerRun<double>(new GELULayer<double>(), Blob("x", [5], 0, 1, -1, 40, -40));
        Assert.That(run.Forward(),
            Is.EqualTo(new[] { 0, 0.8413447460685429, -0.15865525393145707, 40, 0 }).Within(1e-15));
        Assert.That(run.Backward(2, 1, 1, 1, 1), Is.EqualTo(new[] { 1, 0.8413447460685429 + 0.24197072451914337,
            0.15865525393145707 - 0.24197072451914337, 1, 0 }).Within(1e-15));
    }

    // A float of size 1 is exact to 6e-8. Where Φ is small, so are its errors.
    [Test]
    public void In_float_values_and_gradients_are_those_in_double_to_the_rounding_of_float()
    {
        double[] x = [.. Enumerable.Range(-1600, 3201).Select(i => i / 100.0)];
        var exact = new LayerRun<double>(new GELULayer<double>(), Blob("x", [x.Length], x));
        var run = new LayerRun<float>(new GELULayer<float>(),
            new Blob<float>("x", new Shape(x.Length), [.. x.Select(value => (float)value)]));
        var (expected, actual) = (exact.Forward(), run.Forward());
        var expectedGradient = exact.Backward([.. x.Select(_ => 1.0)]);
        var gradient = run.Backward([.. x.Select(_ => 1f)]);
        for (var i = 0; i < x.Length; i++)
        {
            Assert.That(actual[i], Is.EqualTo(expected[i]).Within(3e-7 * Math.Min(1 + Math.Abs(x[i]),
                10 * Math.Abs(expected[i]) + 1e-6)), $"y at {x[i]}");
            Assert.That(gradient[i], Is.EqualTo(expectedGradient[i]).Within(4e-7), $"gradient at {x[i]}");
        }
    }

    [TestCase(7)]
    [TestCase(2, 3, 5)]
    [TestCase(1, 33)]
    public void Gradients_are_those_of_differences(params int[] shape) =>
        AssertGradients(new GELULayer<double>(), Normal<double>("x", shape));

    [Test]
    public void Results_are_the_same_bits_for_any_number_of_threads() => AssertSameBitsForAnyThreads(
        () => new GELULayer<float>(), Normal<float>("x", 50_001));

    [Test]
    public void It_cannot_run_in_place() => Assert.That(
        () => LayerRun<double>.InPlace(new GELULayer<double>(), Blob("x", [1], 1)), Throws.TypeOf<ShapeException>()
            .With.Message.Contains("layer 'tested' (GELU): received the blob 'x' as bottom and as top"));
}
