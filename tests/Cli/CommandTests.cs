using System.Text.Json.Nodes;
using NeuralFramework.Data;
using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>The commands besides train.</summary>
public class CommandTests : CommandLineTest
{
    private string Weights()
    {
        Assert.That(Run("train", Cli.Model, "--run", Cli.In("run")).ExitCode, Is.Zero);
        return Cli.In("run", "iteration-0000010.safetensors");
    }

    [Test]
    public void Test_measures_given_weights()
    {
        var weights = Weights();
        var result = CommandLine.RunJson("test", Cli.Model, "--weights", weights);
        Assert.That(result.Select(member => member.Key),
            Is.EqualTo(new[] { "loss", "accuracy", "samples", "weights", "outputs" }));
        Assert.That((long)result["samples"]!, Is.EqualTo(7));
        Assert.That((string?)result["weights"], Is.EqualTo(weights));
        Assert.That((double)result["outputs"]!["loss"]!, Is.EqualTo((double)result["loss"]!));
        Assert.That((double)result["accuracy"]!, Is.InRange(0, 1));
        var last = File.ReadAllLines(Cli.In("run", "log.csv"))[^1].Split(',');
        Assert.That((double)result["loss"]!, Is.EqualTo(double.Parse(last[5])).Within(1e-6));
    }

    [Test]
    public void Test_takes_the_newest_snapshot_of_a_run_and_a_number_of_batches()
    {
        var weights = Weights();
        var result = CommandLine.RunJson("test", Cli.Model, "--run", Cli.In("run"), "--iterations", "1");
        Assert.That((string?)result["weights"], Is.EqualTo(weights));
        Assert.That((long)result["samples"]!, Is.EqualTo(3));
    }

    [Test]
    public void Test_without_weights_or_with_wrong_ones_is_an_error()
    {
        AssertBadInput(Run("test", Cli.Model), "--weights: received nothing, and ./runs has no run of the model; ");
        AssertBadInput(Run("test", Cli.Model, "--weights", "no"), "no: no such file; allowed: a safetensors file");
        AssertBadInput(Run("test", Cli.Model, "--iterations", "0"), "--iterations: received 0, allowed: 1 or more");
        AssertBadInput(Run("test", Cli.Model, "--weights", Weights(), "--set", "layers.fc1.num_output=3"),
            $"{Cli.In("run", "iteration-0000010.safetensors")}: tensor 'param/fc1/0': received the shape 5×3, "
                + "allowed: 3×3");
    }

    [Test]
    public void Weights_that_are_not_finite_give_numbers_that_are_null()
    {
        var net = Net<float>.FromConfig(TrainingSets.TwoLayers(2), Phase.Test);
        net.Parameters[0].Data.Fill(float.NaN);
        net.SaveWeights(Cli.In("nan.safetensors"));
        var result = CommandLine.RunJson("test", Cli.Model, "--weights", Cli.In("nan.safetensors"));
        Assert.That(result["loss"], Is.Null);
        Assert.That(result["outputs"]!["loss"], Is.Null);
    }

    [Test]
    public void Check_passes_a_right_net()
    {
        var result = CommandLine.RunJson("check", Cli.Model);
        Assert.That(result.Select(member => member.Key), Is.EqualTo(new[]
        {
            "passed", "checked", "failed", "skipped", "max_relative_error", "tolerance", "blobs",
        }));
        Assert.That((bool)result["passed"]!);
        Assert.That(result["blobs"]!.AsArray().Select(blob => (string?)blob!["name"]),
            Is.EqualTo(new[] { "fc1/0", "fc1/1", "fc2/0", "fc2/1", "x" }));
        Assert.That(result["blobs"]![4]!["shape"]!.ToJsonString(), Is.EqualTo("[4,3]"),
            "the batch size is 4 by default");
    }

