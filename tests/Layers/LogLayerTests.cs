using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class LogLayerTests
{
    private static LogLayer<double> Layer(double b = -1, double scale = 1, double shift = 0) =>
        new(new() { Base = b, Scale = scale, Shift = shift });

    [Test]
    public void Forward_is_the_logarithm_and_backward_divides_by_the_input()
    {
        var run = new LayerRun<double>(Layer(), Blob("x", [3], 1, Math.E, 0.5));
        Assert.That(run.Forward(), Is.EqualTo(new[] { 0, 1, -Math.Log(2) }).Within(1e-15));
        Assert.That(run.Backward(3, Math.E, 4), Is.EqualTo(new double[] { 3, 1, 8 }).Within(1e-14));
    }

    // log₂(1 + 3x) at 1 and 5: 2 and 4; the slopes are 3 / ((1 + 3x) ln 2).
    [Test]
    public void Base_scale_and_shift_are_used()
    {
        var run = new LayerRun<double>(Layer(2, 3, 1), Blob("x", [2], 1, 5));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 2, 4 }).Within(1e-14));
        Assert.That(run.Backward(4, 16), Is.EqualTo(new[] { 3 / Math.Log(2), 3 / Math.Log(2) }).Within(1e-14));
    }

    [Test]
    public void Of_0_it_is_minus_infinity_and_below_NaN() => Assert.That(
        new LayerRun<double>(Layer(), Blob("x", [2], 0, -1)).Forward(),
        Is.EqualTo(new[] { double.NegativeInfinity, double.NaN }));

    [TestCase(-1, 1, 0)]
    [TestCase(10, 2, 1, 7)]
    [TestCase(0.5, 0.5, 3, 2, 3, 5)]
    public void Gradients_are_those_of_differences(double b, double scale, double shift, params int[] shape)
    {
        var x = Normal<double>("x", shape);
        // Away from 0, where the differences could not follow the curve.
        foreach (ref var value in x.Data)
            value = 1 + Math.Abs(value);
        AssertGradients(Layer(b, scale, shift), x);
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(-2)]
    public void A_base_without_a_logarithm_is_an_error(double b) => Assert.That(
        () => LayerRegistry.Create<double>("Log", new() { ["base"] = b }), Throws.TypeOf<ConfigException>()
            .With.Message.Contains($"member 'base': received {b}, allowed: above 0 and not 1, or -1 for e"));

    [Test]
    public void In_place_is_an_error() => Assert.That(() => LayerRun<double>.InPlace(Layer(), Normal<double>("x", 2)),
        Throws.TypeOf<ShapeException>().With.Message.Contains("the layer cannot run in place"));
}
