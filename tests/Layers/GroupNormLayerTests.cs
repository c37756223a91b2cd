using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class GroupNormLayerTests
{
    // Group 0 (channels 0 and 1): mean 3, variance 4; group 1: mean 0, variance 9. Both become −1, 1 or 1, −1.
    private static Blob<double> Example => Blob("x", [1, 4], 1, 5, 3, -3);

    private static GroupNormLayer<double> Layer(int groups, bool scaleBias = true, double eps = 0) =>
        new(new() { Groups = groups, ScaleBias = scaleBias, Eps = eps });

    [Test]
    public void Each_group_of_channels_is_normalised_then_each_channel_scaled_and_shifted()
    {
        var run = new LayerRun<double>(Layer(2), Example);
        Assert.That(run.Forward(), Is.EqualTo(new double[] { -1, 1, 1, -1 }));
        run.Layer.Parameters[0].Set([2, 10, 3, 4]);
        run.Layer.Parameters[1].Set([1, 0.5, 0, 1]);
        Assert.That(run.Forward(), Is.EqualTo(new[] { -1, 10.5, 3, -3 }));
    }

    // Two values x̂ = −1 and 1 stay so whatever the inputs are: no gradient passes. dβ = Σ dy, dγ = Σ dy · x̂.
    [Test]
    public void Backward_sums_for_scale_and_shift()
    {
        var run = new LayerRun<double>(Layer(2), Example);
        run.Forward();
        Assert.That(run.Backward(1, 2, 5, 10), Is.EqualTo(new double[] { 0, 0, 0, 0 }).Within(1e-14));
        Assert.That(run.Layer.Parameters[0].Diff.ToArray(), Is.EqualTo(new double[] { -1, 2, 5, -10 }));
        Assert.That(run.Layer.Parameters[1].Diff.ToArray(), Is.EqualTo(new double[] { 1, 2, 5, 10 }));
    }

    [Test]
    public void One_group_is_the_norm_of_the_sample_and_as_many_as_channels_of_each_plane()
    {
        var x = Normal<double>("x", 2, 3, 4);
        var sample = new LayerRun<double>(new LayerNormLayer<double>(new() { Axis = 1, ScaleBias = false }), x);
        Assert.That(new LayerRun<double>(Layer(1, eps: 1e-5), x).Forward(), Is.EqualTo(sample.Forward()).Within(1e-14));
        var plane = new LayerRun<double>(new LayerNormLayer<double>(new() { Axis = 2, ScaleBias = false }), x);
        Assert.That(new LayerRun<double>(Layer(3, eps: 1e-5), x).Forward(), Is.EqualTo(plane.Forward()).Within(1e-14));
    }

    [TestCase(1, true, 5, 3)]
    [TestCase(2, true, 3, 4)]
    [TestCase(3, true, 2, 6, 2, 3)]
    [TestCase(2, false, 2, 4, 5)]
    public void Gradients_are_those_of_differences(int groups, bool scaleBias, params int[] shape) =>
        AssertGradients(Layer(groups, scaleBias, 1e-5), Normal<double>("x", shape));

    [Test]
    public void Results_are_the_same_bits_for_any_number_of_threads() => AssertSameBitsForAnyThreads(
        () => new GroupNormLayer<float>(new() { Groups = 3 }), Normal<float>("x", 20, 6, 333));

    [TestCase(new[] { 4 }, "x (4), allowed: samples × channels, or more axes")]
    [TestCase(new[] { 2, 4 }, "x (2×4), allowed: a multiple of the groups 3 as channels")]
    public void A_bottom_that_does_not_fit_is_an_error(int[] shape, string message) => Assert.That(
        () => new LayerRun<double>(Layer(3), Normal<double>("x", shape)), Throws.TypeOf<ShapeException>()
            .With.Message.EqualTo($"layer 'tested' (GroupNorm): received the bottom {message}"));
}
