using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class HierarchicalSoftmaxLossLayerTests
{
    private static HierarchicalSoftmaxLossLayer<double> Layer(
        LossNormalization normalization = LossNormalization.BatchSize) => new(new() { Normalization = normalization });

    // Scores ln 3 (to the left: 3/4) and ln 3 (to the right: 1/4); the third node is behind the end of the way.
    [Test]
    public void The_loss_is_that_of_the_product_of_the_decisions_on_the_way()
    {
        var ln3 = Math.Log(3);
        var run = new LayerRun<double>(Layer(), Blob("v", [1, 1], 1), Blob("u", [1, 3, 1], ln3, ln3, 5),
            Blob("code", [1, 3], 0, 1, -1));
        Assert.That(run.Forward(), Is.EqualTo(new[] { -Math.Log(3.0 / 16) }).Within(1e-15));
        Assert.That(run.Backward(1), Is.EqualTo(new[] { 0.5 * ln3 }).Within(1e-15));
        Assert.That(run.Bottoms[1].Diff.ToArray(), Is.EqualTo(new[] { -0.25, 0.75, 0 }).Within(1e-15));
    }

    // Words at the ends of ways 0, 10 and 11.
    [Test]
    public void The_probabilities_of_all_words_of_a_tree_sum_to_1()
    {
        var (root, inner) = (0.7, -1.3);
        var sum = 0.0;
        foreach (var (nodes, code) in new (double[], double[])[]
            { ([root, 0], [0, -1]), ([root, inner], [1, 0]), ([root, inner], [1, 1]) })
            sum += Math.Exp(-new LayerRun<double>(Layer(), Blob("v", [1, 1], 0.8), Blob("u", [1, 2, 1], nodes),
                Blob("code", [1, 2], code)).Forward()[0]);
        Assert.That(sum, Is.EqualTo(1).Within(1e-15));
    }

    [Test]
    public void Valid_counts_the_nodes_on_the_ways()
    {
        var run = new LayerRun<double>(Layer(LossNormalization.Valid), new Blob<double>("v", [2, 1]),
            new Blob<double>("u", [2, 2, 1]), Blob("code", [2, 2], 0, -1, 1, 0));
        Assert.That(run.Forward(), Is.EqualTo(new[] { Math.Log(2) }).Within(1e-15));
    }

    [TestCase(2, 1, 1)]
    [TestCase(5, 4, 3)]
    public void Gradients_are_those_of_differences(int samples, int nodes, int columns)
    {
        var code = Labels<double>(3, samples, nodes);
        foreach (ref var decision in code.Data)
            decision--;
        AssertGradients(Layer(), Normal<double>("v", samples, columns), Normal<double>("u", samples, 1, nodes, columns), code);
    }

    [Test]
    public void A_decision_other_than_0_and_1_is_an_error() => Assert.That(
        new LayerRun<double>(Layer(), new Blob<double>("v", [1, 1]), new Blob<double>("u", [1, 2, 1]),
            Blob("code", [1, 2], 0, 2)).Forward,
        Throws.TypeOf<DataException>().With.Message.EqualTo("layer 'tested' (HierarchicalSoftmaxLoss): received the "
            + "decision 2 for sample 0 at node 1 in the blob 'code', allowed: 0, 1, or -1 behind the end of the way"));

    [Test]
    public void A_missing_decision_is_an_error() => Assert.That(
        () => new LayerRun<double>(Layer(), new Blob<double>("v", [1, 1]), new Blob<double>("u", [1, 2, 1]),
            Blob("code", [1, 1], 0)),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo("layer 'tested' (HierarchicalSoftmaxLoss): received 1 decisions "
            + "in code (1×1) for the nodes u (1×2×1), allowed: 2, one a node"));
}
