using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NeuralFramework.Solvers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>Mutated definitions of nets and solvers, with fixed numbers to start from.</summary>
public class ConfigFuzzTests
{
    private const long Limit = 8 << 20;

    // Blobs up to the limit; beside them, for each value, a double while it is drawn and the numbers that layers keep
    // of their tops; and the reading, whose messages list what is allowed for each thing that is wrong.
    private const long AllowedBytes = 6 * Limit + (24 << 20);

    private static readonly string[] Policies =
    [
        """{ "type": "multistep", "gamma": 0.1, "step_value": [10, 20] }""",
        """{ "type": "exp", "gamma": 0.9 }""",
        """{ "type": "inv", "gamma": 0.1, "power": 0.75 }""",
        """{ "type": "poly", "power": 2 }""",
        """{ "type": "sigmoid", "gamma": -0.1, "step_size": 20 }""",
        """{ "type": "cosine", "min_factor": 0.1, "period": 10, "period_mult": 2 }""",
        """{ "type": "triangular", "max_factor": 4, "step_size": 5, "gamma": 0.9 }""",
        """{ "type": "one_cycle", "rise_fraction": 0.3, "anneal": "linear" }""",
        """{ "type": "reduce_on_plateau", "metric": "accuracy", "gamma": 0.5, "patience": 2 }""",
    ];

    private long limitBefore;

    [SetUp]
    public void LimitMemory() => (limitBefore, MemoryLimit.Bytes) = (MemoryLimit.Bytes, Limit);

    [TearDown]
    public void PutBack() => MemoryLimit.Bytes = limitBefore;

    private static IEnumerable<string> Files(string name) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Folder, "models"), name, SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).Select(File.ReadAllText);

    // Small enough for thousands of nets a second; the embedded set in place of one that must be installed, and a text
    // that is not there in place of one that is read for seconds.
    private static byte[] Small(string net)
    {
        net = Regex.Replace(net, "\"batch_size\": *\\d+", "\"batch_size\": 2");
        net = net.Replace("\"Cifar10\"", "\"FashionMnist\"").Replace("\"bible_kjv\"", "\"nowhere\"");
        net = Regex.Replace(net, "(\"num_output\": *)\\d\\d+", "${1}12");
        return Encoding.UTF8.GetBytes(net);
    }

    private static byte[] Zoo => File.ReadAllBytes(Path.Combine(Repository.Folder, "tests", "Fuzz", "zoo.json"));

    [Test]
    public void The_net_with_a_layer_of_every_type_can_be_built()
    {
        var net = Net<float>.FromConfig(NetConfig.Read(ConfigDocument.Parse(Zoo, "zoo.json")), Phase.Train);
        var types = net.Layers.Select(layer => layer.Type).ToHashSet();
        var schema = File.ReadAllText(Path.Combine(Repository.Folder, "models", "net.schema.json"));
        var all = JsonNode.Parse(schema)!["properties"]!["layers"]!["items"]!["anyOf"]!.AsArray()
            .Select(layer => (string)layer!["properties"]!["type"]!["const"]!).ToList();
        Assert.That(all, Does.Contain("InnerProduct"));
        // Those that read files have tests of their own.
        Assert.That(all.Where(type => !types.Contains(type)), Is.SubsetOf(
            new[] { "Cbow", "Cifar10", "Cifar100", "CoOccurrence", "Csv", "Hdf5", "Idx", "ImageFolder", "Mnist", "SkipGram" }));
    }

    [Test]
    public void Mutated_nets_are_built_or_refused_with_one_error()
    {
        byte[][] originals = [.. Files("net.json").Select(Small), .. Enumerable.Repeat(Zoo, 10)];
        var fuzz = new Fuzz();
        for (var number = 0; number < Fuzz.Cases(0.5); number++)
        {
            var mutator = new Mutator(number);
            var bytes = mutator.BytesOrJson(mutator.Choose(originals));
            var phase = number % 4 == 0 ? Phase.Test : Phase.Train;
            fuzz.Case(number, AllowedBytes, () =>
                Net<float>.FromConfig(NetConfig.Read(ConfigDocument.Parse(bytes, "net.json")), phase));
        }
        fuzz.AssertNoFaults();
    }

    [Test]
    public void Mutated_solvers_are_built_or_refused_with_one_error()
    {
        byte[][] originals =
        [
            .. Files("solver.json").Select(Encoding.UTF8.GetBytes),
            .. Policies.Select(policy => Encoding.UTF8.GetBytes($$"""
                { "type": "SGD", "base_lr": 0.1, "momentum": 0.9, "weight_decay": 0.01, "max_iter": 50, "iter_size": 2,
                  "test_interval": 5, "warmup": { "iterations": 5, "start_factor": 0.1 }, "lr_policy": {{policy}} }
                """)),
        ];
        var net = TrainingSets.TwoLayers(2);
        var fuzz = new Fuzz();
        for (var number = 0; number < Fuzz.Cases(0.5); number++)
        {
            var mutator = new Mutator(number);
            var bytes = mutator.BytesOrJson(mutator.Choose(originals));
            fuzz.Case(number, AllowedBytes, () =>
            {
                var config = SolverConfig.Read(ConfigDocument.Parse(bytes, "solver.json"));
                Assert.That(Solver<float>.FromConfig(config, net).LearningRate, Is.Not.Negative);
            });
        }
        fuzz.AssertNoFaults();
    }
}
