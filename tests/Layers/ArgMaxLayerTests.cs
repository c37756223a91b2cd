using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class ArgMaxLayerTests
{
    private static Blob<double> Example => Blob("x", [2, 4], 3, 9, 1, 5, -1, -7, -3, -2);

    private static LayerRun<double> Run(Blob<double> x, int topK = 1, bool values = false, int? axis = null) =>
        new(new ArgMaxLayer<double>(new() { TopK = topK, OutMaxVal = values, Axis = axis }), x);

    [TestCase(1, new double[] { 1, 0 })]
    [TestCase(2, new double[] { 1, 3, 0, 3 })]
    [TestCase(4, new double[] { 1, 3, 0, 2, 0, 3, 2, 1 })]
    public void Without_an_axis_the_indices_in_each_sample_are_found(int topK, double[] expected)
    {
        var run = Run(Example, topK);
        Assert.That(run.Forward(), Is.EqualTo(expected));
        Assert.That(run.Top.Shape, Is.EqualTo(new Shape(2, 1, topK)));
    }

    [Test]
    public void Without_an_axis_the_values_can_be_given_behind_the_indices()
    {
        var run = Run(Example, topK: 2, values: true);
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 1, 3, 9, 5, 0, 3, -1, -2 }));
        Assert.That(run.Top.Shape, Is.EqualTo(new Shape(2, 2, 2)));
    }

    [Test]
    public void A_bottom_of_more_axes_keeps_their_number()
    {
        var run = Run(Blob("x", [1, 2, 1, 2], 1, 4, 2, 3));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 1 }));
        Assert.That(run.Top.Shape, Is.EqualTo(new Shape(1, 1, 1, 1)));
    }

    [TestCase(false, 0, new double[] { 0, 0, 0, 0 })]
    [TestCase(true, 0, new double[] { 3, 9, 1, 5 })]
    [TestCase(false, -1, new double[] { 1, 0 })]
    [TestCase(true, 1, new double[] { 9, -1 })]
    public void Along_an_axis_indices_or_values_are_found(bool values, int axis, double[] expected) =>
        Assert.That(Run(Example, values: values, axis: axis).Forward(), Is.EqualTo(expected));

    [Test]
    public void Along_an_axis_in_the_middle_places_are_searched_one_by_one()
    {
        var run = Run(Blob("x", [1, 3, 2], 1, 6, 5, 4, 3, 2), topK: 2, axis: 1);
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 1, 0, 2, 1 }));
        Assert.That(run.Top.Shape, Is.EqualTo(new Shape(1, 2, 2)));
    }

    [Test]
    public void Of_equal_values_the_larger_index_comes_first_and_NaN_last() => Assert.That(
        Run(Blob("x", [1, 4], 2, double.NaN, 2, 1), topK: 4).Forward(), Is.EqualTo(new double[] { 2, 0, 3, 1 }));

    [Test]
    public void It_has_no_gradient_and_tells_the_net_so() =>
        Assert.That(new ArgMaxLayer<double>(new()).PropagatesTo(0), Is.False);

    [Test]
    public void More_values_than_there_are_are_an_error() => Assert.That(() => Run(Example, topK: 5),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "layer 'tested' (ArgMax): received top_k 5 for the bottom x (2×4), allowed: at most 4"));
}
