using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class ExpLayerTests
{
    private static ExpLayer<double> Layer(double b = -1, double scale = 1, double shift = 0) =>
        new(new() { Base = b, Scale = scale, Shift = shift });

    [Test]
    public void Forward_is_the_exponential_and_backward_multiplies_by_it()
    {
        var run = new LayerRun<double>(Layer(), Blob("x", [3], 0, Math.Log(2), -Math.Log(4)));
        Assert.That(run.Forward(), Is.EqualTo(new[] { 1, 2, 0.25 }).Within(1e-15));
        Assert.That(run.Backward(3, 4, 8), Is.EqualTo(new double[] { 3, 8, 2 }).Within(1e-14));
    }

    // 2^(1 + 3x) at 0 and 1: 2 and 16; the slope is y · 3 ln 2.
    [Test]
    public void Base_scale_and_shift_are_used()
    {
        var run = new LayerRun<double>(Layer(2, 3, 1), Blob("x", [2], 0, 1));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 2, 16 }).Within(1e-13));
        Assert.That(run.Backward(1, 1), Is.EqualTo(new[] { 6 * Math.Log(2), 48 * Math.Log(2) }).Within(1e-13));
    }

    [Test]
    public void In_place_it_gives_the_same_results()
    {
        var run = LayerRun<double>.InPlace(Layer(2, 3, 1), Blob("x", [2], 0, 1));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 2, 16 }).Within(1e-13));
        Assert.That(run.Backward(1, 1), Is.EqualTo(new[] { 6 * Math.Log(2), 48 * Math.Log(2) }).Within(1e-13));
    }

    [TestCase(-1, 1, 0)]
    [TestCase(-1, -0.5, 2)]
    [TestCase(3, 0.5, -1, 7)]
    [TestCase(0.5, 2, 0, 2, 3, 5)]
    public void Gradients_are_those_of_differences(double b, double scale, double shift, params int[] shape) =>
        AssertGradients(Layer(b, scale, shift), Normal<double>("x", shape));

    [TestCase(0)]
    [TestCase(-2)]
    public void A_base_that_is_not_above_0_is_an_error(double b) => Assert.That(
        () => LayerRegistry.Create<double>("Exp", new() { ["base"] = b }), Throws.TypeOf<ConfigException>()
            .With.Message.Contains($"member 'base': received {b}, allowed: above 0, or -1 for e"));
}
