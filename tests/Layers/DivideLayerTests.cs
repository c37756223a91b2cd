using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class DivideLayerTests
{
    private static LayerRun<double> Run(params Blob<double>[] bottoms) => new(new DivideLayer<double>(), bottoms);

    // ∂(a/b)/∂a = 1/b; ∂(a/b)/∂b = −a/b².
    [Test]
    public void Forward_divides_and_backward_gives_both_gradients()
    {
        var run = Run(Blob("a", [2], 6, -3), Blob("b", [2], 2, 4));
        Assert.That(run.Forward(), Is.EqualTo(new[] { 3, -0.75 }));
        Assert.That(run.Backward(1, 8), Is.EqualTo(new[] { 0.5, 2 }));
        Assert.That(run.Bottoms[1].Diff.ToArray(), Is.EqualTo(new[] { -1.5, 1.5 }));
    }

    [Test]
    public void A_vector_over_a_scalar_sums_the_scalars_gradient()
    {
        var run = Run(Blob("a", [2], 6, 8), Blob("b", Shape.Scalar, 2));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 3, 4 }));
        Assert.That(run.Backward(1, 2), Is.EqualTo(new[] { 0.5, 1 }));
        Assert.That(run.Bottoms[1].Diff.ToArray(), Is.EqualTo(new[] { -1.5 - 4 }));
    }

    [Test]
    public void Over_0_it_is_infinite_or_NaN() => Assert.That(
        Run(Blob("a", [3], 1, -1, 0), Blob("b", Shape.Scalar, 0)).Forward(),
        Is.EqualTo(new[] { double.PositiveInfinity, double.NegativeInfinity, double.NaN }));

    [TestCase(new int[0], new int[0])]
    [TestCase(new[] { 2, 3 }, new[] { 2, 3 })]
    [TestCase(new[] { 2, 3 }, new int[0])]
    [TestCase(new[] { 3, 1 }, new[] { 2, 1, 4 })]
    public void Gradients_are_those_of_differences(int[] a, int[] b)
    {
        var divisor = Normal<double>("b", b);
        // Away from 0, where the differences could not follow the curve.
        foreach (ref var value in divisor.Data)
            value += Math.CopySign(1, value);
        AssertGradients(new DivideLayer<double>(), Normal<double>("a", a), divisor);
    }

    [Test]
    public void Shapes_that_do_not_fit_are_an_error() => Assert.That(
        () => Run(Normal<double>("a", 2, 3), Normal<double>("b", 3, 2)),
        Throws.TypeOf<ShapeException>().With.Message.StartsWith(
            "layer 'tested' (Divide): received the bottoms a (2×3), b (3×2), allowed: "));
}
