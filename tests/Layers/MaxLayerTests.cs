using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class MaxLayerTests
{
    private static LayerRun<double> Run(params Blob<double>[] bottoms) => new(new MaxLayer<double>(), bottoms);

    [Test]
    public void Forward_takes_the_largest_and_backward_routes_the_gradient_to_it()
    {
        var run = Run(Blob("a", [3], 1, 5, 2), Blob("b", [3], 4, 3, -2), Blob("c", [3], 0, 1, 9));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 4, 5, 9 }));
        Assert.That(run.Backward(10, 20, 30), Is.EqualTo(new double[] { 0, 20, 0 }));
        Assert.That(run.Bottoms[1].Diff.ToArray(), Is.EqualTo(new double[] { 10, 0, 0 }));
        Assert.That(run.Bottoms[2].Diff.ToArray(), Is.EqualTo(new double[] { 0, 0, 30 }));
    }

    [Test]
    public void Of_equal_ones_the_first_gets_the_gradient()
    {
        var run = Run(Blob("a", Shape.Scalar, 2), Blob("b", Shape.Scalar, 2));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 2 }));
        Assert.That(run.Backward(7), Is.EqualTo(new double[] { 7 }));
        Assert.That(run.Bottoms[1].Diff[0], Is.Zero);
    }

    // max(0, x) with a scalar 0: the ReLU of the notes.
    [Test]
    public void A_scalar_is_compared_with_every_element()
    {
        var run = Run(Blob("zero", Shape.Scalar, 0), Blob("x", [4], -1, 2, -3, 4));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 0, 2, 0, 4 }));
        Assert.That(run.Backward(1, 2, 3, 4), Is.EqualTo(new double[] { 4 }));
        Assert.That(run.Bottoms[1].Diff.ToArray(), Is.EqualTo(new double[] { 0, 2, 0, 4 }));
    }

    [Test]
    public void NaN_wins() => Assert.That(
        Run(Blob("a", [2], double.NaN, 1), Blob("b", [2], 1, double.NaN)).Forward(), Is.All.NaN);

    [Test]
    public void A_second_pass_starts_anew()
    {
        var run = Run(Blob("a", [1], 1), Blob("b", [1], 2));
        run.Forward();
        run.Bottoms[0].Data[0] = 3;
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 3 }));
        Assert.That(run.Backward(5), Is.EqualTo(new double[] { 5 }));
        Assert.That(run.Bottoms[1].Diff[0], Is.Zero);
    }

    [TestCase(new int[0], new int[0])]
    [TestCase(new[] { 2, 3 }, new[] { 2, 3 })]
    [TestCase(new[] { 2, 3 }, new int[0])]
    [TestCase(new[] { 3, 1 }, new[] { 2, 1, 4 })]
    public void Gradients_are_those_of_differences(int[] a, int[] b) => AssertGradients(new MaxLayer<double>(),
        Normal<double>("a", a), Normal<double>("b", b), Normal<double>("c", b));

    [Test]
    public void Results_are_the_same_bits_for_any_number_of_threads() => AssertSameBitsForAnyThreads(
        () => new MaxLayer<float>(), Normal<float>("a", 3333), Normal<float>("b", 30, 3333));

    [Test]
    public void One_bottom_is_an_error() => Assert.That(() => Run(Normal<double>("a", 2)),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "layer 'tested' (Max): received 1 bottom blob, allowed: 2 or more"));
}
