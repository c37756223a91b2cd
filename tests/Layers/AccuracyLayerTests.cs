using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class AccuracyLayerTests
{
    // The highest scores are those of the classes 2, 0, 1, 0; the second highest those of 1, 2, 0, 2.
    private static Blob<double> Scores => Blob("fc", [4, 3], 1, 2, 3, 9, -1, 5, 2, 4, 0, 3, 1, 2);

    private static Blob<double> Labels => Blob("label", [4], 2, 0, 0, 1);

    private static LayerRun<double> Run(Blob<double> scores, Blob<double> labels, int topK = 1, int axis = 1) =>
        new(new AccuracyLayer<double>(new() { TopK = topK, Axis = axis }), topCount: 2, scores, labels);

    [TestCase(1, 0.5)]
    [TestCase(2, 0.75)]
    [TestCase(3, 1)]
    public void Forward_is_the_share_of_labels_among_the_best(int topK, double expected)
    {
        var run = Run(Scores, Labels, topK);
        Assert.That(run.Forward(), Is.EqualTo(new[] { expected }));
        Assert.That(run.Top.Shape, Is.EqualTo(Shape.Scalar));
    }

    // Class 0 has two samples, one right; class 1 one, wrong; class 2 one, right.
    [Test]
    public void A_second_top_gets_the_share_of_each_class()
    {
        var run = Run(Scores, Labels);
        run.Forward();
        Assert.That(run.Tops[1].Data.ToArray(), Is.EqualTo(new[] { 0.5, 0, 1 }));
    }

    // Without sample 3 two of three are right, and class 1 has no sample.
    [Test]
    public void An_ignored_label_is_left_out()
    {
        var run = new LayerRun<double>(new AccuracyLayer<double>(new() { IgnoreLabel = 255 }), topCount: 2, Scores,
            Blob("label", [4], 2, 0, 0, 255));
        Assert.That(run.Forward(), Is.EqualTo(new[] { 2 / 3.0 }));
        Assert.That(run.Tops[1].Data.ToArray(), Is.EqualTo(new[] { 0.5, 0, 1 }));
        run.Bottoms[1].Data.Fill(255);
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 0 }));
    }

    [Test]
    public void A_class_without_a_sample_counts_as_0_and_a_second_pass_starts_anew()
    {
        var run = Run(Scores, Blob("label", [4], 2, 0, 0, 0));
        run.Forward();
        Assert.That(run.Forward(), Is.EqualTo(new[] { 0.75 }));
        Assert.That(run.Tops[1].Data.ToArray(), Is.EqualTo(new[] { 2 / 3.0, 0, 1 }));
    }

    [TestCase(1, 0)]
    [TestCase(2, 0)]
    [TestCase(3, 1)]
    public void A_tie_counts_against_the_label(int topK, double expected) =>
        Assert.That(Run(Blob("fc", [1, 3], 5, 5, 5), Blob("label", [1], 0), topK).Forward(),
            Is.EqualTo(new[] { expected }));

    [Test]
    public void NaN_is_never_right()
    {
        Assert.That(Run(Blob("fc", [1, 2], double.NaN, double.NaN), Blob("label", [1], 0)).Forward(),
            Is.EqualTo(new[] { 0.0 }));
        Assert.That(Run(Blob("fc", [1, 2], 1, double.NaN), Blob("label", [1], 0)).Forward(), Is.EqualTo(new[] { 0.0 }));
    }

    // Two places with three classes each: the best are 2 and 0.
    [Test]
    public void Classes_may_have_places_behind_them() => Assert.That(
        Run(Blob("fc", [1, 3, 2], 1, 9, 2, -1, 3, 5), Blob("label", [1, 2], 2, 1)).Forward(),
            Is.EqualTo(new[] { 0.5 }));

    [Test]
    public void Classes_may_stand_on_another_axis() => Assert.That(
        Run(Blob("fc", [3, 2], 1, 9, 2, -1, 3, 5), Blob("label", [2], 2, 1), axis: 0).Forward(),
            Is.EqualTo(new[] { 0.5 }));

    [Test]
    public void There_is_no_gradient()
    {
        var run = Run(Scores, Labels);
        Assert.That(run.Layer.PropagatesTo(0), Is.False);
        Assert.That(run.Layer.IsLoss, Is.False);
    }

    [Test]
    public void A_top_k_above_the_classes_is_an_error() => Assert.That(() => Run(Scores, Labels, topK: 4),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "layer 'tested' (Accuracy): received top_k 4 for the scores fc (4×3), allowed: at most 3, the classes"));

    [Test]
    public void A_label_that_is_no_class_is_an_error() => Assert.That(
        () => Run(Scores, Blob("label", [4], 0, 1, 3, 4)).Forward(),
        Throws.TypeOf<DataException>()
            .With.Message.EqualTo("layer 'tested' (Accuracy): received the label 3 for sample "
            + "2 in the blob 'label', allowed: whole numbers from 0 to 2"));
}
