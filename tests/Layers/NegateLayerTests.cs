using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class NegateLayerTests
{
    [Test]
    public void Forward_and_backward_change_the_sign()
    {
        var run = new LayerRun<double>(new NegateLayer<double>(), Blob("x", [3], 1, -2, 0.5));
        Assert.That(run.Forward(), Is.EqualTo(new[] { -1, 2, -0.5 }));
        Assert.That(run.Backward(3, 4, -5), Is.EqualTo(new double[] { -3, -4, 5 }));
    }

    [Test]
    public void In_place_it_gives_the_same_results()
    {
        var run = LayerRun<double>.InPlace(new NegateLayer<double>(), Blob("x", [3], 1, -2, 0.5));
        Assert.That(run.Forward(), Is.EqualTo(new[] { -1, 2, -0.5 }));
        Assert.That(run.Backward(3, 4, -5), Is.EqualTo(new double[] { -3, -4, 5 }));
    }

    [TestCase]
    [TestCase(7)]
    [TestCase(2, 3, 5)]
    public void Gradients_are_those_of_differences(params int[] shape) =>
        AssertGradients(new NegateLayer<double>(), Normal<double>("x", shape));

    [Test]
    public void Two_bottoms_are_an_error() => Assert.That(
        () => new LayerRun<double>(new NegateLayer<double>(), Normal<double>("a", 2), Normal<double>("b", 2)),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "layer 'tested' (Negate): received 2 bottom blobs, allowed: exactly 1"));
}
