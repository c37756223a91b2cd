using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class ScaleLayerTests
{
    private static Blob<double> Image => Blob("x", [1, 2, 3], 1, 2, 3, 4, 5, 6);

    private static ScaleLayer<double> Layer(int axis = 1, int numAxes = 1, bool bias = false) => new(new()
    {
        Axis = axis, NumAxes = numAxes, BiasTerm = bias, Filler = new GaussianFiller(),
        BiasFiller = new GaussianFiller(),
    });

    [Test]
    public void A_second_bottom_multiplies_along_its_axis()
    {
        var run = new LayerRun<double>(Layer(), Image, Blob("s", [2], 10, 100));
        Assert.That(run.Layer.Parameters, Is.Empty);
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 10, 20, 30, 400, 500, 600 }));
        Assert.That(run.Backward(1, 2, 3, 1, 1, 1), Is.EqualTo(new double[] { 10, 20, 30, 100, 100, 100 }));
        run.Backward(1, 2, 3, 1, 1, 1);
        Assert.That(run.Bottoms[1].Diff.ToArray(), Is.EqualTo(new double[] { 14, 15 }), "overwritten, not added to");
    }

    [Test]
    public void Factors_and_bias_are_parameters_whose_gradients_add_up()
    {
        var run = new LayerRun<double>(Layer(bias: true), Image);
        run.Layer.Parameters[0].Set([10, 100]);
        run.Layer.Parameters[1].Set([1, 2]);
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 11, 21, 31, 402, 502, 602 }));
        Assert.That(run.Backward(1, 2, 3, 1, 1, 1), Is.EqualTo(new double[] { 10, 20, 30, 100, 100, 100 }));
        run.Backward(1, 2, 3, 1, 1, 1);
        Assert.That(run.Layer.Parameters[0].Diff.ToArray(), Is.EqualTo(new double[] { 28, 30 }));
        Assert.That(run.Layer.Parameters[1].Diff.ToArray(), Is.EqualTo(new double[] { 12, 6 }));
    }

    [Test]
    public void In_place_it_gives_the_same_results()
    {
        var apart = new LayerRun<double>(Layer(bias: true), Image);
        var inPlace = LayerRun<double>.InPlace(Layer(bias: true), Image);
        Assert.That(inPlace.Forward(), Is.EqualTo(apart.Forward()));
        Assert.That(inPlace.Backward(1, 2, 3, 4, 5, 6), Is.EqualTo(apart.Backward(1, 2, 3, 4, 5, 6)));
        for (var i = 0; i < 2; i++)
            Assert.That(inPlace.Layer.Parameters[i].Diff.ToArray(),
                Is.EqualTo(apart.Layer.Parameters[i].Diff.ToArray()));
    }

    [Test]
    public void A_frozen_parameter_gets_no_gradient()
    {
        var run = new LayerRun<double>(Layer(bias: true), Image);
        foreach (var parameter in run.Layer.Parameters)
            parameter.LrMult = 0;
        run.Forward();
        run.Backward(1, 2, 3, 1, 1, 1);
        Assert.That(run.Layer.Parameters.SelectMany(parameter => parameter.Diff.ToArray()), Is.All.Zero);
    }

    [Test]
    public void Factors_start_at_1_and_the_bias_at_0() => Assert.That(
        new LayerRun<double>(new ScaleLayer<double>(new() { BiasTerm = true }), Image).Forward(),
        Is.EqualTo(new double[] { 1, 2, 3, 4, 5, 6 }));

    [TestCase(1, 1, new[] { 3 })]
    [TestCase(0, 2, new[] { 2, 3 })]
    [TestCase(1, -1, new[] { 3, 4 })]
    [TestCase(5, 0, new int[0])]
    public void The_parameters_have_the_axes_asked_for(int axis, int numAxes, int[] expected)
    {
        var layer = Layer(axis, numAxes, bias: true);
        AssertGradients(layer, Normal<double>("x", 2, 3, 4));
        Assert.That(layer.Parameters.Select(parameter => parameter.Shape), Is.All.EqualTo(new Shape(expected)));
    }

    [TestCase(1, new[] { 2, 3, 4 }, new[] { 3 })]
    [TestCase(1, new[] { 2, 3, 4 }, new[] { 3, 4 })]
    [TestCase(1, new[] { 3 }, new int[0])]
    [TestCase(0, new int[0], new int[0])]
    public void Gradients_with_two_bottoms_are_those_of_differences(int axis, int[] x, int[] s) =>
        AssertGradients(Layer(axis, bias: true), Normal<double>("x", x), Normal<double>("s", s));

    [Test]
    public void A_bottom_with_other_extents_than_the_parameter_is_an_error()
    {
        var run = new LayerRun<double>(Layer(), Image);
        run.Bottoms[0].Reshape([1, 3, 2]);
        Assert.That(() => run.Layer.Reshape(run.Bottoms, run.Tops),
            Throws.TypeOf<ShapeException>().With.Message.EqualTo(
                "layer 'tested' (Scale): received the bottom x (1×3×2), allowed: the extents 2 from axis 1 on, for "
                + "which the parameter was made"));
    }
}
