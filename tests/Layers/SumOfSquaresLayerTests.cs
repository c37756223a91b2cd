using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class SumOfSquaresLayerTests
{
    private static LayerRun<double> Run(Blob<double> x, double coeff = 1) =>
        new(new SumOfSquaresLayer<double>(new() { Coeff = coeff }), x);

    // The notes' f = ‖W·x‖² at W·x = (0.22, 0.26).
    [Test]
    public void Forward_sums_the_squares_and_backward_is_twice_the_input()
    {
        var run = Run(Blob("q", [2], 0.22, 0.26));
        Assert.That(run.Forward(), Is.EqualTo(new[] { 0.116 }).Within(1e-15));
        Assert.That(run.Top.Shape, Is.EqualTo(Shape.Scalar));
        Assert.That(run.Backward(1), Is.EqualTo(new[] { 0.44, 0.52 }));
    }

    [Test]
    public void The_coefficient_multiplies_both()
    {
        var run = Run(Blob("w", [2, 1], 3, -4), 0.5);
        Assert.That(run.Forward(), Is.EqualTo(new[] { 12.5 }));
        Assert.That(run.Backward(2), Is.EqualTo(new double[] { 6, -8 }));
    }

    [TestCase]
    [TestCase(7)]
    [TestCase(2, 3, 5)]
    public void Gradients_are_those_of_differences(params int[] shape) =>
        AssertGradients(new SumOfSquaresLayer<double>(new() { Coeff = 0.3 }), Normal<double>("x", shape));

    [Test]
    public void Two_bottoms_are_an_error() => Assert.That(
        () => new LayerRun<double>(new SumOfSquaresLayer<double>(new()), Normal<double>("a", 2),
            Normal<double>("b", 2)),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "layer 'tested' (SumOfSquares): received 2 bottom blobs, allowed: exactly 1"));
}
