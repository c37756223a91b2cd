using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class ClipLayerTests
{
    private static ClipLayer<double> Layer(double min, double max) => new(new() { Min = min, Max = max });

    [Test]
    public void Values_are_limited_and_only_those_within_pass_their_gradient()
    {
        var run = new LayerRun<double>(Layer(-1, 2), Blob("x", [6], -3, -1, 0.5, 2, 7, double.NaN));
        Assert.That(run.Forward(), Is.EqualTo(new[] { -1, -1, 0.5, 2, 2, double.NaN }));
        Assert.That(run.Backward(1, 2, 3, 4, 5, 6), Is.EqualTo(new double[] { 0, 2, 3, 4, 0, 0 }));
    }

    [TestCase(-0.5, 0.7, 7)]
    [TestCase(0, 6, 2, 3, 5)]
    [TestCase(-1, -0.5, 1, 33)]
    public void Gradients_are_those_of_differences(double min, double max, params int[] shape) =>
        AssertGradients(Layer(min, max), Normal<double>("x", shape));

    [Test]
    public void Limits_the_wrong_way_round_are_an_error() => Assert.That(
        () => LayerRegistry.Create<double>("Clip", new() { ["min"] = 2, ["max"] = 1 }), Throws.TypeOf<ConfigException>()
            .With.Message.Contains("members 'min' and 'max': received 2 and 1, allowed: min at most max"));
}
