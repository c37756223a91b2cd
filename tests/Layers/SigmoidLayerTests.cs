using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class SigmoidLayerTests
{
    // 1 / (1 + e^(−ln 3)) = 1 / (1 + 1/3) = 3/4.
    private static Blob<double> Example => Blob("x", [3], 0, Math.Log(3), -Math.Log(3));

    [Test]
    public void Forward_is_the_logistic_function() =>
        Assert.That(new LayerRun<double>(new SigmoidLayer<double>(), Example).Forward(),
        Is.EqualTo(new[] { 0.5, 0.75, 0.25 }).Within(1e-15));

    [Test]
    public void Backward_multiplies_by_y_times_1_minus_y()
    {
        var run = new LayerRun<double>(new SigmoidLayer<double>(), Example);
        run.Forward();
        Assert.That(run.Backward(4, 16, 32), Is.EqualTo(new double[] { 1, 3, 6 }).Within(1e-14));
    }

    [Test]
    public void In_place_it_gives_the_same_results()
    {
        var run = LayerRun<double>.InPlace(new SigmoidLayer<double>(), Example);
        Assert.That(run.Forward(), Is.EqualTo(new[] { 0.5, 0.75, 0.25 }).Within(1e-15));
        Assert.That(run.Backward(4, 16, 32), Is.EqualTo(new double[] { 1, 3, 6 }).Within(1e-14));
    }

    [Test]
    public void Far_from_0_it_saturates_in_float_and_double()
    {
        var run = new LayerRun<double>(new SigmoidLayer<double>(), Blob("x", [3], -1000, 1000,
            double.NegativeInfinity));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 0, 1, 0 }));
        Assert.That(run.Backward(1, 1, 1), Is.EqualTo(new double[] { 0, 0, 0 }));
        var inFloat = new LayerRun<float>(new SigmoidLayer<float>(), new Blob<float>("x", [2], [-1000, 1000]));
        Assert.That(inFloat.Forward(), Is.EqualTo(new float[] { 0, 1 }));
        Assert.That(inFloat.Backward(1, 1), Is.EqualTo(new float[] { 0, 0 }));
    }

    [TestCase(7)]
    [TestCase(2, 3, 5)]
    [TestCase(1, 33)]
    public void Gradients_are_those_of_differences(params int[] shape) =>
        AssertGradients(new SigmoidLayer<double>(), Normal<double>("x", shape));

    [Test]
    public void Two_tops_are_an_error() =>
        Assert.That(() =>
            new LayerRun<double>(new SigmoidLayer<double>(), topCount: 2, Example), Throws.TypeOf<ShapeException>()
            .With.Message.EqualTo("layer 'tested' (Sigmoid): received 2 top blobs, allowed: exactly 1"));
}