    [Test]
    public void Check_of_a_wrong_layer_exits_with_1_and_names_it()
    {
        var net = NetJson.FileOf(TrainingSets.Data(2, shuffle: "false"),
            """{ "name": "bad", "type": "Faulty", "bottom": "x", "fault": "parameter_forgotten" }""",
            """{ "name": "fc", "type": "InnerProduct", "num_output": 2, "weight_filler": { "type": "xavier" } }""",
            """{ "name": "loss", "type": "SoftmaxLoss", "bottom": ["fc", "y"] }""");
        Cli.WriteModel(net: net);
        var result = Run("check", Cli.Model, "--sample", "0", "--json");
        Assert.That(result.ExitCode, Is.EqualTo(1), result.ToString());
        Assert.That((bool)result.Json["passed"]!, Is.False);
        Assert.That((int)result.Json["failed"]!, Is.EqualTo(11), "all but one at a zero");
        Assert.That(result.Error, Does.Contain("wrong: layer 'bad' (Faulty): bad/0[0]: analytic 0, numeric "));
    }

    [Test]
    public void Check_in_float_and_by_samples()
    {
        var result = CommandLine.RunJson("check", Cli.In("model", "net.json"), "--type", "float", "--sample", "2",
            "--batch", "3");
        Assert.That((double)result["tolerance"]!, Is.GreaterThan(1e-3));
        Assert.That((int)result["checked"]! + (int)result["skipped"]!, Is.EqualTo(10));
    }

    [TestCase("--batch", "0", "--batch: received 0, allowed: 1 or more")]
    [TestCase("--sample", "-1", "--sample: received -1, allowed: 0 (all) or more")]
    [TestCase("--type", "half", "--type: received 'half', allowed: double, float")]
    public void Check_with_an_option_out_of_range_is_an_error(string option, string value, string message) =>
        AssertBadInput(Run("check", Cli.Model, option, value), message);

    [Test]
    public void Time_gives_medians_for_each_layer()
    {
        var result = CommandLine.RunJson("time", Cli.Model, "--iterations", "5", "--batch", "3", "--threads", "1");
        Assert.That(result.Select(member => member.Key), Is.EqualTo(new[]
        {
            "forward_ms", "backward_ms", "update_ms", "total_ms", "min_total_ms", "blas", "threads", "layers",
        }));
        Assert.That((double)result["total_ms"]!, Is.GreaterThan(0)
            .And.GreaterThanOrEqualTo((double)result["min_total_ms"]!));
        Assert.That((int)result["threads"]!, Is.EqualTo(1));
        Assert.That(result["layers"]!.AsArray().Select(layer => (string?)layer!["name"]),
            Is.EqualTo(new[] { "train", "fc1", "act", "fc2", "loss" }));
        Assert.That(result["layers"]![1]!.AsObject().Select(member => member.Key),
            Is.EqualTo(new[] { "name", "type", "forward_ms", "backward_ms" }));
    }

    [Test]
    public void Time_and_train_tune_and_say_the_algorithms()
    {
        var cacheBefore = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        Environment.SetEnvironmentVariable("XDG_CACHE_HOME", Cli.In("cache"));
        try
        {
            File.WriteAllText(Cli.In("net.json"), """
                { "layers": [
                  { "name": "data", "type": "DummyData", "batch_size": 4, "shape": [16, 8, 8], "top": ["data", "label"] },
                  { "name": "conv", "type": "Convolution", "bottom": "data", "num_output": 16, "kernel_size": 3 },
                  { "name": "fc", "type": "InnerProduct", "num_output": 10 },
                  { "name": "loss", "type": "SoftmaxLoss", "bottom": ["fc", "label"] } ] }
                """);
            File.WriteAllText(Cli.In("solver.json"), """{ "net": "net.json", "base_lr": 0.01, "max_iter": 1 }""");
            var timed = CommandLine.RunJson("time", Cli.In("net.json"), "--iterations", "1", "--warm-up", "0", "--tune");
            var algorithm = (string?)timed["layers"]![1]!["algorithm"];
            Assert.That(algorithm, Is.EqualTo("direct").Or.EqualTo("winograd"));
            var trained = Run("train", Cli.In("solver.json"), "--run", Cli.In("tuned"), "--tune");
            Assert.That(trained.ExitCode, Is.Zero);
            Assert.That(trained.Output, Does.Contain($"conv: {algorithm} (measured before)"));
            Assert.That(File.ReadAllText(Cli.In("tuned", "net.json")), Does.Contain($"\"algorithm\": \"{algorithm}\""));
        }
        finally
        {
            Environment.SetEnvironmentVariable("XDG_CACHE_HOME", cacheBefore);
        }
    }

