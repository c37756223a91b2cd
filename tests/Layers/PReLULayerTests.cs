using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class PReLULayerTests
{
    private static Blob<double> Example => Blob("x", [2, 2], -4, -8, 3, 0);

    private static PReLULayer<double> Layer(bool shared = false) => new(new() { ChannelShared = shared });

    [Test]
    public void Each_channel_has_a_slope_below_0()
    {
        var run = new LayerRun<double>(Layer(), Example);
        Assert.That(run.Forward(), Is.EqualTo(new double[] { -1, -2, 3, 0 }), "the slopes start at 0.25");
        run.Layer.Parameters[0].Set([0.5, 2]);
        Assert.That(run.Forward(), Is.EqualTo(new double[] { -2, -16, 3, 0 }));
        Assert.That(run.Backward(1, 2, 3, 4), Is.EqualTo(new double[] { 0.5, 4, 3, 8 }));
        Assert.That(run.Layer.Parameters[0].Diff.ToArray(), Is.EqualTo(new double[] { -4, -16 }));
    }

    [Test]
    public void All_channels_can_share_a_slope()
    {
        var run = new LayerRun<double>(Layer(shared: true), Example);
        Assert.That(run.Forward(), Is.EqualTo(new double[] { -1, -2, 3, 0 }));
        run.Backward(1, 2, 3, 4);
        Assert.That(run.Layer.Parameters[0].Shape, Is.EqualTo(Shape.Scalar));
        Assert.That(run.Layer.Parameters[0].Diff.ToArray(), Is.EqualTo(new double[] { -20 }));
    }

    [TestCase(false, 5, 3)]
    [TestCase(false, 2, 3, 2, 5)]
    [TestCase(true, 2, 3, 4)]
    public void Gradients_are_those_of_differences(bool shared, params int[] shape) =>
        AssertGradients(Layer(shared), Normal<double>("x", shape));

    [Test]
    public void Results_are_the_same_bits_for_any_number_of_threads() => AssertSameBitsForAnyThreads(
        () => new PReLULayer<float>(new()), Normal<float>("x", 20, 7, 333));

    [Test]
    public void A_bottom_without_channels_is_an_error() => Assert.That(
        () => new LayerRun<double>(Layer(), Blob("x", [2], 1, 2)), Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "layer 'tested' (PReLU): received the bottom x (2), allowed: samples × channels, or more axes"));
}
