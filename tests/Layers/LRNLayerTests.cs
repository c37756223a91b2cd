using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class LRNLayerTests
{
    private static LRNLayer<double> Layer(NormRegion region = NormRegion.AcrossChannels, int size = 3,
        double alpha = 3, double beta = 1, double k = 1) =>
        new(new() { LocalSize = size, Alpha = alpha, Beta = beta, K = k, NormRegion = region });

    // s = 1 + Σ x² of the channel and its neighbours: 1 + 1 + 4 = 6, 1 + 1 + 4 + 9 = 15, 1 + 4 + 9 = 14.
    // dx₀ = dy₀ / s₀ − 2 x₀ (dy₀ y₀ / s₀ + dy₁ y₁ / s₁), with dy = (1, 0, 0): 1/6 − 2 · 1/36; dx₁ = −2 · 2 · 1/36.
    [Test]
    public void Across_channels_a_window_of_channels_is_divided_by()
    {
        var run = new LayerRun<double>(Layer(), Blob("x", [1, 3], 1, 2, 3));
        Assert.That(run.Forward(), Is.EqualTo(new[] { 1 / 6.0, 2 / 15.0, 3 / 14.0 }).Within(1e-15));
        Assert.That(run.Backward(1, 0, 0), Is.EqualTo(new[] { 4 / 36.0, -4 / 36.0, 0 }).Within(1e-15));
    }

    [Test]
    public void Places_do_not_mix_across_channels() => Assert.That(
        new LayerRun<double>(Layer(k: 2), Blob("x", [1, 2, 2], 1, 10, 2, 0)).Forward(),
        Is.EqualTo(new[] { 1 / 7.0, 10 / 102.0, 2 / 7.0, 0 }).Within(1e-15));

    // With alpha 9, s = 1 + Σ x² of the square: 1 + 1 + 4 + 9 + 16 for all four; the second channel is by itself.
    [Test]
    public void Within_a_channel_a_square_is_divided_by() => Assert.That(
        new LayerRun<double>(Layer(NormRegion.WithinChannel, alpha: 9),
            Blob("x", [1, 2, 2, 2], 1, 2, 3, 4, 1, 0, 0, 0)).Forward(),
        Is.EqualTo(new[] { 1 / 31.0, 2 / 31.0, 3 / 31.0, 4 / 31.0, 0.5, 0, 0, 0 }).Within(1e-15));

    [TestCase(NormRegion.AcrossChannels, 5, 2, 7)]
    [TestCase(NormRegion.AcrossChannels, 3, 2, 4, 2, 3)]
    [TestCase(NormRegion.AcrossChannels, 9, 2, 4, 3)]
    [TestCase(NormRegion.WithinChannel, 3, 2, 2, 4, 5)]
    [TestCase(NormRegion.WithinChannel, 5, 1, 2, 3, 2)]
    public void Gradients_are_those_of_differences(NormRegion region, int size, params int[] shape) =>
        AssertGradients(Layer(region, size, 0.7, 0.75), Normal<double>("x", shape));

    [Test]
    public void Results_are_the_same_bits_for_any_number_of_threads([Values] NormRegion region) =>
        AssertSameBitsForAnyThreads(() => new LRNLayer<float>(new() { NormRegion = region }),
            Normal<float>("x", 6, 7, 9, 11));

    [Test]
    public void An_even_size_is_an_error() => Assert.That(
        () => LayerRegistry.Create<double>("LRN", new() { ["local_size"] = 4 }), Throws.TypeOf<ConfigException>()
            .With.Message.Contains("member 'local_size': received 4, allowed: an odd number"));

    [Test]
    public void A_k_that_would_not_be_used_is_an_error() => Assert.That(
        () => LayerRegistry.Create<double>("LRN", new() { ["norm_region"] = "within_channel", ["k"] = 2 }),
        Throws.TypeOf<ConfigException>().With.Message.Contains(
            "member 'k': received 2, allowed: 1, with the norm_region within_channel"));

    [Test]
    public void Within_a_channel_the_bottom_must_be_images() => Assert.That(
        () => new LayerRun<double>(Layer(NormRegion.WithinChannel), Blob("x", [1, 3], 1, 2, 3)),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo("layer 'tested' (LRN): received the bottom x (1×3), "
            + "allowed: samples × channels × height × width"));
}
