using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class TransposeLayerTests
{
    private static TransposeLayer<double> Layer(params int[]? axes) =>
        new(new() { Axes = axes is null ? null : [.. axes] });

    [Test]
    public void A_matrix_is_transposed_and_its_gradient_back()
    {
        var run = new LayerRun<double>(Layer(null), Blob("x", [2, 3], 1, 2, 3, 4, 5, 6));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 1, 4, 2, 5, 3, 6 }));
        Assert.That(run.Top.Shape, Is.EqualTo(new Shape(3, 2)));
        Assert.That(run.Backward(1, 4, 2, 5, 3, 6), Is.EqualTo(new double[] { 1, 2, 3, 4, 5, 6 }));
    }

    // y[k, i, j] = x[i, j, k].
    [TestCase(new[] { 2, 0, 1 })]
    [TestCase(new[] { -1, 0, -2 })]
    public void Axes_say_which_axis_of_the_bottom_each_is(int[] axes)
    {
        var run = new LayerRun<double>(Layer(axes), Blob("x", [1, 2, 3], 1, 2, 3, 4, 5, 6));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 1, 4, 2, 5, 3, 6 }));
        Assert.That(run.Top.Shape, Is.EqualTo(new Shape(3, 1, 2)));
    }

    [Test]
    public void A_scalar_and_a_vector_stay_as_they_are()
    {
        Assert.That(new LayerRun<double>(Layer(null), Blob("x", Shape.Scalar, 5)).Forward(),
            Is.EqualTo(new double[] { 5 }));
        Assert.That(new LayerRun<double>(Layer(null), Blob("x", [2], 5, 6)).Forward(),
            Is.EqualTo(new double[] { 5, 6 }));
    }

    [TestCase(null)]
    [TestCase(null, 4)]
    [TestCase(null, 2, 3)]
    [TestCase(new[] { 1, 0, 2 }, 2, 3, 4)]
    [TestCase(new[] { 1, 3, 0, 2 }, 2, 3, 1, 4)]
    public void Gradients_are_those_of_differences(int[]? axes, params int[] shape) =>
        AssertGradients(Layer(axes), Normal<double>("x", shape));

    [Test]
    public void Results_are_the_same_bits_for_any_number_of_threads() => AssertSameBitsForAnyThreads(
        () => new TransposeLayer<float>(new()), Normal<float>("x", 30, 3333));

    [TestCase(new[] { 0, 0 }, "0, 0")]
    [TestCase(new[] { 1 }, "1")]
    public void Axes_that_are_not_all_of_them_are_an_error(int[] axes, string listed) => Assert.That(
        () => new LayerRun<double>(Layer(axes), Normal<double>("x", 2, 3)),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo("layer 'tested' (Transpose): received the axes "
            + $"[{listed}] for the bottom x (2×3), allowed: each of its 2 axes once"));
}
