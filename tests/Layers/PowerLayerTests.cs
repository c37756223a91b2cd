using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class PowerLayerTests
{
    private static PowerLayer<double> Layer(double power, double scale = 1, double shift = 0) =>
        new(new() { Power = power, Scale = scale, Shift = shift });

    // (1 + 2x)³ at 1 and −2: 27 and −27; the slopes are 6·(1 + 2x)²: 54 and 54.
    [Test]
    public void Forward_raises_to_the_power_and_backward_multiplies_by_its_slope()
    {
        var run = new LayerRun<double>(Layer(3, 2, 1), Blob("x", [2], 1, -2));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 27, -27 }).Within(1e-13));
        Assert.That(run.Backward(1, 2), Is.EqualTo(new double[] { 54, 108 }).Within(1e-13));
    }

    [TestCase(0, new[] { 1.0, 1 }, new[] { 0.0, 0 })]
    [TestCase(1, new[] { 0.0, -2 }, new[] { 1.0, 1 })]
    [TestCase(2, new[] { 0.0, 4 }, new[] { 0.0, -4 })]
    [TestCase(-1, new[] { double.PositiveInfinity, -0.5 }, new[] { double.NegativeInfinity, -0.25 })]
    [TestCase(0.5, new[] { 0, double.NaN }, new[] { double.PositiveInfinity, double.NaN })]
    public void At_0_and_below_powers_have_their_values_and_slopes(double power, double[] values, double[] slopes)
    {
        var run = new LayerRun<double>(Layer(power), Blob("x", [2], 0, -2));
        Assert.That(run.Forward(), Is.EqualTo(values));
        Assert.That(run.Backward(1, 1), Is.EqualTo(slopes));
    }

    [TestCase(1, 2, 1)]
    [TestCase(2, 1, 0, 7)]
    [TestCase(2.5, 0.5, 1, 2, 3, 5)]
    [TestCase(-2, 1, 0, 3)]
    [TestCase(0, 1, 0, 3)]
    public void Gradients_are_those_of_differences(double power, double scale, double shift, params int[] shape)
    {
        var x = Normal<double>("x", shape);
        // Away from 0, where the differences could not follow the curve.
        foreach (ref var value in x.Data)
            value = 1 + Math.Abs(value);
        AssertGradients(Layer(power, scale, shift), x);
    }

    [Test]
    public void In_place_is_an_error() => Assert.That(() => LayerRun<double>.InPlace(Layer(2), Normal<double>("x", 2)),
        Throws.TypeOf<ShapeException>().With.Message.Contains("the layer cannot run in place"));
}
