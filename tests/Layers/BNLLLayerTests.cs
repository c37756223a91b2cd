using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class BNLLLayerTests
{
    // ln(1 + e^ln 3) = ln 4, with the slope 3/4; ln(1 + 1/3) = ln 4/3, with the slope 1/4.
    private static Blob<double> Example => Blob("x", [5], 0, Math.Log(3), -Math.Log(3), 1000, -1000);

    private static readonly double[] Values = [Math.Log(2), Math.Log(4), Math.Log(4.0 / 3), 1000, 0];

    [Test]
    public void Values_are_the_logarithm_of_1_plus_the_exponential_and_never_overflow()
    {
        var run = new LayerRun<double>(new BNLLLayer<double>(), Example);
        Assert.That(run.Forward(), Is.EqualTo(Values).Within(1e-15));
        Assert.That(run.Backward(2, 4, 4, 1, 1), Is.EqualTo(new double[] { 1, 3, 1, 1, 0 }).Within(1e-14));
    }

    [Test]
    public void In_place_it_gives_the_same_results()
    {
        var diff = Normal<double>("diff", 600).Data.ToArray();
        var apart = new LayerRun<double>(new BNLLLayer<double>(), Normal<double>("x", 600));
        var inPlace = LayerRun<double>.InPlace(new BNLLLayer<double>(), Normal<double>("x", 600));
        Assert.That(inPlace.Forward(), Is.EqualTo(apart.Forward()));
        Assert.That(inPlace.Backward(diff), Is.EqualTo(apart.Backward(diff)));
    }

    [TestCase(7)]
    [TestCase(2, 3, 5)]
    [TestCase(1, 333)]
    public void Gradients_are_those_of_differences(params int[] shape) =>
        AssertGradients(new BNLLLayer<double>(), Normal<double>("x", shape));

    [Test]
    public void Two_bottoms_are_an_error() => Assert.That(
        () => new LayerRun<double>(new BNLLLayer<double>(), Example, Example), Throws.TypeOf<ShapeException>()
            .With.Message.EqualTo("layer 'tested' (BNLL): received 2 bottom blobs, allowed: exactly 1"));
}
