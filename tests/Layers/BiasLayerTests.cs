using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class BiasLayerTests
{
    private static Blob<double> Image => Blob("x", [1, 2, 3], 1, 2, 3, 4, 5, 6);

    private static BiasLayer<double> Layer(int axis = 1, int numAxes = 1) =>
        new(new() { Axis = axis, NumAxes = numAxes, Filler = new GaussianFiller() });

    [Test]
    public void A_second_bottom_is_added_along_its_axis()
    {
        var run = new LayerRun<double>(Layer(), Image, Blob("b", [2], 10, 20));
        Assert.That(run.Layer.Parameters, Is.Empty);
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 11, 12, 13, 24, 25, 26 }));
        Assert.That(run.Backward(1, 2, 3, 4, 5, 6), Is.EqualTo(new double[] { 1, 2, 3, 4, 5, 6 }));
        run.Backward(1, 2, 3, 4, 5, 6);
        Assert.That(run.Bottoms[1].Diff.ToArray(), Is.EqualTo(new double[] { 6, 15 }), "overwritten, not added to");
    }

    [TestCase(false)]
    [TestCase(true)]
    public void With_one_bottom_the_bias_is_a_parameter_whose_gradients_add_up(bool inPlace)
    {
        var run = inPlace ? LayerRun<double>.InPlace(Layer(), Image) : new LayerRun<double>(Layer(), Image);
        run.Layer.Parameters[0].Set([10, 20]);
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 11, 12, 13, 24, 25, 26 }));
        Assert.That(run.Backward(1, 2, 3, 4, 5, 6), Is.EqualTo(new double[] { 1, 2, 3, 4, 5, 6 }));
        run.Backward(1, 2, 3, 4, 5, 6);
        Assert.That(run.Layer.Parameters[0].Diff.ToArray(), Is.EqualTo(new double[] { 12, 30 }));
    }

    [TestCase(1, 1, new[] { 3 })]
    [TestCase(0, 2, new[] { 2, 3 })]
    [TestCase(1, -1, new[] { 3, 4 })]
    [TestCase(-1, 1, new[] { 4 })]
    [TestCase(5, 0, new int[0])]
    public void The_parameter_has_the_axes_asked_for(int axis, int numAxes, int[] expected)
    {
        var layer = Layer(axis, numAxes);
        AssertGradients(layer, Normal<double>("x", 2, 3, 4));
        Assert.That(layer.Parameters[0].Shape, Is.EqualTo(new Shape(expected)));
    }

    [TestCase(1, new[] { 2, 3, 4 }, new[] { 3 })]
    [TestCase(1, new[] { 2, 3, 4 }, new[] { 3, 4 })]
    [TestCase(1, new[] { 3 }, new int[0])]
    [TestCase(0, new int[0], new int[0])]
    public void Gradients_with_two_bottoms_are_those_of_differences(int axis, int[] x, int[] b) =>
        AssertGradients(Layer(axis), Normal<double>("x", x), Normal<double>("b", b));

    [Test]
    public void A_second_bottom_that_does_not_fit_is_an_error() => Assert.That(
        () => new LayerRun<double>(Layer(), Image, Normal<double>("b", 3)),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo("layer 'tested' (Bias): received the bottoms x (1×2×3) "
            + "and b (3), allowed: a second one with the extents of the first from axis 1 on, or the first of them"));

    [Test]
    public void More_axes_than_there_are_is_an_error() => Assert.That(
        () => new LayerRun<double>(Layer(1, 3), Image), Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "layer 'tested' (Bias): received num_axes 3 from axis 1 on for the bottom x (1×2×3), allowed: at most 2"));
}
