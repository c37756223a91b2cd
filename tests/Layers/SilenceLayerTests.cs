using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class SilenceLayerTests
{
    [Test]
    public void It_swallows_blobs_and_sends_back_gradients_of_0()
    {
        var (a, b) = (Blob("a", [2], 1, 2), Blob("b", [1], 3));
        a.Diff.Fill(5);
        b.Diff.Fill(5);
        var run = new LayerRun<double>(new SilenceLayer<double>(), topCount: 0, a, b);
        run.Layer.Forward(run.Bottoms, run.Tops);
        run.Layer.Backward(run.Tops, [true, false], run.Bottoms);
        Assert.That(a.Diff.ToArray(), Is.EqualTo(new double[] { 0, 0 }));
        Assert.That(b.Diff.ToArray(), Is.EqualTo(new double[] { 5 }), "nobody asked for it");
    }

    [Test]
    public void What_it_swallows_is_no_output_of_a_net()
    {
        var net = NetJson.Net("""{ "name": "in", "type": "Input", "shape": [2] }""",
            """{ "name": "kept", "type": "ReLU", "bottom": "in" }""",
            """{ "name": "unused", "type": "ReLU", "bottom": "in" }""",
            """{ "type": "Silence", "bottom": "unused" }""");
        net.Forward();
        Assert.That(net.Outputs.Select(output => output.Name), Is.EqualTo(new[] { "kept" }));
    }

    [Test]
    public void A_top_is_an_error() => Assert.That(
        () => new LayerRun<double>(new SilenceLayer<double>(), Blob("x", [1], 1)), Throws.TypeOf<ShapeException>()
            .With.Message.EqualTo("layer 'tested' (Silence): received 1 top blob, allowed: exactly 0"));
}
