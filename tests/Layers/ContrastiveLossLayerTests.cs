using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class ContrastiveLossLayerTests
{
    // The distances 2 and 5.
    private static LayerRun<double> Run(double margin, bool legacy, params double[] labels) => new(
        Layer(margin, legacy), Blob("a", [2, 2], 1, 2, 0, 0), Blob("b", [2, 2], 1, 0, 3, 4),
        Blob("similar", [2], labels));

    private static ContrastiveLossLayer<double> Layer(double margin = 1, bool legacy = false) =>
        new(new() { Margin = margin, LegacyVersion = legacy });

    // (2² + (6 − 5)²) / 4. The dissimilar pair is pushed by (6 − 5) / 5 · (3, 4).
    [Test]
    public void Similar_pairs_cost_their_squared_distance_and_others_the_square_of_what_lacks_to_the_margin()
    {
        var run = Run(6, legacy: false, 1, 0);
        Assert.That(run.Forward(), Is.EqualTo(new[] { 1.25 }).Within(1e-15));
        Assert.That(run.Backward(2), Is.EqualTo(new[] { 0, 2, 0.6, 0.8 }).Within(1e-15));
        Assert.That(run.Bottoms[1].Diff.ToArray(), Is.EqualTo(new[] { 0, -2, -0.6, -0.8 }).Within(1e-15));
    }

    // (2² + (27 − 25)) / 4.
    [Test]
    public void The_legacy_version_compares_the_margin_with_the_squared_distance()
    {
        var run = Run(27, legacy: true, 1, 0);
        Assert.That(run.Forward(), Is.EqualTo(new[] { 1.5 }).Within(1e-15));
        Assert.That(run.Backward(2), Is.EqualTo(new double[] { 0, 2, 3, 4 }).Within(1e-15));
    }

    [Test]
    public void Dissimilar_pairs_beyond_the_margin_cost_nothing([Values] bool legacy)
    {
        var run = Run(1.5, legacy, 0, 0);
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 0 }));
        Assert.That(run.Backward(2), Is.All.Zero);
    }

    [Test]
    public void A_dissimilar_pair_at_one_place_costs_the_margin_and_has_no_gradient()
    {
        var run = new LayerRun<double>(Layer(3), Blob("a", [1, 2], 1, 2), Blob("b", [1, 2], 1, 2), Blob("y", [1], 0));
        Assert.That(run.Forward(), Is.EqualTo(new[] { 4.5 }));
        Assert.That(run.Backward(1), Is.All.Zero);
    }

    [TestCase(2, false, 6, 3)]
    [TestCase(4, false, 5, 2, 2)]
    [TestCase(5, true, 6, 3)]
    public void Gradients_are_those_of_differences(double margin, bool legacy, params int[] shape) => AssertGradients(
        Layer(margin, legacy), Normal<double>("a", shape), Normal<double>("b", shape), Labels<double>(2, shape[0]));

    [Test]
    public void Results_are_the_same_bits_for_any_number_of_threads() => AssertSameBitsForAnyThreads(
        () => new ContrastiveLossLayer<float>(new()), Normal<float>("a", 3000, 17), Normal<float>("b", 3000, 17),
        Labels<float>(2, 3000));

    [Test]
    public void Bottoms_of_different_shapes_are_an_error() => Assert.That(
        () => new LayerRun<double>(Layer(), Blob("a", [1, 2], 1, 2), Blob("b", [2, 1], 1, 2), Blob("y", [1], 0)),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo("layer 'tested' (ContrastiveLoss): received the bottoms a "
            + "(1×2) and b (2×1), allowed: two of one shape, and their labels"));

    [Test]
    public void A_label_other_than_0_and_1_is_an_error() => Assert.That(Run(1, false, 0, 2).Forward,
        Throws.TypeOf<DataException>().With.Message.EqualTo("layer 'tested' (ContrastiveLoss): received the label 2 "
            + "for sample 1 in the blob 'similar', allowed: whole numbers from 0 to 1"));
}
