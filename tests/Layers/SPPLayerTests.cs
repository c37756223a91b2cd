using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class SPPLayerTests
{
    private static Blob<double> TwoPlanes => Blob("x", [1, 2, 2, 2], 1, 2, 3, 4, 9, 8, 7, 6);

    private static SPPLayer<double> Layer(int height, SPPMethod method = SPPMethod.Max) =>
        new(new() { PyramidHeight = height, Pool = method });

    // Level by level, within each channel by channel.
    [TestCase(SPPMethod.Max, 4, 9)]
    [TestCase(SPPMethod.Ave, 2.5, 7.5)]
    public void The_top_has_the_windows_of_each_channel_level_behind_level(SPPMethod method, double first,
        double second)
    {
        var run = new LayerRun<double>(Layer(2, method), TwoPlanes);
        Assert.That(run.Forward(), Is.EqualTo(new[] { first, second, 1, 2, 3, 4, 9, 8, 7, 6 }));
        Assert.That(run.Top.Shape, Is.EqualTo(new Shape(1, 10)));
    }

    [Test]
    public void Backward_sums_over_the_levels()
    {
        var run = new LayerRun<double>(Layer(2), TwoPlanes);
        run.Forward();
        Assert.That(run.Backward(10, 20, 1, 2, 3, 4, 5, 6, 7, 8),
            Is.EqualTo(new double[] { 1, 2, 3, 14, 25, 6, 7, 8 }));
    }

    [Test]
    public void A_pyramid_of_one_level_keeps_the_axes_as_in_Caffe()
    {
        var run = new LayerRun<double>(Layer(1), TwoPlanes);
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 4, 9 }));
        Assert.That(run.Top.Shape, Is.EqualTo(new Shape(1, 2, 1, 1)));
    }

    [Test]
    public void Images_of_any_extents_give_equally_many_values()
    {
        var x = Normal<double>("x", 2, 3, 13, 9);
        var run = new LayerRun<double>(Layer(3), x);
        Assert.That(run.Top.Shape, Is.EqualTo(new Shape(2, 3 * (1 + 4 + 16))));
        x.Reshape([5, 3, 7, 8]);
        x.Data.Fill(2);
        run.Layer.Reshape(run.Bottoms, run.Tops);
        Assert.That(run.Top.Shape, Is.EqualTo(new Shape(5, 63)));
        Assert.That(run.Forward(), Is.All.EqualTo(2));
    }

    [TestCase(1, 2, 3, 3, 5)]
    [TestCase(2, 1, 2, 5, 4)]
    [TestCase(3, 2, 2, 6, 7)]
    public void Gradients_are_those_of_differences(int height, params int[] shape)
    {
        AssertGradients(Layer(height), Normal<double>("x", shape));
        AssertGradients(Layer(height, SPPMethod.Ave), Normal<double>("x", shape));
    }

    [Test]
    public void Results_are_the_same_bits_for_any_number_of_threads() => AssertSameBitsForAnyThreads(
        () => new SPPLayer<float>(new() { PyramidHeight = 3 }), Normal<float>("x", 7, 9, 20, 21));

    [TestCase(new[] { 3, 8, 8 }, "the bottom x (3×8×8), allowed: 4 axes: images, channels, height, width")]
    [TestCase(new[] { 1, 1, 8, 5 }, "the bottom x (1×1×8×5), whose width 5 gets 4 windows of 2 with a pad of 2, "
        + "allowed: one that gets a pad smaller than its windows, such as multiples of 4")]
    public void A_bottom_that_does_not_fit_is_an_error(int[] shape, string message) => Assert.That(
        () => new LayerRun<double>(Layer(3), Normal<double>("x", shape)), Throws.TypeOf<ShapeException>()
            .With.Message.EqualTo($"layer 'tested' (SPP): received {message}"));

    [Test]
    public void A_pyramid_without_a_level_is_an_error() => Assert.That(
        () => LayerRegistry.Create<double>("SPP", new() { ["pyramid_height"] = 0 }), Throws.TypeOf<ConfigException>()
            .With.Message.Contains(
                "member 'pyramid_height': received 0, allowed: a whole number, 1 or more and at most 15"));
}
