using System.Text.Json.Nodes;
using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class InfogainLossLayerTests
{
    private static readonly double[][] Matrix = [[1, 0, 0], [0, 1, 0], [0.5, 0, 2]];

    // Probabilities 1/8, 2/8, 5/8 and three times 1/3.
    private static Blob<double> Scores => Blob("fc", [2, 3], 0, Math.Log(2), Math.Log(5), 4, 4, 4);

    private static Blob<double> Labels => Blob("label", [2], 2, 0);

    private static InfogainLossLayer<double> Layer(InfogainLossOptions? options = null) =>
        new(options ?? new() { Matrix = Matrix });

    // Row 2 says 0.5 · −ln 1/8 and 2 · −ln 5/8, row 0 −ln 1/3. Gradients: 2.5 · p − (0.5, 0, 2) and p − (1, 0, 0).
    [Test]
    public void The_labels_row_says_what_each_class_counts([Values] bool asBottom)
    {
        Blob<double>[] bottoms = [Scores, Labels];
        var run = asBottom
            ? new LayerRun<double>(Layer(new()), [.. bottoms, Blob("H", [3, 3], [.. Matrix.SelectMany(row => row)])])
            : new LayerRun<double>(Layer(), bottoms);
        Assert.That(run.Forward(),
            Is.EqualTo(new[] { (0.5 * Math.Log(8) + 2 * Math.Log(8 / 5.0) + Math.Log(3)) / 2 }).Within(1e-15));
        Assert.That(run.Backward(2), Is.EqualTo(new[] { 2.5 / 8 - 0.5, 5 / 8.0, 12.5 / 8 - 2, -2 / 3.0, 1 / 3.0,
            1 / 3.0 }).Within(1e-15));
    }

    [TestCase(LossNormalization.Full, 2)]
    [TestCase(LossNormalization.Valid, 1)]
    [TestCase(LossNormalization.BatchSize, 2)]
    [TestCase(LossNormalization.None, 1)]
    public void An_ignored_label_has_no_loss_and_no_gradient(LossNormalization normalization, int divisor)
    {
        var options = new InfogainLossOptions { Matrix = Matrix, IgnoreLabel = 2, Normalization = normalization };
        var run = new LayerRun<double>(Layer(options), Scores, Labels);
        Assert.That(run.Forward(), Is.EqualTo(new[] { Math.Log(3) / divisor }).Within(1e-15));
        Assert.That(run.Backward(divisor), Is.EqualTo(new[] { 0, 0, 0, -2 / 3.0, 1 / 3.0, 1 / 3.0 }).Within(1e-15));
    }

    [Test]
    public void With_the_identity_it_is_SoftmaxLoss()
    {
        var (scores, labels) = (Normal<double>("fc", 2, 3, 4), Labels<double>(3, 2, 4));
        double[][] identity = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
        var infogain = new LayerRun<double>(Layer(new() { Matrix = identity }), scores, labels);
        var expected = new LayerRun<double>(new SoftmaxLossLayer<double>(new()), Normal<double>("fc", 2, 3, 4), labels);
        Assert.That(infogain.Forward(), Is.EqualTo(expected.Forward()).Within(1e-15));
        Assert.That(infogain.Backward(3), Is.EqualTo(expected.Backward(3)).Within(1e-15));
    }

    [Test]
    public void A_probability_is_at_least_1e_minus_20_as_in_Caffe()
    {
        var run = new LayerRun<double>(Layer(new() { Matrix = [[0, 1], [1, 0]] }), Blob("fc", [1, 2], 100, 0),
            Blob("label", [1], 0));
        Assert.That(run.Forward(), Is.EqualTo(new[] { 20 * Math.Log(10) }).Within(1e-13));
    }

    [TestCase(1, 4, 3)]
    [TestCase(1, 2, 3, 2, 2)]
    [TestCase(-1, 2, 2, 3)]
    public void Gradients_are_those_of_differences(int axis, params int[] shape)
    {
        var scores = Normal<double>("fc", shape);
        AssertGradients(Layer(new() { Matrix = Matrix, Axis = axis, IgnoreLabel = 1 }), scores,
            Labels<double>(3, scores.Count / 3));
    }

    [Test]
    public void Results_are_the_same_bits_for_any_number_of_threads() => AssertSameBitsForAnyThreads(
        () => new InfogainLossLayer<float>(new()), Normal<float>("fc", 3000, 10), Labels<float>(10, 3000),
        Normal<float>("H", 10, 10));

    [Test]
    public void A_matrix_for_other_classes_is_an_error() => Assert.That(
        () => new LayerRun<double>(Layer(new() { Matrix = [[1, 0], [0, 1]] }), Scores, Labels),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo("layer 'tested' (InfogainLoss): received a matrix of the "
            + "shape 2×2 for the scores fc (2×3), allowed: 3×3"));

    [Test]
    public void No_matrix_is_an_error() => Assert.That(() => new LayerRun<double>(Layer(new()), Scores, Labels),
        Throws.TypeOf<ConfigException>().With.Message.EqualTo("layer 'tested' (InfogainLoss): member 'matrix': "
            + "received none with 2 bottoms, allowed: a list of rows, or a third bottom, and not both"));

    [Test]
    public void A_matrix_that_is_not_square_is_an_error() => Assert.That(
        () => LayerRegistry.Create<double>("InfogainLoss",
            (JsonObject)JsonNode.Parse("""{ "matrix": [[1, 0], [1]] }""")!),
        Throws.TypeOf<ConfigException>().With.Message.Contains(
            "member 'matrix': received the row 1 [1], allowed: 2 numbers, as many as there are rows"));
}
