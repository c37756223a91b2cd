using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class SliceLayerTests
{
    private static Blob<double> TwoByFour => Blob("x", [2, 4], 1, 2, 3, 4, 5, 6, 7, 8);

    private static SliceLayer<double> Layer(int axis = 1, OneOrMany<int>? points = null) =>
        new(new() { Axis = axis, SlicePoint = points });

    [Test]
    public void Equal_parts_are_the_default_and_the_gradient_is_put_together()
    {
        var run = new LayerRun<double>(Layer(), topCount: 2, TwoByFour);
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 1, 2, 5, 6 }));
        Assert.That(run.Tops[1].Data.ToArray(), Is.EqualTo(new double[] { 3, 4, 7, 8 }));
        Assert.That(run.Tops[1].Shape, Is.EqualTo(new Shape(2, 2)));
        new double[] { 50, 60, 70, 80 }.CopyTo(run.Tops[1].Diff);
        Assert.That(run.Backward(10, 20, 30, 40), Is.EqualTo(new double[] { 10, 20, 50, 60, 30, 40, 70, 80 }));
    }

    [Test]
    public void Slice_points_say_where_the_parts_begin()
    {
        var run = new LayerRun<double>(Layer(-1, [1, 3]), topCount: 3, TwoByFour);
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 1, 5 }));
        Assert.That(run.Tops[1].Data.ToArray(), Is.EqualTo(new double[] { 2, 3, 6, 7 }));
        Assert.That(run.Tops[2].Data.ToArray(), Is.EqualTo(new double[] { 4, 8 }));
    }

    [TestCase(0, 4)]
    [TestCase(1, 2, 4)]
    [TestCase(1, 3, 2, 2)]
    public void Gradients_are_those_of_differences(int axis, params int[] shape) =>
        AssertGradients(Layer(axis), Normal<double>("x", shape));

    [Test]
    public void The_gradients_of_several_parts_are_those_of_differences()
    {
        var net = NetJson.Net("""{ "name": "x", "type": "Input", "shape": [2, 3], "values": [1, 2, 3, 4, 5, 6] }""",
            """{ "name": "cut", "type": "Slice", "slice_point": 1, "top": ["a", "b"] }""",
            """{ "name": "product", "type": "Multiply", "bottom": ["a", "b"] }""");
        var result = GradientChecker.Check(net);
        Assert.That(result.Passed, result.ToString());
    }

    [Test]
    public void A_part_that_nobody_reads_gets_no_gradient()
    {
        var net = NetJson.Net("""{ "name": "x", "type": "Input", "shape": [2], "values": [3, 4] }""",
            """{ "name": "cut", "type": "Slice", "axis": 0, "top": ["a", "b"] }""",
            """{ "name": "loss", "type": "SumOfSquares", "bottom": "b", "loss_weight": 1 }""");
        net.ForceBackward = true;
        net.Forward();
        net.Backward();
        Assert.That(net.Blobs["x"].Diff.ToArray(), Is.EqualTo(new double[] { 0, 8 }));
    }

    [Test]
    public void Parts_that_are_not_equal_are_an_error() => Assert.That(
        () => new LayerRun<double>(Layer(), topCount: 3, TwoByFour),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "layer 'tested' (Slice): received the bottom x (2×4) to cut into 3 equal parts along axis 1, allowed: "
            + "an extent that 3 divides, or a slice_point"));

    [TestCase(new[] { 1 }, "1")]
    [TestCase(new[] { 3, 1 }, "3, 1")]
    [TestCase(new[] { 1, 4 }, "1, 4")]
    public void Slice_points_that_do_not_fit_are_an_error(int[] points, string listed) => Assert.That(
        () => new LayerRun<double>(Layer(1, points), topCount: 3, TwoByFour),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo("layer 'tested' (Slice): received the slice_point "
            + $"[{listed}] for the bottom x (2×4) and 3 tops, allowed: 2 in rising order, above 0 and below 4"));
}
