using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class SigmoidCrossEntropyLossLayerTests
{
    // σ = 1/2, 3/4, 1/4, 3/4.
    private static Blob<double> Scores => Blob("fc", [2, 2], 0, Math.Log(3), -Math.Log(3), Math.Log(3));

    private static Blob<double> Targets => Blob("label", [2, 2], 1, 1, 0, 0.5);

    private static LayerRun<double> Run(SigmoidCrossEntropyLossOptions? options = null, Blob<double>? targets = null) =>
        new(new SigmoidCrossEntropyLossLayer<double>(options ?? new()), Scores, targets ?? Targets);

    // −ln 1/2, −ln 3/4, −ln(1 − 1/4), −(ln 3/4 + ln 1/4) / 2, by 2 samples.
    [Test]
    public void Forward_is_minus_the_logarithms_of_the_targets_probabilities_by_the_samples()
    {
        var run = Run();
        var sum = Math.Log(2) + 2 * Math.Log(4 / 3.0) + (Math.Log(4 / 3.0) + Math.Log(4)) / 2;
        Assert.That(run.Forward(), Is.EqualTo(new[] { sum / 2 }).Within(1e-15));
        Assert.That(run.Top.Shape, Is.EqualTo(Shape.Scalar));
    }

    [Test]
    public void Backward_is_the_probability_less_the_target_by_the_samples_times_the_loss_weight()
    {
        var run = Run();
        run.Forward();
        Assert.That(run.Backward(2), Is.EqualTo(new[] { -0.5, -0.25, 0.25, 0.25 }).Within(1e-15));
    }

    [TestCase(LossNormalization.Full, 4)]
    [TestCase(LossNormalization.Valid, 3)]
    [TestCase(LossNormalization.BatchSize, 2)]
    [TestCase(LossNormalization.None, 1)]
    public void An_ignored_target_has_no_loss_and_no_gradient(LossNormalization normalization, int divisor)
    {
        var run = Run(new() { IgnoreLabel = -1, Normalization = normalization }, Blob("label", [2, 2], 1, 1, 0, -1));
        Assert.That(run.Forward(), Is.EqualTo(new[] { (Math.Log(2) + 2 * Math.Log(4 / 3.0)) / divisor }).Within(1e-15));
        Assert.That(run.Backward(divisor), Is.EqualTo(new[] { -0.5, -0.25, 0.25, 0 }).Within(1e-15));
    }

    [Test]
    public void A_batch_of_ignored_targets_has_the_loss_0()
    {
        var run = Run(new() { IgnoreLabel = 2, Normalization = LossNormalization.Valid },
            Blob("label", [2, 2], 2, 2, 2, 2));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 0 }));
        Assert.That(run.Backward(1), Is.All.Zero);
    }

    [Test]
    public void Scores_far_from_0_give_a_finite_loss_and_gradient_in_float()
    {
        var run = new LayerRun<float>(new SigmoidCrossEntropyLossLayer<float>(new()),
            new Blob<float>("fc", [1, 4], [-1e4f, 1e4f, -1e4f, 1e4f]), new Blob<float>("label", [1, 4], [1, 0, 0, 1]));
        Assert.That(run.Forward(), Is.EqualTo(new[] { 2e4f }));
        Assert.That(run.Backward(1), Is.EqualTo(new float[] { -1, 1, 0, 0 }));
    }

    [TestCase(null, 7)]
    [TestCase(null, 3, 4)]
    [TestCase(1, 2, 3, 2, 2)]
    public void Gradients_are_those_of_differences(int? ignoreLabel, params int[] shape) => AssertGradients(
        new SigmoidCrossEntropyLossLayer<double>(new() { IgnoreLabel = ignoreLabel }), Normal<double>("fc", shape),
        Labels<double>(2, shape));

    [Test]
    public void Results_are_the_same_bits_for_any_number_of_threads() => AssertSameBitsForAnyThreads(
        () => new SigmoidCrossEntropyLossLayer<float>(new()), Normal<float>("fc", 50, 1001),
        Labels<float>(2, 50, 1001));

    [Test]
    public void Targets_of_another_number_are_an_error() => Assert.That(
        () => Run(targets: Blob("label", [2], 0, 1)), Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "layer 'tested' (SigmoidCrossEntropyLoss): received the bottoms fc (2×2) and label (2), allowed: two "
            + "with the same first extent and the same number of elements"));
}
