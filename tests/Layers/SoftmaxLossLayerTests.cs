using System.Text.Json.Nodes;
using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class SoftmaxLossLayerTests
{
    // Probabilities 1/8, 2/8, 5/8 and three times 1/3.
    private static Blob<double> Scores => Blob("fc", [2, 3], 0, Math.Log(2), Math.Log(5), 4, 4, 4);

    private static Blob<double> Labels => Blob("label", [2], 2, 0);

    private static SoftmaxLossLayer<double> Layer(int axis = 1) => new(new() { Axis = axis });

    [Test]
    public void Forward_is_the_mean_of_minus_the_logarithms_of_the_labels_probabilities()
    {
        var run = new LayerRun<double>(Layer(), Scores, Labels);
        Assert.That(run.Forward(), Is.EqualTo(new[] { (Math.Log(8 / 5.0) + Math.Log(3)) / 2 }).Within(1e-15));
        Assert.That(run.Top.Shape, Is.EqualTo(Shape.Scalar));
    }

    [Test]
    public void Backward_is_the_probabilities_less_1_at_the_label_over_the_samples_times_the_loss_weight()
    {
        var run = new LayerRun<double>(Layer(), Scores, Labels);
        run.Forward();
        Assert.That(run.Backward(2),
            Is.EqualTo(new[] { 1 / 8.0, 2 / 8.0, -3 / 8.0, -2 / 3.0, 1 / 3.0, 1 / 3.0 }).Within(1e-15));
    }

    [Test]
    public void A_second_top_gets_the_probabilities()
    {
        var run = new LayerRun<double>(Layer(), topCount: 2, Scores, Labels);
        run.Forward();
        Assert.That(run.Tops[1].Shape, Is.EqualTo(new Shape(2, 3)));
        Assert.That(run.Tops[1].Data.ToArray(),
            Is.EqualTo(new[] { 1 / 8.0, 2 / 8.0, 5 / 8.0, 1 / 3.0, 1 / 3.0, 1 / 3.0 }).Within(1e-15));
        Assert.That(run.Backward(2)[2], Is.EqualTo(-3 / 8.0).Within(1e-15));
    }

    [Test]
    public void Classes_may_have_places_behind_them()
    {
        var scores = Blob("fc", [1, 3, 2], 0, 4, Math.Log(2), 4, Math.Log(5), 4);
        var run = new LayerRun<double>(Layer(), scores, Blob("label", [1, 2], 2, 0));
        Assert.That(run.Forward(), Is.EqualTo(new[] { (Math.Log(8 / 5.0) + Math.Log(3)) / 2 }).Within(1e-15));
        Assert.That(run.Backward(2),
            Is.EqualTo(new[] { 1 / 8.0, -2 / 3.0, 2 / 8.0, 1 / 3.0, -3 / 8.0, 1 / 3.0 }).Within(1e-15));
    }

    [TestCase(LossNormalization.Valid, 1)]
    [TestCase(LossNormalization.Full, 2)]
    [TestCase(LossNormalization.BatchSize, 2)]
    [TestCase(LossNormalization.None, 1)]
    public void An_ignored_label_has_no_loss_and_no_gradient(LossNormalization normalization, int divisor)
    {
        var run = new LayerRun<double>(new SoftmaxLossLayer<double>(
            new() { IgnoreLabel = 255, Normalization = normalization }), Scores, Blob("label", [2], 2, 255));
        Assert.That(run.Forward(), Is.EqualTo(new[] { Math.Log(8 / 5.0) / divisor }).Within(1e-15));
        Assert.That(run.Backward(divisor), Is.EqualTo(new[] { 1 / 8.0, 2 / 8.0, -3 / 8.0, 0, 0, 0 }).Within(1e-15));
    }

    // Two samples of two places: 4 places, of which 3 count.
    [TestCase(LossNormalization.Valid, 3)]
    [TestCase(LossNormalization.Full, 4)]
    [TestCase(LossNormalization.BatchSize, 2)]
    [TestCase(LossNormalization.None, 1)]
    public void The_normalization_says_what_the_sum_is_divided_by(LossNormalization normalization, int divisor)
    {
        var run = new LayerRun<double>(new SoftmaxLossLayer<double>(
            new() { IgnoreLabel = 0, Normalization = normalization }), Blob("fc", [2, 5, 2], new double[20]),
            Blob("label", [2, 2], 1, 0, 2, 3));
        Assert.That(run.Forward(), Is.EqualTo(new[] { 3 * Math.Log(5) / divisor }).Within(1e-14));
    }

    [Test]
    public void A_batch_of_ignored_labels_has_the_loss_0([Values] LossNormalization normalization)
    {
        var run = new LayerRun<double>(new SoftmaxLossLayer<double>(new() { IgnoreLabel = -1,
            Normalization = normalization, LabelSmoothing = 0.1, ClassWeights = new double[] { 1, 2, 3 } }),
            Scores, Blob("label", [2], -1, -1));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 0 }));
        Assert.That(run.Backward(1), Is.All.Zero);
    }

    // The weights 4 and 1 of the labels 2 and 0.
    [TestCase(LossNormalization.Valid, 5)]
    [TestCase(LossNormalization.Full, 2)]
    [TestCase(LossNormalization.None, 1)]
    public void Class_weights_multiply_and_where_valid_divide(LossNormalization normalization, int divisor)
    {
        var run = new LayerRun<double>(new SoftmaxLossLayer<double>(
            new() { ClassWeights = new double[] { 1, 2, 4 }, Normalization = normalization }), Scores, Labels);
        Assert.That(run.Forward(),
            Is.EqualTo(new[] { (4 * Math.Log(8 / 5.0) + Math.Log(3)) / divisor }).Within(1e-14));
        Assert.That(run.Backward(divisor),
            Is.EqualTo(new[] { 4 / 8.0, 8 / 8.0, -12 / 8.0, -2 / 3.0, 1 / 3.0, 1 / 3.0 }).Within(1e-14));
    }

    // The target of sample 0 is 0.1, 0.1, 0.8; that of sample 1 is 0.8, 0.1, 0.1, all with the probability 1/3.
    [Test]
    public void Label_smoothing_spreads_a_part_of_the_target_over_all_classes()
    {
        var run = new LayerRun<double>(new SoftmaxLossLayer<double>(new() { LabelSmoothing = 0.3 }), Scores, Labels);
        var first = 0.1 * Math.Log(8) + 0.1 * Math.Log(4) + 0.8 * Math.Log(8 / 5.0);
        Assert.That(run.Forward(), Is.EqualTo(new[] { (first + Math.Log(3)) / 2 }).Within(1e-15));
        Assert.That(run.Backward(2), Is.EqualTo(new[] { 1 / 8.0 - 0.1, 2 / 8.0 - 0.1, 5 / 8.0 - 0.8,
            1 / 3.0 - 0.8, 1 / 3.0 - 0.1, 1 / 3.0 - 0.1 }).Within(1e-15));
    }

    [TestCase(new[] { 4, 3 }, new[] { 4 })]
    [TestCase(new[] { 2, 3, 2, 3 }, new[] { 2, 2, 3 })]
    public void Gradients_with_all_options_are_those_of_differences(int[] scores, int[] labels) => AssertGradients(
        new SoftmaxLossLayer<double>(new() { IgnoreLabel = 1, LabelSmoothing = 0.2,
            ClassWeights = new[] { 0.5, 1, 3 } }), Normal<double>("fc", scores), Labels<double>(3, labels));

    [Test]
    public void Too_few_class_weights_are_an_error() => Assert.That(
        () => new LayerRun<double>(new SoftmaxLossLayer<double>(new() { ClassWeights = new double[] { 1, 2 } }),
            Scores, Labels),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo("layer 'tested' (SoftmaxLoss): received 2 class_weights "
            + "for the scores fc (2×3), allowed: 3, one for each class"));

    [Test]
    public void A_label_that_is_neither_a_class_nor_ignored_is_an_error()
    {
        var run = new LayerRun<double>(new SoftmaxLossLayer<double>(new() { IgnoreLabel = 255 }), Scores,
            Blob("label", [2], 255, 3));
        Assert.That(run.Forward,
            Throws.TypeOf<DataException>().With.Message.EqualTo("layer 'tested' (SoftmaxLoss): received the label 3 "
            + "for sample 1 in the blob 'label', allowed: whole numbers from 0 to 2, or 255, which is ignored"));
    }

    [TestCase("""{ "label_smoothing": 1.5 }""", "member 'label_smoothing': received 1.5, allowed: ")]
    [TestCase("""{ "class_weights": [1, -1] }""", "member 'class_weights': received -1, allowed: ")]
    [TestCase("""{ "normalization": "mean" }""",
        "member 'normalization': received \"mean\" (text), allowed: full, valid, batch_size, none")]
    public void Options_that_do_not_fit_are_an_error(string options, string message) => Assert.That(
        () => LayerRegistry.Create<double>("SoftmaxLoss", (JsonObject)JsonNode.Parse(options)!),
        Throws.TypeOf<ConfigException>().With.Message.Contains(message));

    [Test]
    public void Scores_far_apart_give_a_finite_loss_and_gradient_in_float()
    {
        var run = new LayerRun<float>(new SoftmaxLossLayer<float>(new()),
            new Blob<float>("fc", [2, 2], [-1e4f, 1e4f, 1e4f, -1e4f]), new Blob<float>("label", [2], [0, 0]));
        Assert.That(run.Forward(), Is.EqualTo(new[] { 1e4f }));
        Assert.That(run.Backward(1), Is.EqualTo(new[] { -0.5f, 0.5f, 0, 0 }));
    }

    [Test]
    public void A_net_that_knows_nothing_has_the_loss_ln_C()
    {
        var run = new LayerRun<double>(Layer(), Blob("fc", [3, 10], new double[30]), Blob("label", [3], 0, 5, 9));
        Assert.That(run.Forward(), Is.EqualTo(new[] { Math.Log(10) }).Within(1e-15));
    }

    [TestCase(1, 3, 4)]
    [TestCase(1, 1, 9)]
    [TestCase(1, 2, 3, 2, 3)]
    [TestCase(-1, 2, 3, 4)]
    public void Gradients_are_those_of_differences(int axis, params int[] shape)
    {
        var scores = Normal<double>("fc", shape);
        var classes = scores.Shape[axis];
        AssertGradients(Layer(axis), scores, Labels<double>(classes, scores.Count / classes));
    }

    // Each step of each sequence is a sample of its own.
    [Test]
    public void Over_time_the_loss_is_the_mean_over_the_steps_that_are_not_ignored()
    {
        var options = new SoftmaxLossOptions { Axis = 2, IgnoreLabel = -1 };
        var scores = Normal<double>("fc", 3, 2, 4);
        var labels = Blob("label", [3, 2], 0, 3, 2, -1, 1, -1);
        var run = new LayerRun<double>(new SoftmaxLossLayer<double>(options), scores, labels);
        var kept = new Blob<double>("fc", [4, 4], [.. scores.Data[..12], .. scores.Data[16..20]]);
        var alone = new LayerRun<double>(Layer(), kept, Blob("label", [4], 0, 3, 2, 1));
        Assert.That(run.Forward(), Is.EqualTo(alone.Forward()).Within(1e-15));
        var gradient = run.Backward(1);
        var expected = alone.Backward(1);
        Assert.That(gradient[..12].Concat(gradient[16..20]), Is.EqualTo(expected).Within(1e-15));
        Assert.That(gradient[12..16].Concat(gradient[20..]), Is.All.Zero);
        AssertGradients(new SoftmaxLossLayer<double>(options), scores, labels);
    }

    [Test]
    public void Results_are_the_same_bits_for_any_number_of_threads() => AssertSameBitsForAnyThreads(
        () => new SoftmaxLossLayer<float>(new()), Normal<float>("fc", 3000, 10), Labels<float>(10, 3000));

    [TestCase(3, "3")]
    [TestCase(-1, "-1")]
    [TestCase(0.5, "0.5")]
    [TestCase(double.NaN, "NaN")]
    public void A_label_that_is_no_class_is_an_error_that_names_sample_and_range(double label, string printed)
    {
        var run = new LayerRun<double>(Layer(), Scores, Blob("label", [2], 0, label));
        Assert.That(run.Forward,
            Throws.TypeOf<DataException>().With.Message.EqualTo("layer 'tested' (SoftmaxLoss): received "
            + $"the label {printed} for sample 1 in the blob 'label', allowed: whole numbers from 0 to 2"));
    }

    [Test]
    public void A_wrong_label_behind_the_axis_is_named_with_its_position()
    {
        var run = new LayerRun<double>(Layer(), Blob("fc", [2, 2, 3], new double[12]), Blob("label", [2, 3], 0, 0, 0,
            0, 0, 2));
        Assert.That(run.Forward,
            Throws.TypeOf<DataException>().With.Message.EqualTo("layer 'tested' (SoftmaxLoss): received "
            + "the label 2 for sample 1 at position 2 in the blob 'label', allowed: whole numbers from 0 to 1"));
    }

    [Test]
    public void Too_few_labels_are_an_error() => Assert.That(
        () => new LayerRun<double>(Layer(), Scores, Blob("label", [1], 0)),
            Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "layer 'tested' (SoftmaxLoss): received 1 label in label (1) for the scores fc (2×3), "
            + "allowed: 2, one for each sample"));
}
