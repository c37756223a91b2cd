using NeuralFramework.Solvers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>Trainings of nets with layers that carry values over from batch to batch.</summary>
public class CarriedStateTests
{
    // Samples of 2×1 are the steps of two sequences.
    private static string Data(string phase, int batch) => $$"""
        { "name": "{{phase}}", "type": "InMemory", "top": ["x", "y"], "phase": "{{phase}}", "batch_size": {{batch}},
          "shape": [2, 1], "data": [[1, 2], [0.5, -1], [-1, 0], [0.3, 0.2], [2, -2], [0, 1]],
          "labels": [[1, 2], [1.5, 1], [0.5, 1], [0.8, 1.2], [2.8, -0.8], [2.8, 0.2]] }
        """;

    private static NetConfig Sums(string type, string more = ", \"carry_state\": true") => NetJson.Layers(
        Data("train", 2), Data("test", 3),
        $$"""{ "name": "memory", "type": "{{type}}", "bottom": "x", "num_output": 4{{more}} }""",
        """{ "name": "fc", "type": "InnerProduct", "axis": 2, "num_output": 1 }""",
        """{ "name": "flat", "type": "Flatten", "axis": 1 }""",
        """{ "name": "loss", "type": "EuclideanLoss", "bottom": ["flat", "y"] }""");

    private static Solver<double> Make(string type) => Solver<double>.FromConfig(
        TrainingSets.Sgd(momentum: 0.9, maxIter: 20) with { TestInterval = 2 }, Sums(type));

    [TestCase("RNN")]
    [TestCase("LSTM")]
    [TestCase("GRU")]
    public void A_restored_training_goes_on_to_the_same_bits(string type)
    {
        using var folder = new TempFolder();
        var path = folder.In("s.safetensors");
        var whole = Make(type);
        whole.Step(3);
        whole.Snapshot(path);
        var resumed = Make(type);
        resumed.Step(1);
        resumed.Restore(path);
        for (var i = 0; i < 4; i++)
            Assert.That(resumed.Step(1), Is.EqualTo(whole.Step(1)), $"the loss of step {i}");
        Assert.That(resumed.Net.WeightsHash(), Is.EqualTo(whole.Net.WeightsHash()));
    }

    [Test]
    public void A_snapshot_has_the_state_apart_from_the_weights()
    {
        using var folder = new TempFolder();
        var path = folder.In("s.safetensors");
        var solver = Make("LSTM");
        solver.Step(1);
        solver.Snapshot(path);
        var file = SafeTensors.Load(path);
        Assert.That(file.Names.Where(name => name.StartsWith("state/", StringComparison.Ordinal)),
            Is.EqualTo(new[] { "state/memory/0", "state/memory/1" }));
        Assert.That(file.ShapeOf("state/memory/0"), Is.EqualTo(new Shape(1, 2, 4)));
        var net = Net<double>.FromConfig(Sums("LSTM"), Phase.Test);
        net.LoadWeights(path);
        Assert.That(net.State.SelectMany(blob => blob.Data.ToArray()), Is.All.Zero);
    }

    [Test]
    public void A_test_begins_with_zeros_and_leaves_the_state_of_the_training()
    {
        var solver = Make("GRU");
        solver.Step(1);
        var before = solver.Net.State.Single().Data.ToArray();
        Assert.That(before, Has.Some.Not.Zero);
        solver.Test();
        var first = solver.LastTest!.Loss;
        solver.Test();
        Assert.That(solver.LastTest.Loss, Is.EqualTo(first));
        Assert.That(solver.Net.State.Single().Data.ToArray(), Is.EqualTo(before));
    }

    [Test]
    public void A_gradient_check_of_a_net_puts_the_state_back_before_each_pass()
    {
        var net = Net<double>.FromConfig(Sums("LSTM"), Phase.Train);
        net.Forward();
        var result = GradientChecker.Check(net);
        Assert.That(result.Passed, result.ToString());
    }

    [Test]
    public void A_snapshot_without_the_state_is_refused()
    {
        using var folder = new TempFolder();
        var path = folder.In("none.safetensors");
        Solver<double>.FromConfig(Make("RNN").Config, Sums("RNN", "")).Snapshot(path);
        Assert.That(() => Make("RNN").Restore(path, allowChanges: true), Throws.TypeOf<DataException>().With.Message
            .Contains("tensor 'state/memory/0': received nothing, allowed: 1×2×4"));
    }
}
