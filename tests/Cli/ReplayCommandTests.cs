using System.Text.Json.Nodes;
using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>A training that leaves the finite numbers keeps the step, and the step can be run again.</summary>
public class ReplayCommandTests : CommandLineTest
{
    private string Bundle(int iteration) => Cli.In("run", $"diverged-{iteration}");

    /// <summary>Four samples of two numbers, served in order, two in a batch; the third is given.</summary>
    private static string Data(string third) => $$"""
        { "name": "train", "type": "InMemory", "top": ["x", "y"], "batch_size": 2, "labels": [[1], [2], [3], [4]],
          "data": [[1, 2], [3, 4], {{third}}, [5, 6]] }
        """;

    private const string Product = """
        { "name": "fc", "type": "InnerProduct", "bottom": "x", "num_output": 3,
          "weight_filler": { "type": "constant", "value": 0.5 } }
        """;

    private string Diverge(string solver, params string[] layers)
    {
        Cli.WriteModel(net: NetJson.Layers(layers).ToJson().ToJsonString());
        string[] command = ["train", Cli.Model, "--run", Cli.In("run"), "--set", "snapshot=1", "--json"];
        var result = Run([.. command, .. solver.Split(' ')]);
        Assert.That(result.ExitCode, Is.EqualTo(1), result.ToString());
        Assert.That(result.Output, Is.Empty);
        return result.Error;
    }

    private static JsonObject Replay(string bundle, params string[] more) =>
        CommandLine.RunJson(["replay", bundle, .. more]);

    private static void AssertPlace(JsonObject found, string layer, string blob, string part, int? sample)
    {
        Assert.That((bool)found["reproduced"]!);
        Assert.That((string?)found["layer"], Is.EqualTo(layer), found.ToString());
        Assert.That((string?)found["blob"], Is.EqualTo(blob));
        Assert.That((string?)found["part"], Is.EqualTo(part));
        Assert.That((int?)found["sample"], Is.EqualTo(sample));
    }

    // The logarithm of the third sample's sum, which is below 0, is NaN: sample 0 of the second batch.
    [Test]
    public void The_first_layer_blob_and_sample_of_a_forward_pass_are_named()
    {
        var error = Diverge("--set base_lr=0", Data("[-3, 1]"), Product,
            """{ "name": "log", "type": "Log" }""",
            """{ "name": "sum", "type": "InnerProduct", "num_output": 1 }""",
            """{ "name": "loss", "type": "EuclideanLoss", "bottom": ["sum", "y"] }""");
        Assert.That(error, Does.Contain("the training diverged at iteration 1: layer 'log' (Log), blob 'log' (2×3): "
            + "element 0 is NaN"));
        Assert.That(error, Does.Contain($"to see which layer and sample it was: nf replay {Bundle(1)}"));
        var found = Replay(Bundle(1));
        AssertPlace(found, "log", "log", "value", sample: 0);
        Assert.That(found["index"]!.ToJsonString(), Is.EqualTo("[0,0]"));
        Assert.That(found["around"]!.ToJsonString(), Is.EqualTo("""["NaN","NaN","NaN"]"""));
        var people = Run("replay", Bundle(1));
        Assert.That(people.ExitCode, Is.Zero);
        Assert.That(people.Output,
            Does.Contain("first: layer 'log' (Log), value of 'log', sample 0, element [0, 0]: NaN"));
        Assert.That(people.Output, Does.Contain("around it: >NaN<  NaN  NaN").And.Contain("it read 'fc': -1 to -1"));
    }

    [Test]
    public void A_bundle_holds_the_step_and_needs_no_data_set()
    {
        Diverge("--set base_lr=0 --seed 5", Data("[-3, 1]"), Product, """{ "name": "log", "type": "Log" }""",
            """{ "name": "loss", "type": "EuclideanLoss", "bottom": ["log", "log"] }""");
        Assert.That(Directory.GetFiles(Bundle(1)).Select(Path.GetFileName), Is.EquivalentTo(new[]
        {
            "batch.safetensors", "divergence.json", "net.json", "solver.json", "weights.safetensors",
        }));
        var batch = SafeTensors.Load(Path.Combine(Bundle(1), "batch.safetensors"));
        var x = new float[4];
        batch.CopyTo("x", x);
        Assert.That(x, Is.EqualTo(new float[] { -3, 1, 5, 6 }));
        var notes = JsonNode.Parse(File.ReadAllText(Path.Combine(Bundle(1), "divergence.json")))!;
        Assert.That((long)notes["iteration"]!, Is.EqualTo(1));
        Assert.That((long)notes["seed"]!, Is.EqualTo(5));
        Assert.That((string?)notes["message"], Does.StartWith("the training diverged at iteration 1: layer 'log'"));
        Directory.Move(Bundle(1), Cli.In("elsewhere"));
        Directory.Delete(Cli.In("run"), recursive: true);
        Directory.Delete(Cli.Model, recursive: true);
        AssertPlace(Replay(Cli.In("elsewhere")), "log", "log", "value", sample: 0);
    }

