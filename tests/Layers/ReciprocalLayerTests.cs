using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class ReciprocalLayerTests
{
    private static Blob<double> Example => Blob("x", [3], 2, -4, 0.5);

    // ∂(1/x)/∂x = −1/x²: −1/4, −1/16, −4.
    [Test]
    public void Forward_is_one_over_x_and_backward_multiplies_by_minus_its_square()
    {
        var run = new LayerRun<double>(new ReciprocalLayer<double>(), Example);
        Assert.That(run.Forward(), Is.EqualTo(new[] { 0.5, -0.25, 2 }));
        Assert.That(run.Backward(4, 16, 1), Is.EqualTo(new double[] { -1, -1, -4 }));
    }

    [Test]
    public void In_place_it_gives_the_same_results()
    {
        var run = LayerRun<double>.InPlace(new ReciprocalLayer<double>(), Example);
        Assert.That(run.Forward(), Is.EqualTo(new[] { 0.5, -0.25, 2 }));
        Assert.That(run.Backward(4, 16, 1), Is.EqualTo(new double[] { -1, -1, -4 }));
    }

    [Test]
    public void Of_0_it_is_infinite() => Assert.That(
        new LayerRun<double>(new ReciprocalLayer<double>(), Blob("x", Shape.Scalar, 0)).Forward(),
        Is.EqualTo(new[] { double.PositiveInfinity }));

    [TestCase]
    [TestCase(7)]
    [TestCase(2, 3, 5)]
    public void Gradients_are_those_of_differences(params int[] shape)
    {
        var x = Normal<double>("x", shape);
        // Away from 0, where the differences could not follow the curve.
        foreach (ref var value in x.Data)
            value += Math.CopySign(1, value);
        AssertGradients(new ReciprocalLayer<double>(), x);
    }

    [Test]
    public void Two_tops_are_an_error() => Assert.That(
        () => new LayerRun<double>(new ReciprocalLayer<double>(), topCount: 2, Example),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "layer 'tested' (Reciprocal): received 2 top blobs, allowed: exactly 1"));
}
