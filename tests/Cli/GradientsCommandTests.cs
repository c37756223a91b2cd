using NUnit.Framework;

namespace NeuralFramework.Tests;

public class GradientsCommandTests : CommandLineTest
{
    private const string Net = """
        { "name": "adding", "layers": [
          { "name": "pairs", "type": "AddingProblem", "top": ["data", "label"], "batch_size": 8, "steps": 20 },
          { "name": "gru", "type": "GRU", "bottom": "data", "num_output": 16 },
          { "name": "ends", "type": "Slice", "top": ["before", "last"], "axis": 0, "slice_point": 19 },
          { "name": "silence", "type": "Silence", "bottom": "before" },
          { "name": "flat", "type": "Flatten", "bottom": "last", "axis": 0, "end_axis": 1 },
          { "name": "sum", "type": "InnerProduct", "num_output": 1 },
          { "name": "loss", "type": "EuclideanLoss", "bottom": ["sum", "label"] } ] }
        """;

    [SetUp]
    public void WriteNet()
    {
        Cli.Write("model/net.json", Net);
        Cli.Write("model/solver.json", """{ "base_lr": 0.1, "max_iter": 2, "clip_gradients": 0.5 }""");
    }

    [Test]
    public void Norms_vanish_backward_and_explode_where_the_recurrent_weights_are_large()
    {
        var result = CommandLine.RunJson("gradients", Cli.Model, "-o", Cli.In("plot.svg"), "--growth", "3");
        var norms = result["norms"]!.AsObject();
        Assert.That(norms.Select(line => line.Key), Is.EqualTo(new[] { "RNN", "LSTM", "GRU", "RNN, W_h · 3" }));
        Assert.That(norms.Select(line => line.Value!.AsArray().Count), Has.All.EqualTo(20));
        Assert.That(Ratio("RNN"), Is.LessThan(0.01), "vanishes");
        Assert.That(Ratio("RNN, W_h · 3"), Is.GreaterThan(100), "explodes");
        Assert.That(Ratio("LSTM"), Is.GreaterThan(Ratio("RNN")), "the forget gate keeps more");
        Assert.That(File.ReadAllText(Cli.In("plot.svg")), Does.Contain("RNN, W_h · 3"));

        double Ratio(string line) => (double)norms[line]![0]! / (double)norms[line]![19]!;
    }

    [Test]
    public void Trainings_with_and_without_clipping_are_shown_beside_them()
    {
        var result = CommandLine.RunJson("gradients", Cli.Model, "--iterations", "3");
        var trained = result["training"]!.AsArray();
        Assert.That(trained.Select(run => (string?)run!["name"]), Is.EqualTo(new[] { "not clipped", "clipped to 0.5" }));
        Assert.That(trained.Select(run => (double)run!["norms"]![0]!).Distinct().Count(), Is.EqualTo(1), "before it is clipped");
        Assert.That((double)trained[0]!["losses"]![1]!, Is.Not.EqualTo((double)trained[1]!["losses"]![1]!));
        Assert.That(Run("gradients", Cli.Model, "--iterations", "3").Output, Does.Contain("clipped to 0.5: 3 iterations, loss "));
    }

    [Test]
    public void Bad_input_is_an_error()
    {
        AssertBadInput(Run("gradients", Cli.Model, "-o", "plot.gif"), "plot: received the file 'plot.gif'");
        AssertBadInput(Run("gradients", Cli.Model, "--iterations", "-1"), "--iterations: received -1, allowed: 0 or more");
        AssertBadInput(Run("gradients", Cli.Model, "--growth", "0"), "--growth: received '0', allowed: a number above 0");
        Cli.WriteModel();
        var result = Run("gradients", Cli.Model);
        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Error, Does.Contain("received no recurrent layer"));
    }
}
