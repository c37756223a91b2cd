using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class MVNLayerTests
{
    // Channel 0: mean 3, deviation 2; channel 1: mean 0, deviation 3.
    private static Blob<double> Example => Blob("x", [1, 2, 2], 1, 5, -3, 3);

    private static MVNLayer<double> Layer(bool variance = true, bool across = false, double eps = 0) =>
        new(new() { NormalizeVariance = variance, AcrossChannels = across, Eps = eps });

    [Test]
    public void Each_channel_gets_the_mean_0_and_the_deviation_1()
    {
        Assert.That(new LayerRun<double>(Layer(), Example).Forward(), Is.EqualTo(new double[] { -1, 1, -1, 1 }));
        Assert.That(new LayerRun<double>(Layer(eps: 2), Example).Forward(),
            Is.EqualTo(new[] { -0.5, 0.5, -0.6, 0.6 }).Within(1e-15));
    }

    [Test]
    public void The_mean_alone_can_be_subtracted()
    {
        var run = new LayerRun<double>(Layer(variance: false), Example);
        Assert.That(run.Forward(), Is.EqualTo(new double[] { -2, 2, -3, 3 }));
        Assert.That(run.Backward(1, 3, 4, 8), Is.EqualTo(new double[] { -1, 1, -2, 2 }));
    }

    // The mean of all four is 1.5.
    [Test]
    public void Channels_can_be_normalised_together() => Assert.That(
        new LayerRun<double>(Layer(variance: false, across: true), Example).Forward(),
        Is.EqualTo(new[] { -0.5, 3.5, -4.5, 1.5 }));

    [Test]
    public void Values_that_are_all_equal_become_0()
    {
        var run = new LayerRun<double>(Layer(eps: 0.5), Blob("x", [1, 1, 2], 7, 7));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 0, 0 }));
        Assert.That(run.Backward(1, 3), Is.EqualTo(new double[] { -2, 2 }));
    }

    [TestCase(true, false, 1e-9, 2, 3, 5)]
    [TestCase(true, true, 0.3, 2, 3, 2, 2)]
    [TestCase(false, false, 0, 3, 2, 4)]
    [TestCase(true, true, 1e-9, 3, 7)]
    public void Gradients_are_those_of_differences(bool variance, bool across, double eps, params int[] shape) =>
        AssertGradients(Layer(variance, across, eps), Normal<double>("x", shape));

    [Test]
    public void Results_are_the_same_bits_for_any_number_of_threads() => AssertSameBitsForAnyThreads(
        () => new MVNLayer<float>(new()), Normal<float>("x", 20, 7, 333));

    [Test]
    public void Channels_of_no_extent_are_an_error() => Assert.That(
        () => new LayerRun<double>(Layer(), Blob("x", [1, 2], 1, 2)), Throws.TypeOf<ShapeException>()
            .With.Message.EqualTo("layer 'tested' (MVN): received the bottom x (1×2), allowed: samples × channels × "
                + "values, or more axes"));
}
