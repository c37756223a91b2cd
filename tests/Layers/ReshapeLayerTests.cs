using System.Text.Json.Nodes;
using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class ReshapeLayerTests
{
    private static ReshapeLayer<double> Layer(int[] shape, int axis = 0, int numAxes = -1) =>
        new(new() { Shape = shape, Axis = axis, NumAxes = numAxes });

    // The examples of Caffe's documentation of ReshapeParameter, for a bottom of 2×8.
    [TestCase(new[] { 2, 2, 4 }, 0, -1, new[] { 2, 2, 4 })]
    [TestCase(new[] { 0, 2, 4 }, 0, -1, new[] { 2, 2, 4 })]
    [TestCase(new[] { 0, 2, -1 }, 0, -1, new[] { 2, 2, 4 })]
    [TestCase(new[] { 0, -1, 4 }, 0, -1, new[] { 2, 2, 4 })]
    [TestCase(new[] { 2, 4 }, 1, -1, new[] { 2, 2, 4 })]
    [TestCase(new[] { 2, 4 }, -2, -1, new[] { 2, 2, 4 })]
    [TestCase(new[] { 1 }, 0, 0, new[] { 1, 2, 8 })]
    [TestCase(new[] { 1 }, 1, 0, new[] { 2, 1, 8 })]
    [TestCase(new[] { 1, 1 }, -1, 0, new[] { 2, 8, 1, 1 })]
    [TestCase(new[] { -1 }, 0, 1, new[] { 2, 8 })]
    [TestCase(new[] { 16 }, 0, 2, new[] { 16 })]
    public void The_shape_replaces_the_axes(int[] shape, int axis, int numAxes, int[] expected) => Assert.That(
        new LayerRun<double>(Layer(shape, axis, numAxes), Normal<double>("x", 2, 8)).Top.Shape,
            Is.EqualTo(new Shape(expected)));

    [Test]
    public void Values_are_shared_and_gradients_copied()
    {
        var run = new LayerRun<double>(Layer([2, 2]), Blob("x", [4], 1, 2, 3, 4));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 1, 2, 3, 4 }));
        run.Bottoms[0].Data[3] = 7;
        Assert.That(run.Top.Data[3], Is.EqualTo(7));
        Assert.That(run.Backward(5, 6, 7, 8), Is.EqualTo(new double[] { 5, 6, 7, 8 }));
    }

    [TestCase(2, 6)]
    [TestCase(2, 3, 2)]
    public void Gradients_are_those_of_differences(params int[] shape) =>
        AssertGradients(Layer([0, 2, -1]), Normal<double>("x", shape));

    [TestCase(new[] { 3, 5 }, 0, -1,
        "the shape [3, 5] for the bottom x (2×8), allowed: a shape of 16 elements; 3×5 has 15")]
    [TestCase(new[] { 3, -1 }, 0, -1,
        "the shape [3, -1] for the bottom x (2×8), allowed: a shape whose other extents divide the "
        + "16 elements; they make 3")]
    [TestCase(new[] { 0, 0, 0 }, 0, -1,
        "the shape [0, 0, 0] for the bottom x (2×8), allowed: a 0 only where the bottom has an "
        + "axis; it has no axis 2")]
    [TestCase(new[] { 1 }, 3, -1, "the axis 3 for the bottom x (2×8), allowed: -3 to 2")]
    [TestCase(new[] { 1 }, 1, 2, "num_axes 2 from axis 1 on for the bottom x (2×8), allowed: at most 1")]
    public void A_shape_that_does_not_fit_is_an_error(int[] shape, int axis, int numAxes, string message) =>
        Assert.That(
        () => new LayerRun<double>(Layer(shape, axis, numAxes), Normal<double>("x", 2, 8)),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo($"layer 'tested' (Reshape): received {message}"));

    [TestCase("[-1, 2, -1]", "member 'shape': received [-1, 2, -1], allowed: -1 once at most")]
    [TestCase("[2, -3]", "member 'shape': received -3, allowed: a whole number, or a list of such, -1 or more")]
    public void A_shape_that_cannot_fit_is_an_error_of_the_config(string shape, string message) => Assert.That(
        () => LayerRegistry.Create<double>("Reshape", new() { ["shape"] = JsonNode.Parse(shape) }),
        Throws.TypeOf<ConfigException>().With.Message.Contains(message));
}
