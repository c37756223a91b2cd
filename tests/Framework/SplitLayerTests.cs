using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class SplitLayerTests
{
    private const string Input = """{ "name": "x", "type": "Input", "shape": [2], "values": [-3, 4] }""";
    private const string Split = """{ "name": "split", "type": "Split", "top": ["a", "b"] }""";

    [Test]
    public void Tops_share_the_values_and_their_gradients_are_summed()
    {
        var run = new LayerRun<double>(new SplitLayer<double>(), topCount: 3, Blob("x", [2], 1, 2));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 1, 2 }));
        Assert.That(run.Tops[2].Data.ToArray(), Is.EqualTo(new double[] { 1, 2 }));
        new double[] { 10, 20 }.CopyTo(run.Tops[1].Diff);
        new double[] { 100, 200 }.CopyTo(run.Tops[2].Diff);
        Assert.That(run.Backward(1, 2), Is.EqualTo(new double[] { 111, 222 }));
    }

    [TestCase]
    [TestCase(2, 3)]
    public void Gradients_are_those_of_differences(params int[] shape) =>
        AssertGradients(new SplitLayer<double>(), Normal<double>("x", shape));

    // a·b = x², with the slope 2x.
    [Test]
    public void A_net_file_may_name_it()
    {
        var net = NetJson.Net(Input, Split, """{ "name": "y", "type": "Multiply", "bottom": ["a", "b"] }""");
        net.ForceBackward = true;
        net.Forward();
        Assert.That(net.Blobs["y"].Data.ToArray(), Is.EqualTo(new double[] { 9, 16 }));
        net.Blobs["y"].Diff.Fill(1);
        net.Backward();
        Assert.That(net.Blobs["x"].Diff.ToArray(), Is.EqualTo(new double[] { -6, 8 }));
    }

    [Test]
    public void A_layer_behind_one_top_does_not_overwrite_the_others()
    {
        var net = NetJson.Net(Input, Split, """{ "name": "relu", "type": "ReLU", "bottom": "a", "in_place": true }""",
            """{ "name": "y", "type": "Add", "bottom": ["relu", "b"] }""");
        net.Forward();
        Assert.That(net.Blobs["y"].Data.ToArray(), Is.EqualTo(new double[] { -3, 8 }));
        var result = GradientChecker.Check(net);
        Assert.That(result.Passed, result.ToString());
    }

    [Test]
    public void Two_bottoms_are_an_error() => Assert.That(
        () => new LayerRun<double>(new SplitLayer<double>(), Normal<double>("a", 2), Normal<double>("b", 2)),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "layer 'tested' (Split): received 2 bottom blobs, allowed: exactly 1"));
}
