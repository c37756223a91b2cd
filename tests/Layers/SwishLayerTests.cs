using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class SwishLayerTests
{
    private static SwishLayer<double> Layer(double beta = 1) => new(new() { Beta = beta });

    // At beta · x = ln 3 the sigmoid is 3/4 and its slope 3/16: y' = 3/4 + beta · x · 3/16.
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(-0.5)]
    public void Values_are_weighted_by_their_sigmoid(double beta)
    {
        var run = new LayerRun<double>(Layer(beta), Blob("x", [2], 0, Math.Log(3) / beta));
        Assert.That(run.Forward(), Is.EqualTo(new[] { 0, 0.75 * Math.Log(3) / beta }).Within(1e-14));
        Assert.That(run.Backward(2, 16), Is.EqualTo(new[] { 1, 12 + 3 * Math.Log(3) }).Within(1e-13));
    }

    [Test]
    public void Far_from_0_it_is_x_or_0()
    {
        var run = new LayerRun<double>(Layer(), Blob("x", [2], -1000, 1000));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 0, 1000 }));
        Assert.That(run.Backward(1, 1), Is.EqualTo(new double[] { 0, 1 }));
    }

    [TestCase(1, 7)]
    [TestCase(0.3, 2, 3, 5)]
    [TestCase(-2, 1, 33)]
    public void Gradients_are_those_of_differences(double beta, params int[] shape) =>
        AssertGradients(Layer(beta), Normal<double>("x", shape));

    [Test]
    public void Two_tops_are_an_error() => Assert.That(
        () => new LayerRun<double>(Layer(), topCount: 2, Blob("x", [1], 1)), Throws.TypeOf<ShapeException>()
            .With.Message.EqualTo("layer 'tested' (Swish): received 2 top blobs, allowed: exactly 1"));
}
