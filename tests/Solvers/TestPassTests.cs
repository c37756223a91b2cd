using NeuralFramework.Solvers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class TestPassTests
{
    private static Net<double> Make(int testBatch) =>
        Net<double>.FromConfig(TrainingSets.TwoLayers(2, testBatch), Phase.Test);

    [Test]
    public void A_short_last_batch_counts_by_its_samples([Values(2, 3, 5, 7, 100)] int batch)
    {
        // Seven samples: as one batch, and as several of which the last is short.
        var (whole, parts) = (TestPass.Run(Make(7)), TestPass.Run(Make(batch)));
        Assert.That(parts.Samples, Is.EqualTo(7));
        Assert.That(parts.Loss, Is.EqualTo(whole.Loss).Within(1e-14));
        Assert.That(parts.Accuracy, Is.EqualTo(whole.Accuracy).Within(1e-14));
    }

    [Test]
    public void The_means_are_those_of_the_samples()
    {
        // loss = ½(x − 0)² a sample, mean over 1, 2, 3.
        var net = NetJson.Net(Phase.Test, """
            { "type": "InMemory", "top": ["x", "y"], "batch_size": 2, "data": [[1], [2], [3]],
              "labels": [[0], [0], [0]] }
            """, """{ "name": "loss", "type": "EuclideanLoss", "bottom": ["x", "y"] }""");
        var result = TestPass.Run(net, iteration: 5);
        Assert.That(result.Loss, Is.EqualTo(14.0 / 6).Within(1e-15));
        Assert.That(result.Outputs, Is.EqualTo(new Dictionary<string, double> { ["loss"] = result.Loss!.Value }));
        Assert.That(result.Accuracy, Is.Null);
        Assert.That(result.Iteration, Is.EqualTo(5));
    }

    [Test]
    public void Every_pass_begins_at_the_first_sample()
    {
        var net = Make(3);
        var first = TestPass.Run(net, batches: 1);
        Assert.That(first.Samples, Is.EqualTo(3));
        Assert.That(TestPass.Run(net, batches: 1).Loss, Is.EqualTo(first.Loss));
        Assert.That(TestPass.Run(net).Loss, Is.EqualTo(TestPass.Run(net).Loss).And.Not.EqualTo(first.Loss));
    }

    [Test]
    public void A_net_without_a_loss_or_data_has_neither()
    {
        var result = TestPass.Run(NetJson.Net("""{ "name": "in", "type": "Input", "shape": [], "values": 3 }""",
            """{ "name": "a", "type": "AddOne" }"""));
        Assert.That(result.Loss, Is.Null);
        Assert.That(result.Outputs, Is.EqualTo(new Dictionary<string, double> { ["a"] = 4 }));
        Assert.That(result.Samples, Is.EqualTo(1));
    }

    [Test]
    public void A_cancelled_pass_stops() => Assert.That(
        () => TestPass.Run(Make(3), cancellation: new CancellationToken(canceled: true)),
        Throws.InstanceOf<OperationCanceledException>());
}