    [Test]
    public void Time_with_an_option_out_of_range_is_an_error()
    {
        AssertBadInput(Run("time", Cli.Model, "--iterations", "0"), "--iterations: received 0, allowed: 1 or more");
        AssertBadInput(Run("time", Cli.Model, "--warm-up", "-1"), "--warm-up: received -1, allowed: 0 to 3600");
        AssertBadInput(Run("time", Cli.Model, "--batch", "-1"), "--batch: received -1, allowed: 1 or more");
        AssertBadInput(Run("time", Cli.Model, "--phase", "training"),
            "--phase: received 'training', allowed: train, test, deploy");
    }

    [Test]
    public void Info_says_what_is_live()
    {
        var result = CommandLine.RunJson("info", "--blas", "managed");
        Assert.That((string?)result["blas"], Is.EqualTo("managed"));
        Assert.That(result["blas_backends"]!.AsArray().Select(backend => (string?)backend!["name"]),
            Does.Contain("managed"));
        Assert.That((int)result["threads"]!, Is.EqualTo(WorkPool.Threads));
        Assert.That(result["data_sets"]!.AsArray().Select(set => (string?)set!["name"]),
            Is.EqualTo(DataSets.All.Select(set => set.Name)));
        Assert.That(result.Select(member => member.Key), Does.Contain("version").And.Contain("features"));
    }

    [Test]
    public void Schema_prints_the_schemas()
    {
        Assert.That(JsonNode.DeepEquals(JsonNode.Parse(Run("schema").Output), NetConfig.Schema()));
        Assert.That(JsonNode.DeepEquals(JsonNode.Parse(Run("schema", "solver").Output),
            Solvers.SolverConfig.SchemaOfFile()));
        AssertBadInput(Run("schema", "nets"), "KIND: received 'nets', allowed: net, solver");
    }

    [Test]
    public void Data_lists_the_sets()
    {
        var result = CommandLine.RunJson("data", "list");
        Assert.That(result["data_sets"]!.AsArray().Select(set => (string?)set!["name"]), Does.Contain("cifar10"));
        Assert.That(Run("data", "list").Output, Does.Contain("cifar10: "));
    }

    [Test]
    public void Data_that_cannot_be_installed_is_an_error()
    {
        using var data = new DataFolder();
        var unknown = Run("data", "install", "cifar");
        Assert.That(unknown.ExitCode, Is.EqualTo(2));
        Assert.That(unknown.Error, Does.Contain("'cifar'").And.Contain("cifar10"));
        var missing = Run("data", "install", "cifar10", "--from", Cli.In("no.tar.gz"), "--data", data.Path);
        Assert.That(missing.ExitCode, Is.EqualTo(2), missing.ToString());
        Assert.That(missing.Error, Does.Contain(Cli.In("no.tar.gz")));
        var damaged = Run("data", "install", "cifar10", "--from", Cli.Write("bad.tar.gz", "no archive"), "--data",
            data.Path);
        Assert.That(damaged.ExitCode, Is.EqualTo(2), damaged.ToString());
        Assert.That(damaged.Error, Does.Contain(Cli.In("bad.tar.gz")));
        Assert.That(Directory.Exists(data.In(Cifar10Files.FolderName)), Is.False);
    }
}
