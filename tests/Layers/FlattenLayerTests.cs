using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class FlattenLayerTests
{
    private static FlattenLayer<double> Layer(int axis = 1, int endAxis = -1) =>
        new(new() { Axis = axis, EndAxis = endAxis });

    [TestCase(1, -1, new[] { 2, 60 })]
    [TestCase(0, -1, new[] { 120 })]
    [TestCase(1, 2, new[] { 2, 12, 5 })]
    [TestCase(-3, -2, new[] { 2, 12, 5 })]
    [TestCase(2, 2, new[] { 2, 3, 4, 5 })]
    public void The_axes_from_first_to_last_become_one(int axis, int endAxis, int[] expected) => Assert.That(
        new LayerRun<double>(Layer(axis, endAxis), Normal<double>("x", 2, 3, 4, 5)).Top.Shape,
            Is.EqualTo(new Shape(expected)));

    [Test]
    public void Values_are_shared_and_gradients_copied()
    {
        var run = new LayerRun<double>(Layer(), Blob("x", [1, 2, 2], 1, 2, 3, 4));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 1, 2, 3, 4 }));
        run.Bottoms[0].Data[3] = 7;
        Assert.That(run.Top.Data[3], Is.EqualTo(7));
        Assert.That(run.Backward(5, 6, 7, 8), Is.EqualTo(new double[] { 5, 6, 7, 8 }));
    }

    [Test]
    public void A_larger_bottom_is_followed()
    {
        var run = new LayerRun<double>(Layer(), Normal<double>("x", 1, 2, 2));
        run.Bottoms[0].Reshape([100, 2, 2]);
        run.Layer.Reshape(run.Bottoms, run.Tops);
        run.Bottoms[0].Data[399] = 5;
        Assert.That(run.Top.Shape, Is.EqualTo(new Shape(100, 4)));
        Assert.That(run.Top.Data[399], Is.EqualTo(5));
    }

    [TestCase(2, 3)]
    [TestCase(2, 3, 2, 2)]
    public void Gradients_are_those_of_differences(params int[] shape) =>
        AssertGradients(Layer(), Normal<double>("x", shape));

    // In place, the ReLU would overwrite the sigmoid's outputs, which the sigmoid's gradient is made of.
    [Test]
    public void A_layer_behind_it_does_not_overwrite_the_shared_values()
    {
        var net = Net<double>.FromConfig(NetConfig.Read(ConfigDocument.Parse("""
            { "force_backward": true, "layers": [
              { "name": "x", "type": "Input", "shape": [2, 2, 2], "values": [1, 2, 3, 4, -1, -2, -3, -4] },
              { "name": "sigmoid", "type": "Sigmoid" },
              { "name": "flatten", "type": "Flatten" },
              { "name": "relu", "type": "ReLU", "negative_slope": 0.5, "in_place": true },
              { "name": "fc", "type": "InnerProduct", "num_output": 2 } ] }
            """u8.ToArray(), "(test)")), Phase.Train);
        Assert.That(net.Blobs["relu"], Is.Not.SameAs(net.Blobs["flatten"]));
        var result = GradientChecker.Check(net);
        Assert.That(result.Passed, result.ToString());
    }

    [Test]
    public void An_end_before_the_beginning_is_an_error() => Assert.That(
        () => new LayerRun<double>(Layer(2, 1), Normal<double>("x", 2, 3, 4)),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo("layer 'tested' (Flatten): received axis 2 and end_axis 1 "
            + "for the bottom x (2×3×4), allowed: an end_axis that is not before axis"));
}
