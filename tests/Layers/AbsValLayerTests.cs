using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class AbsValLayerTests
{
    [Test]
    public void Forward_drops_the_sign_and_backward_gives_it_to_the_gradient()
    {
        var run = new LayerRun<double>(new AbsValLayer<double>(), Blob("x", [3], 1.5, -2, 0));
        Assert.That(run.Forward(), Is.EqualTo(new[] { 1.5, 2, 0 }));
        Assert.That(run.Backward(3, 4, 5), Is.EqualTo(new double[] { 3, -4, 0 }));
    }

    [TestCase]
    [TestCase(7)]
    [TestCase(2, 3, 5)]
    public void Gradients_are_those_of_differences(params int[] shape) =>
        AssertGradients(new AbsValLayer<double>(), Normal<double>("x", shape));

    [Test]
    public void In_place_is_an_error() => Assert.That(
        () => LayerRun<double>.InPlace(new AbsValLayer<double>(), Normal<double>("x", 2)),
        Throws.TypeOf<ShapeException>().With.Message.Contains("the layer cannot run in place"));
}
