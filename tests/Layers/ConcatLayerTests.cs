using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class ConcatLayerTests
{
    private static ConcatLayer<double> Layer(int axis = 1) => new(new() { Axis = axis });

    [Test]
    public void Rows_are_put_together_and_get_their_part_of_the_gradient()
    {
        var run = new LayerRun<double>(Layer(), Blob("a", [2, 1], 1, 2), Blob("b", [2, 2], 3, 4, 5, 6));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 1, 3, 4, 2, 5, 6 }));
        Assert.That(run.Top.Shape, Is.EqualTo(new Shape(2, 3)));
        Assert.That(run.Backward(10, 20, 30, 40, 50, 60), Is.EqualTo(new double[] { 10, 40 }));
        Assert.That(run.Bottoms[1].Diff.ToArray(), Is.EqualTo(new double[] { 20, 30, 50, 60 }));
    }

    [Test]
    public void Along_the_first_axis_blobs_follow_each_other()
    {
        var run = new LayerRun<double>(Layer(0), Blob("a", [1], 1), Blob("b", [2], 2, 3), Blob("c", [0]));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 1, 2, 3 }));
        Assert.That(run.Backward(4, 5, 6), Is.EqualTo(new double[] { 4 }));
    }

    [Test]
    public void A_bottom_that_needs_no_gradient_gets_none()
    {
        var run = new LayerRun<double>(Layer(0), Blob("a", [1], 1), Blob("b", [1], 2));
        run.Forward();
        run.Top.Diff.Fill(1);
        run.Layer.Backward(run.Tops, [false, true], run.Bottoms);
        Assert.That(run.Bottoms[0].Diff[0], Is.Zero);
        Assert.That(run.Bottoms[1].Diff[0], Is.EqualTo(1));
    }

    [TestCase(0, new[] { 2 }, new[] { 3 })]
    [TestCase(1, new[] { 2, 3 }, new[] { 2, 1 })]
    [TestCase(-2, new[] { 2, 3, 2 }, new[] { 2, 2, 2 })]
    public void Gradients_are_those_of_differences(int axis, int[] a, int[] b) =>
        AssertGradients(Layer(axis), Normal<double>("a", a), Normal<double>("b", b), Normal<double>("c", a));

    [TestCase(new[] { 3, 2 })]
    [TestCase(new[] { 2, 2, 1 })]
    public void Other_extents_are_an_error(int[] other)
    {
        var b = Normal<double>("b", other);
        Assert.That(() => new LayerRun<double>(Layer(), Normal<double>("a", 2, 3), b),
            Throws.TypeOf<ShapeException>().With.Message.EqualTo(
                $"layer 'tested' (Concat): received the bottoms a (2×3), {b}, allowed: "
                + "shapes that differ in axis 1 alone"));
    }

    [Test]
    public void Scalars_are_an_error() => Assert.That(
        () => new LayerRun<double>(Layer(0), Normal<double>("a"), Normal<double>("b")),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "layer 'tested' (Concat): received the axis 0 for the bottom a (scalar), allowed: a bottom with axes"));
}
