using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class GloVeLossLayerTests
{
    private static GloVeLossLayer<double> Layer(LossNormalization normalization = LossNormalization.BatchSize) =>
        new(new() { XMax = 100, Alpha = 0.5, Normalization = normalization });

    private static Blob<double> Counts(params double[] counts) => Blob("count", [counts.Length], counts);

    private static LayerRun<double> Example(LossNormalization normalization, params double[] counts) => new(
        Layer(normalization), Blob("w", [2, 2], 1, 2, 0, 1), Blob("u", [2, 2], 3, 1, 5, 2), Blob("b", [2, 1], 0.5, 0),
        Blob("c", [2, 1], 0.5, -2), Counts(counts));

    // d = 3 + 2 + 1 − ln 25 with the weight √(25/100) = 1/2; and 2 − 2 − ln 200 with the weight 1.
    [Test]
    public void The_loss_is_the_weighted_square_of_what_lacks_to_the_logarithm()
    {
        var (d0, d1) = (6 - Math.Log(25), -Math.Log(200));
        var run = Example(LossNormalization.BatchSize, 25, 200);
        Assert.That(run.Forward(), Is.EqualTo(new[] { (0.5 * d0 * d0 + d1 * d1) / 4 }).Within(1e-14));
        Assert.That(run.Backward(2), Is.EqualTo(new[] { 1.5 * d0, 0.5 * d0, 5 * d1, 2 * d1 }).Within(1e-14));
        Assert.That(run.Bottoms[1].Diff.ToArray(), Is.EqualTo(new[] { 0.5 * d0, d0, 0, d1 }).Within(1e-14));
        Assert.That(run.Bottoms[2].Diff.ToArray(), Is.EqualTo(new[] { 0.5 * d0, d1 }).Within(1e-14));
        Assert.That(run.Bottoms[3].Diff.ToArray(), Is.EqualTo(new[] { 0.5 * d0, d1 }).Within(1e-14));
    }

    [Test]
    public void Without_normalization_it_is_the_sum() => Assert.That(Example(LossNormalization.None, 25, 200).Forward()[0],
        Is.EqualTo(2 * Example(LossNormalization.BatchSize, 25, 200).Forward()[0]).Within(1e-13));

    [TestCase(1, 1)]
    [TestCase(5, 3)]
    public void Gradients_are_those_of_differences(int samples, int columns) => AssertGradients(Layer(),
        Normal<double>("w", samples, columns), Normal<double>("u", samples, columns), Normal<double>("b", samples, 1),
        Normal<double>("c", samples), Counts([.. Enumerable.Range(0, samples).Select(i => 0.5 + 70 * i)]));

    [Test]
    public void A_count_of_0_is_an_error() => Assert.That(Example(LossNormalization.BatchSize, 1, 0).Forward,
        Throws.TypeOf<DataException>().With.Message.EqualTo(
            "layer 'tested' (GloVeLoss): received the count 0 for sample 1 in the blob 'count', allowed: above 0"));

    [Test]
    public void Counts_of_another_number_are_an_error() => Assert.That(() => Example(LossNormalization.BatchSize, 1, 2, 3),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "layer 'tested' (GloVeLoss): received 3 values in count (3), allowed: 2, one a sample"));
}