    // The square root's slope at 0 is infinite, though its value, and the loss, are not.
    [Test]
    public void A_gradient_that_is_not_finite_stops_the_run_before_it_reaches_the_weights()
    {
        var error = Diverge("--set base_lr=0", Data("[0, 0]"), Product,
            """{ "name": "root", "type": "Power", "power": 0.5 }""",
            """{ "name": "sum", "type": "InnerProduct", "num_output": 1 }""",
            """{ "name": "loss", "type": "EuclideanLoss", "bottom": ["sum", "y"] }""");
        Assert.That(error, Does.Contain("the training diverged at iteration 1: layer 'fc' (InnerProduct), gradient of "
            + "parameter 'fc/0' "));
        AssertPlace(Replay(Bundle(1)), "root", "fc", "gradient", sample: 0);
        var weights = SafeTensors.Load(Path.Combine(Bundle(1), "weights.safetensors"));
        var values = new float[6];
        weights.CopyTo("param/fc/0", values);
        Assert.That(values, Is.All.EqualTo(0.5f), "a rate of 0 times a gradient of infinity would be NaN");
    }

    // 2e19² is beyond a float: alone in the batch it makes the loss infinite.
    [Test]
    public void The_sample_that_makes_a_loss_infinite_is_named()
    {
        Diverge("--set base_lr=0", Data("[5, 6]").Replace("[4]", "[-2e19]"), Product,
            """{ "name": "sum", "type": "InnerProduct", "num_output": 1 }""",
            """{ "name": "loss", "type": "EuclideanLoss", "bottom": ["sum", "y"] }""");
        var found = Replay(Bundle(1));
        AssertPlace(found, "loss", "loss", "value", sample: 1);
        Assert.That((bool)found["sample_alone"]!);
    }

    [Test]
    public void A_sum_that_no_sample_makes_infinite_alone_names_that_with_the_largest_share()
    {
        Diverge("--set base_lr=0",
            Data("[5, 6]").Replace("[3]", "[1.5e19]").Replace("[4]", "[-1.7e19]"), Product,
            """{ "name": "sum", "type": "InnerProduct", "num_output": 1 }""",
            """{ "name": "loss", "type": "EuclideanLoss", "bottom": ["sum", "y"] }""");
        var found = Replay(Bundle(1));
        AssertPlace(found, "loss", "loss", "value", sample: 1);
        Assert.That((bool)found["sample_alone"]!, Is.False);
    }

    [Test]
    public void Data_that_are_not_finite_are_named_as_such()
    {
        Diverge("--set base_lr=0", Data("[5, 1e39]"), Product,
            """{ "name": "sum", "type": "InnerProduct", "num_output": 1 }""",
            """{ "name": "loss", "type": "EuclideanLoss", "bottom": ["sum", "y"] }""");
        AssertPlace(Replay(Bundle(1)), "train", "x", "data", sample: 0);
    }

    [Test]
    public void Random_numbers_of_the_step_are_those_of_the_training()
    {
        // Whether the value that overflows is dropped depends on the seed, the layer and the pass.
        Diverge("--set base_lr=0 --set iter_size=2 --max-iter 100", Data("[5, 1e38]"), Product,
            """{ "name": "drop", "type": "Dropout", "dropout_ratio": 0.9 }""",
            """{ "name": "sum", "type": "InnerProduct", "num_output": 1 }""",
            """{ "name": "loss", "type": "EuclideanLoss", "bottom": ["sum", "y"] }""");
        var bundle = Directory.GetDirectories(Cli.In("run"), "diverged-*").Single();
        AssertPlace(Replay(bundle, "--threads", "1"), "drop", "drop", "value", sample: 0);
    }

    [Test]
    public void A_step_that_goes_right_this_time_exits_with_1()
    {
        Diverge("--set base_lr=0", Data("[-3, 1]"), Product, """{ "name": "log", "type": "Log" }""",
            """{ "name": "loss", "type": "EuclideanLoss", "bottom": ["log", "log"] }""");
        var path = Path.Combine(Bundle(1), "net.json");
        var net = JsonNode.Parse(File.ReadAllText(path))!;
        net["layers"]![2]!["shift"] = 9;
        File.WriteAllText(path, net.ToJsonString());
        var result = Run("replay", Bundle(1), "--json");
        Assert.That(result.ExitCode, Is.EqualTo(1), result.ToString());
        Assert.That((bool)result.Json["reproduced"]!, Is.False);
        Assert.That(result.Error, Does.Contain("every number of the step is finite"));
    }

    [Test]
    public void A_folder_that_is_no_bundle_is_an_error()
    {
        AssertBadInput(Run("replay", Cli.In("no")),
            $"{Cli.In("no")}: no such folder; allowed: a folder diverged-N of a run");
        AssertBadInput(Run("replay", Cli.Model),
            $"{Cli.In("model", "divergence.json")}: no such file; allowed: a JSON file");
    }
}
