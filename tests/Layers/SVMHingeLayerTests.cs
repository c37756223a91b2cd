using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class SVMHingeLayerTests
{
    // The notes' cat, car and frog. Violations: 5.1 − 3.2 + 1 = 2.9; none; 2.2 + 3.1 + 1 = 6.3 and 2.5 + 3.1 + 1 = 6.6.
    private static Blob<double> Scores => Blob("fc", [3, 3], 3.2, 5.1, -1.7, 1.3, 4.9, 2.0, 2.2, 2.5, -3.1);

    private static Blob<double> Labels => Blob("label", [3], 0, 1, 2);

    private static LayerRun<double> Example(HingeNorm norm = HingeNorm.L1, double delta = 1) =>
        new(new SVMHingeLayer<double>(new() { Norm = norm, Delta = delta }), Scores, Labels);

    [Test]
    public void Forward_is_the_mean_of_the_sums_of_violations()
    {
        var run = Example();
        Assert.That(run.Forward(), Is.EqualTo(new[] { (2.9 + 0 + 12.9) / 3 }).Within(1e-14));
        Assert.That(run.Top.Shape, Is.EqualTo(Shape.Scalar));
    }

    [Test]
    public void Backward_counts_the_violations_times_the_loss_weight()
    {
        var run = Example();
        run.Forward();
        Assert.That(run.Backward(3), Is.EqualTo(new double[] { -1, 1, 0, 0, 0, 0, 1, 1, -2 }));
    }

    [Test]
    public void Squared_the_violations_count_by_their_squares()
    {
        var run = Example(HingeNorm.L2);
        Assert.That(run.Forward(), Is.EqualTo(new[] { (2.9 * 2.9 + 6.3 * 6.3 + 6.6 * 6.6) / 3 }).Within(1e-13));
        Assert.That(run.Backward(1.5), Is.EqualTo(new[] { -2.9, 2.9, 0, 0, 0, 0, 6.3, 6.6, -12.9 }).Within(1e-14));
    }

    // With Δ = 5 the second sample violates too: 1.3 − 4.9 + 5 = 1.4, 2.0 − 4.9 + 5 = 2.1; the first: 6.9 and 0.1.
    [Test]
    public void A_wider_margin_is_violated_by_more() => Assert.That(Example(delta: 5).Forward(),
        Is.EqualTo(new[] { (6.9 + 0.1 + 1.4 + 2.1 + 10.3 + 10.6) / 3 }).Within(1e-14));

    [Test]
    public void A_net_that_knows_nothing_has_the_loss_C_minus_1()
    {
        var run = new LayerRun<double>(new SVMHingeLayer<double>(new()), Blob("fc", [2, 10], new double[20]),
            Blob("label", [2], 3, 9));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 9 }));
    }

    [TestCase("l1", HingeNorm.L1)]
    [TestCase("l2", HingeNorm.L2)]
    public void The_norm_is_written_as_l1_or_l2(string written, HingeNorm norm)
    {
        var options = System.Text.Json.JsonSerializer.Deserialize<SVMHingeOptions>($$"""{"norm":"{{written}}"}""",
            ConfigJson.Options);
        Assert.That(options!.Norm, Is.EqualTo(norm));
    }

    [TestCase(HingeNorm.L1, 3, 4)]
    [TestCase(HingeNorm.L2, 3, 4)]
    [TestCase(HingeNorm.L1, 1, 33)]
    [TestCase(HingeNorm.L2, 5, 2, 1, 3)]
    public void Gradients_are_those_of_differences(HingeNorm norm, params int[] shape)
    {
        var scores = Normal<double>("fc", shape);
        AssertGradients(new SVMHingeLayer<double>(new() { Norm = norm }), scores,
            Labels<double>(scores.Count / shape[0], shape[0]));
    }

    [TestCase(HingeNorm.L1)]
    [TestCase(HingeNorm.L2)]
    public void Results_are_the_same_bits_for_any_number_of_threads(HingeNorm norm) => AssertSameBitsForAnyThreads(
        () => new SVMHingeLayer<float>(new() { Norm = norm }), Normal<float>("fc", 5000, 10), Labels<float>(10, 5000));

    [Test]
    public void A_label_that_is_no_class_is_an_error_that_names_sample_and_range()
    {
        var run = new LayerRun<double>(new SVMHingeLayer<double>(new()), Scores, Blob("label", [3], 0, 1, 10));
        Assert.That(run.Forward,
            Throws.TypeOf<DataException>().With.Message.EqualTo("layer 'tested' (SVMHinge): received "
            + "the label 10 for sample 2 in the blob 'label', allowed: whole numbers from 0 to 2"));
    }

    [Test]
    public void A_margin_of_0_is_an_error() => Assert.That(
        () => LayerRegistry.Create<double>("SVMHinge", new() { ["delta"] = 0 }),
        Throws.TypeOf<ConfigException>()
            .With.Message.Contains("member 'delta': received 0, allowed: a number, above 0"));
}
