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
