using NeuralFramework.Solvers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class LayerMeterTests
{
    private static (string Hash, List<TrainingReport> Reports) Train(bool isMeasured, int iterSize = 1)
    {
        var solver = Solver<float>.FromConfig(TrainingSets.Sgd(momentum: 0.9) with { Display = 2, IterSize = iterSize },
            TrainingSets.TwoLayers(2));
        var reports = new List<TrainingReport>();
        solver.MeasuresLayers = isMeasured;
        solver.Reported += reports.Add;
        solver.Train();
        return (solver.WeightsHash(), reports);
    }

    [TestCase(1)]
    [TestCase(3)]
    public void A_training_that_is_measured_comes_to_the_same_bits(int iterSize)
    {
        var (measured, plain) = (Train(true, iterSize), Train(false, iterSize));
        Assert.That(measured.Hash, Is.EqualTo(plain.Hash));
        Assert.That(measured.Reports.Select(report => report.DataLoss),
            Is.EqualTo(plain.Reports.Select(report => report.DataLoss)));
        Assert.That(plain.Reports, Is.All.Matches<TrainingReport?>(report => report!.Layers.Count == 0));
    }

    [Test]
    public void The_layers_stand_in_their_order_and_those_that_learn_have_norms()
    {
        var layers = Train(true).Reports[0].Layers;
        Assert.That(layers.Select(layer => (layer.Layer, layer.Norms is not null)), Is.EqualTo(new[]
        {
            ("train", false), ("fc1", true), ("act", false), ("fc2", true), ("loss", false),
        }));
        Assert.That(layers.Select(layer => layer.ForwardMs), Is.All.GreaterThanOrEqualTo(0));
    }

    // w = 0.5, b = -0.25 on x = 1, 2, 3 and y = 1, 3, 5: the errors are -0.75, -2.25, -3.75.
    [TestCase(1)]
    [TestCase(2)]
    public void The_norms_are_those_worked_out_by_hand(int iterSize)
    {
        var solver = Solver<double>.FromConfig(TrainingSets.Sgd(rate: 0.1, maxIter: 1) with { IterSize = iterSize },
            TrainingSets.Line());
        TrainingReport? seen = null;
        solver.MeasuresLayers = true;
        solver.Reported += report => seen = report;
        solver.Train();
        // dw = (-0.75·1 - 2.25·2 - 3.75·3) / 3 = -5.5, db = (-0.75 - 2.25 - 3.75) / 3 = -2.25.
        var norms = seen!.Layers.Single(layer => layer.Layer == "fc").Norms!;
        Assert.That(norms.Weights, Is.EqualTo(Math.Sqrt(0.25 + 0.0625)).Within(1e-12));
        Assert.That(norms.Gradient, Is.EqualTo(Math.Sqrt(5.5 * 5.5 + 2.25 * 2.25)).Within(1e-12));
        Assert.That(norms.Update, Is.EqualTo(0.1 * norms.Gradient).Within(1e-12));
        Assert.That(norms.UpdateRatio, Is.EqualTo(norms.Update / norms.Weights));
    }

    [Test]
    public void A_layer_that_is_frozen_has_no_norms()
    {
        var solver = Solver<double>.FromConfig(TrainingSets.Sgd(maxIter: 1), NetJson.Layers(
            """{ "name": "data", "type": "InMemory", "top": ["x", "y"], "batch_size": 1, "data": [[1]], "labels": [[1]] }""",
            """{ "name": "fixed", "type": "InnerProduct", "bottom": "x", "num_output": 1, "lr_mult": 0 }""",
            """{ "name": "fc", "type": "InnerProduct", "num_output": 1 }""",
            """{ "name": "loss", "type": "EuclideanLoss", "bottom": ["fc", "y"] }"""));
        TrainingReport? seen = null;
        solver.MeasuresLayers = true;
        solver.Reported += report => seen = report;
        solver.Train();
        Assert.That(seen!.Layers.Where(layer => layer.Norms is not null).Select(layer => layer.Layer),
            Is.EqualTo(new[] { "fc" }));
    }

    [Test]
    public void Weights_of_zero_have_no_ratio() =>
        Assert.That(new LayerNorms(Weights: 0, Gradient: 1, Update: 1).UpdateRatio, Is.Null);
}
