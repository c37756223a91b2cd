using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class TanHLayerTests
{
    // With eˣ = 2: (2 − 1/2) / (2 + 1/2) = 3/5.
    private static Blob<double> Example => Blob("x", [3], 0, Math.Log(2), -Math.Log(2));

    [Test]
    public void Forward_is_the_hyperbolic_tangent() =>
        Assert.That(new LayerRun<double>(new TanHLayer<double>(), Example).Forward(),
        Is.EqualTo(new[] { 0, 0.6, -0.6 }).Within(1e-15));

    [Test]
    public void Backward_multiplies_by_1_minus_y_squared()
    {
        var run = new LayerRun<double>(new TanHLayer<double>(), Example);
        run.Forward();
        Assert.That(run.Backward(1, 100, -25), Is.EqualTo(new double[] { 1, 64, -16 }).Within(1e-13));
    }

    [Test]
    public void In_place_it_gives_the_same_results()
    {
        var run = LayerRun<double>.InPlace(new TanHLayer<double>(), Example);
        Assert.That(run.Forward(), Is.EqualTo(new[] { 0, 0.6, -0.6 }).Within(1e-15));
        Assert.That(run.Backward(1, 100, -25), Is.EqualTo(new double[] { 1, 64, -16 }).Within(1e-13));
    }

    [Test]
    public void In_float_it_is_exact_to_the_spacing_of_numbers_at_1()
    {
        var x = Normal<float>("x", 1000);
        var expected = x.Data.ToArray().Select(value => (float)Math.Tanh(value));
        Assert.That(new LayerRun<float>(new TanHLayer<float>(), x).Forward(), Is.EqualTo(expected).Within(2.5e-7));
    }

    [Test]
    public void Far_from_0_it_saturates()
    {
        var run = new LayerRun<double>(new TanHLayer<double>(), Blob("x", [2], -1000, 1000));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { -1, 1 }));
        Assert.That(run.Backward(1, 1), Is.EqualTo(new double[] { 0, 0 }));
    }

    [TestCase(7)]
    [TestCase(2, 3, 5)]
    [TestCase(1, 33)]
    public void Gradients_are_those_of_differences(params int[] shape) =>
        AssertGradients(new TanHLayer<double>(), Normal<double>("x", shape));

    [Test]
    public void Two_bottoms_are_an_error() =>
        Assert.That(() =>
            new LayerRun<double>(new TanHLayer<double>(), Example, Example), Throws.TypeOf<ShapeException>()
            .With.Message.EqualTo("layer 'tested' (TanH): received 2 bottom blobs, allowed: exactly 1"));
}
