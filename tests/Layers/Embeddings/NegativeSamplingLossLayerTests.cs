using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class NegativeSamplingLossLayerTests
{
    private static NegativeSamplingLossLayer<double> Layer(LossNormalization normalization = LossNormalization.BatchSize) =>
        new(new() { Normalization = normalization });

    // v · u is ln 3 for the word that was seen and −ln 3 for the one drawn: σ is 3/4 and 1/4, both cost −ln 3/4, and both
    // slopes are 1/4 in size.
    [Test]
    public void The_word_that_was_seen_is_pulled_and_those_drawn_are_pushed()
    {
        var ln3 = Math.Log(3);
        var run = new LayerRun<double>(Layer(), Blob("v", [1, 2], 1, 0), Blob("u", [1, 2, 2], ln3, 2, -ln3, 4));
        Assert.That(run.Forward(), Is.EqualTo(new[] { -2 * Math.Log(0.75) }).Within(1e-15));
        Assert.That(run.Backward(1), Is.EqualTo(new[] { -0.5 * ln3, 0.5 }).Within(1e-15));
        Assert.That(run.Bottoms[1].Diff.ToArray(), Is.EqualTo(new[] { -0.25, 0, 0.25, 0 }).Within(1e-15));
    }

    [TestCase(LossNormalization.None, 12)]
    [TestCase(LossNormalization.BatchSize, 4)]
    [TestCase(LossNormalization.Full, 1)]
    [TestCase(LossNormalization.Valid, 1)]
    public void Vectors_of_zeros_cost_ln_2_a_score_which_normalization_sums_or_averages(LossNormalization normalization,
        double scores)
    {
        var run = new LayerRun<double>(Layer(normalization), new Blob<double>("v", [3, 2]), new Blob<double>("u", [3, 4, 2]));
        Assert.That(run.Forward(), Is.EqualTo(new[] { scores * Math.Log(2) }).Within(1e-14));
    }

    [Test]
    public void Large_scores_neither_overflow_nor_lose_the_loss()
    {
        var run = new LayerRun<double>(Layer(), Blob("v", [1, 1], 1000), Blob("u", [1, 2, 1], -1, -1));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 1000 }));
        Assert.That(run.Backward(1), Is.EqualTo(new double[] { 1 }));
    }

    [TestCase(1, 1, 1)]
    [TestCase(4, 6, 3)]
    [TestCase(3, 2, 20)]
    public void Gradients_are_those_of_differences(int samples, int words, int columns) => AssertGradients(Layer(),
        Normal<double>("v", samples, columns), Normal<double>("u", samples, words, columns));

    [Test]
    public void Results_are_the_same_bits_for_any_number_of_threads() => AssertSameBitsForAnyThreads(
        () => new NegativeSamplingLossLayer<float>(new()), Normal<float>("v", 900, 50), Normal<float>("u", 900, 6, 50));

    [Test]
    public void Vectors_of_another_length_are_an_error() => Assert.That(
        () => new LayerRun<double>(Layer(), new Blob<double>("v", [3, 2]), new Blob<double>("u", [3, 4, 5])),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo("layer 'tested' (NegativeSamplingLoss): received the bottoms "
            + "v (3×2) and u (3×4×5), allowed: N×D and N×L×D: for each of N vectors, L vectors as long to compare it with"));
}
