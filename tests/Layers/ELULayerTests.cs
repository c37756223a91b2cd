using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class ELULayerTests
{
    private static Blob<double> Example => Blob("x", [4], 3, 0, -Math.Log(2), -1000);

    private static ELULayer<double> Layer(double alpha = 1) => new(new() { Alpha = alpha });

    // e^(−ln 2) = 1/2.
    [TestCase(1)]
    [TestCase(4)]
    [TestCase(0)]
    public void Below_0_it_is_an_exponential(double alpha)
    {
        var run = new LayerRun<double>(Layer(alpha), Example);
        Assert.That(run.Forward(), Is.EqualTo(new[] { 3, 0, -alpha / 2, -alpha }).Within(1e-15));
        Assert.That(run.Backward(1, 1, 2, 1), Is.EqualTo(new[] { 1, alpha, alpha, 0 }).Within(1e-15));
    }

    [Test]
    public void In_place_it_gives_the_same_results()
    {
        var diff = Normal<double>("diff", 600).Data.ToArray();
        var apart = new LayerRun<double>(Layer(0.5), Normal<double>("x", 600));
        var inPlace = LayerRun<double>.InPlace(Layer(0.5), Normal<double>("x", 600));
        Assert.That(inPlace.Forward(), Is.EqualTo(apart.Forward()));
        Assert.That(inPlace.Backward(diff), Is.EqualTo(apart.Backward(diff)));
    }

    [TestCase(1, 7)]
    [TestCase(0.3, 2, 3, 5)]
    [TestCase(2, 1, 333)]
    public void Gradients_are_those_of_differences(double alpha, params int[] shape) =>
        AssertGradients(Layer(alpha), Normal<double>("x", shape));

    [Test]
    public void An_alpha_below_0_is_an_error() => Assert.That(
        () => LayerRegistry.Create<double>("ELU", new() { ["alpha"] = -1 }),
        Throws.TypeOf<ConfigException>().With.Message.Contains("member 'alpha': received -1, allowed: "));
}
