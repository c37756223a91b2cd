using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class SubtractLayerTests
{
    private static LayerRun<double> Run(params Blob<double>[] bottoms) => new(new SubtractLayer<double>(), bottoms);

    [Test]
    public void Forward_subtracts_and_backward_negates_the_gradient_of_the_second()
    {
        var run = Run(Blob("a", [2], 1, 2), Blob("b", [2], 10, 30));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { -9, -28 }));
        Assert.That(run.Backward(3, 4), Is.EqualTo(new double[] { 3, 4 }));
        Assert.That(run.Bottoms[1].Diff.ToArray(), Is.EqualTo(new double[] { -3, -4 }));
    }

    [Test]
    public void A_scalar_minus_a_vector_is_a_vector()
    {
        var run = Run(Blob("a", Shape.Scalar, 1), Blob("b", [3], 1, 2, 3));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 0, -1, -2 }));
        Assert.That(run.Backward(1, 2, 3), Is.EqualTo(new double[] { 6 }));
        Assert.That(run.Bottoms[1].Diff.ToArray(), Is.EqualTo(new double[] { -1, -2, -3 }));
    }

    [TestCase(new int[0], new int[0])]
    [TestCase(new[] { 2, 3 }, new[] { 2, 3 })]
    [TestCase(new[] { 2, 3 }, new int[0])]
    [TestCase(new[] { 3, 1 }, new[] { 2, 1, 4 })]
    public void Gradients_are_those_of_differences(int[] a, int[] b) =>
        AssertGradients(new SubtractLayer<double>(), Normal<double>("a", a), Normal<double>("b", b));

    [Test]
    public void Three_bottoms_are_an_error() => Assert.That(
        () => Run(Normal<double>("a"), Normal<double>("b"), Normal<double>("c")),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "layer 'tested' (Subtract): received 3 bottom blobs, allowed: exactly 2"));
}
