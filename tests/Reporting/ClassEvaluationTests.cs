using NeuralFramework.Reporting;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class ClassEvaluationTests
{
    // The scores are the data itself.
    private static Net<float> Scores(string last, string data = "[[2, 1, 0], [0, 3, 5], [1, 1, 0], [0, 0, 4]]") =>
        Net<float>.FromConfig(NetJson.Layers(
            $$"""
            { "name": "data", "type": "InMemory", "top": ["x", "y"], "batch_size": 4, "data": {{data}},
              "labels": [0, 1, 0, 2] }
            """, last), Phase.Test);

    private static ClassEvaluation Evaluate(Net<float> net)
    {
        var evaluation = new ClassEvaluation();
        net.Forward();
        evaluation.Add(net);
        return evaluation;
    }

    private const string Softmax = """{ "name": "loss", "type": "SoftmaxLoss", "bottom": ["x", "y"] }""";

    [Test]
    public void It_counts_which_class_is_taken_for_which_and_a_tie_is_wrong()
    {
        var evaluation = Evaluate(Scores(Softmax));
        Assert.That(evaluation.Classes, Is.EqualTo(3));
        Assert.That(evaluation.Samples, Is.EqualTo(4));
        Assert.That(evaluation.Right, Is.EqualTo(2));
        Assert.That(evaluation.Counts, Is.EquivalentTo(new Dictionary<(int, int), int>
        {
            [(0, 0)] = 1, [(1, 2)] = 1, [(0, 1)] = 1, [(2, 2)] = 1,
        }));
    }

    [Test]
    public void The_worst_mistake_comes_first_with_the_probability_of_the_wrong_class()
    {
        var mistakes = Evaluate(Scores(Softmax)).Mistakes;
        Assert.That(mistakes.Select(mistake => mistake.Sample), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(mistakes[0].Confidence, Is.EqualTo(1 / (1 + Math.Exp(-2) + Math.Exp(-5))).Within(1e-12));
        Assert.That(mistakes[1].Confidence, Is.EqualTo(1 / (2 + Math.Exp(-1))).Within(1e-12));
    }

    [Test]
    public void Of_a_hinge_loss_the_difference_of_the_scores_counts()
    {
        var mistakes = Evaluate(Scores("""{ "name": "loss", "type": "SVMHinge", "bottom": ["x", "y"] }""")).Mistakes;
        Assert.That(mistakes.Select(mistake => mistake.Confidence), Is.EqualTo(new[] { 2.0, 0.0 }));
    }

    [Test]
    public void A_label_to_be_ignored_does_not_count()
    {
        var evaluation = Evaluate(Scores(
            """{ "name": "a", "type": "Accuracy", "bottom": ["x", "y"], "ignore_label": 0 }"""));
        Assert.That((evaluation.Samples, evaluation.Right), Is.EqualTo((2L, 1L)));
    }

    [Test]
    public void The_next_batch_after_the_end_of_a_test_begins_anew()
    {
        var net = Scores(Softmax);
        var evaluation = Evaluate(net);
        evaluation.Add(net);
        Assert.That(evaluation.Samples, Is.EqualTo(8));
        evaluation.Complete();
        evaluation.Add(net);
        Assert.That(evaluation.Samples, Is.EqualTo(4));
    }

    [Test]
    public void Images_are_kept_of_mistakes()
    {
        var net = Net<float>.FromConfig(NetJson.Layers(
            """
            { "name": "data", "type": "InMemory", "top": ["x", "y"], "batch_size": 1, "shape": [1, 2, 2],
              "data": [0, 3, 2, 1], "labels": [0] }
            """,
            """{ "name": "flat", "type": "Flatten", "bottom": "x" }""",
            """{ "name": "loss", "type": "SoftmaxLoss", "bottom": ["flat", "y"] }"""), Phase.Test);
        var image = Evaluate(net).Mistakes.Single().Image!;
        Assert.That((image[0, 0].Red, image[0, 1].Red, image[1, 1].Red), Is.EqualTo((0, 255, 85)));
    }

    [Test]
    public void A_net_that_does_not_classify_has_no_classes()
    {
        var net = Net<float>.FromConfig(TrainingSets.Line(), Phase.Test);
        Assert.That(Evaluate(net).Classes, Is.Zero);
    }
}
