using NUnit.Framework;

namespace NeuralFramework.Tests;

public class LintCommandTests : CommandLineTest
{
    private const string Data = """
        { "name": "train", "type": "FashionMnist", "top": ["data", "label"], "phase": "train", "batch_size": 20 },
        """;

    private const string Test = """
        { "name": "test", "type": "FashionMnist", "top": ["data", "label"], "phase": "test", "batch_size": 500 },
        """;

    private const string Loss = """
        { "name": "fc", "type": "InnerProduct", "num_output": 10 },
        { "name": "loss", "type": "SoftmaxLoss", "bottom": ["fc", "label"] }
        """;

    // Those whose data is part of the program, and not AlexNet, whose step takes seconds.
    private static IEnumerable<string> Models => Directory
        .EnumerateFiles(Path.Combine(Repository.Folder, "models"), "net.json", SearchOption.AllDirectories)
        .Where(file => File.ReadAllText(file) is var net && !net.Contains("Cifar10") && !net.Contains("bible_kjv") && !file.Contains("alexnet"))
        .Select(file => Path.GetRelativePath(Repository.Folder, Path.GetDirectoryName(file)!)).Order(StringComparer.Ordinal);

    /// <summary>Lints a net and returns the rules that found something, each with the layer.</summary>
    private List<string> Lint(string layers, string solver = """{ "base_lr": 0.01, "max_iter": 10 }""", params string[] options)
    {
        Cli.Write("m/net.json", $$"""
            { "name": "m", "layers": [
            {{layers}} ] }
            """);
        Cli.Write("m/solver.json", solver);
        var result = Run(["lint", Cli.In("m"), "--json", .. options]);
        var hazards = result.Json["hazards"]!.AsArray();
        Assert.That(result.ExitCode, Is.EqualTo(hazards.Count > 0 ? 1 : 0), result.ToString());
        foreach (var hazard in hazards)
        {
            Assert.That((string)hazard!["place"]!, Does.Match($@"^{Cli.In("m", "net.json")}:\d+:\d+$"));
            Assert.That(result.Error, Does.Contain($"{hazard["place"]}: layer '{hazard["layer"]}' (").And.Contain(hazard["rule"]!.ToString()));
            Assert.That((string)hazard["why"]!, Does.EndWith("."));
        }
        return [.. hazards.Select(hazard => $"{hazard!["rule"]} {hazard["layer"]}")];
    }

    [Test]
    public void A_sound_net_has_no_hazards() => Assert.That(Lint(Data + Test + Loss), Is.Empty);

    [Test]
    public void A_bias_before_a_BatchNorm_is_a_hazard()
    {
        const string Conv = """
            { "name": "conv", "type": "Convolution", "num_output": 4, "kernel_size": 3, "stride": 3BIAS },
            { "name": "bn", "type": "BatchNorm", "in_place": trueOPTION },
            """;
        Assert.That(Lint(Data + Conv.Replace("BIAS", "").Replace("OPTION", "") + Loss),
            Is.EqualTo(new[] { "bias-before-batch-norm conv" }));
        Assert.That(Lint(Data + Conv.Replace("BIAS", ", \"bias_term\": false").Replace("OPTION", "") + Loss), Is.Empty);
        Assert.That(Lint(Data + Conv.Replace("BIAS", "").Replace("OPTION", ", \"use_global_stats\": true") + Loss), Is.Empty);
    }

    [Test]
    public void Iter_size_with_a_BatchNorm_is_a_hazard()
    {
        const string Norm = """{ "name": "bn", "type": "BatchNorm" },""";
        const string Solver = """{ "base_lr": 0.01, "max_iter": 10, "iter_size": 2 }""";
        Assert.That(Lint(Data + Norm + Loss, Solver), Is.EqualTo(new[] { "iter-size-with-batch-norm bn" }));
        Assert.That(Lint(Data + Norm + Loss), Is.Empty);
        Assert.That(Lint(Data + Loss, Solver), Is.Empty);
    }

    [Test]
    public void Inputs_that_are_too_large_or_too_small_for_the_filler_are_hazards()
    {
        Assert.That(Lint(Data.Replace("20 }", "20, \"scale\": 1 }") + Loss, options: "--no-trial"),
            Is.EqualTo(new[] { "input-scale fc" }));
        Assert.That(Lint(Data.Replace("20 }", "20, \"scale\": 0.00002 }") + Loss, options: "--no-trial"),
            Is.EqualTo(new[] { "input-scale fc" }));
        // As Caffe's CIFAR-quick begins: inputs not scaled, with a filler to match.
        Assert.That(Lint(Data.Replace("20 }", "20, \"scale\": 1 }")
            + Loss.Replace("10 }", """10, "weight_filler": { "type": "gaussian", "std": 0.0001 } }"""), options: "--no-trial"), Is.Empty);
    }

    [Test]
    public void A_layer_that_no_gradient_reaches_is_a_hazard()
    {
        Assert.That(Lint(Data + """
            { "name": "side", "type": "InnerProduct", "num_output": 3 }, { "name": "none", "type": "Silence" },
            """ + Loss.Replace("\"fc\", \"type\"", "\"fc\", \"bottom\": \"data\", \"type\"")), Is.EqualTo(new[] { "no-gradient side" }));
        Assert.That(Lint(Data + """
            { "name": "below", "type": "InnerProduct", "num_output": 3 }, { "name": "cut", "type": "Threshold" },
            """ + Loss), Is.EqualTo(new[] { "no-gradient below" }));
    }

    [Test]
    public void A_gradient_that_is_0_in_every_step_is_a_hazard_that_the_trial_shows()
    {
        const string Flat = """
            { "name": "below", "type": "InnerProduct", "num_output": 3 }, { "name": "zero", "type": "Power", "scale": 0 },
            """;
        Assert.That(Lint(Data + Flat + Loss), Is.EqualTo(new[] { "no-gradient below" }));
        Assert.That(Lint(Data + Flat + Loss, options: "--no-trial"), Is.Empty);
    }

    [Test]
    public void A_ReLU_before_a_softmax_is_a_hazard()
    {
        const string Relu = """{ "name": "relu", "type": "ReLU", "bottom": "fc", "in_place": true }, { "name": "drop", "type": "Dropout" },""";
        Assert.That(Lint(Data + Loss.Replace("{ \"name\": \"loss\"", Relu + "{ \"name\": \"loss\"").Replace("[\"fc\",", "[\"drop\",")),
            Is.EqualTo(new[] { "relu-before-softmax relu" }));
    }

    [Test]
    public void A_net_in_which_nothing_learns_is_a_hazard()
    {
        Assert.That(Lint(Data + Loss.Replace("10 }", "10, \"lr_mult\": 0 }")), Is.EqualTo(new[] { "nothing-learns fc" }));
        Assert.That(Lint(Data + Loss, """{ "base_lr": 0, "max_iter": 10 }"""), Is.EqualTo(new[] { "nothing-learns fc" }));
        Assert.That(Lint(Data + "{ \"name\": \"frozen\", \"type\": \"InnerProduct\", \"num_output\": 9, \"lr_mult\": 0 }," + Loss), Is.Empty);
    }

    [Test]
    public void Transforms_that_differ_between_training_and_test_are_a_hazard()
    {
        Assert.That(Lint(Data + Test.Replace("500 }", "500, \"mean_value\": 70 }") + Loss), Is.EqualTo(new[] { "transforms-differ test" }));
        Assert.That(Lint(Data + Test.Replace("500 }", "500, \"split\": \"train\" }") + Loss), Is.EqualTo(new[] { "transforms-differ test" }));
        // What is random has its counterpart in the middle.
        Assert.That(Lint(Data.Replace("20 }", "20, \"mirror\": true, \"pad\": 2, \"crop_size\": 28 }") + Test + Loss), Is.Empty);
    }

    [Test]
    public void Labels_outside_the_classes_are_a_hazard_in_images_and_in_numbers()
    {
        Assert.That(Lint(Data + Loss.Replace("\"num_output\": 10", "\"num_output\": 9")), Is.EqualTo(new[] { "labels-outside-classes loss" }));
        const string Numbers = """
            { "name": "in", "type": "InMemory", "top": ["x", "label"], "batch_size": 2, "shape": [1], "data": [1, 2, 3, 4], "labels": [0, 1, 2, -1] },
            """;
        Assert.That(Lint(Numbers + Loss), Is.EqualTo(new[] { "labels-outside-classes loss" }));
        Assert.That(Lint(Numbers + Loss.Replace("\"label\"] }", "\"label\"], \"ignore_label\": -1 }")), Is.Empty);
    }

    [Test]
    public void Units_that_are_dead_after_the_trial_are_a_hazard()
    {
        const string Hidden = """
            { "name": "hidden", "type": "InnerProduct", "num_output": 8, "bias_filler": { "type": "constant", "value": BIAS } },
            { "name": "relu", "type": "ReLU", "in_place": true },
            """;
        Assert.That(Lint(Data + Hidden.Replace("BIAS", "-50") + Loss),
            Is.EqualTo(new[] { "no-gradient hidden", "dead-units relu" }));
        Assert.That(Lint(Data + Hidden.Replace("BIAS", "0") + Loss), Is.Empty);
    }

    [Test]
    public void A_training_that_diverges_in_the_trial_is_a_hazard() =>
        Assert.That(Lint(Data + Loss, """{ "base_lr": 1e38, "max_iter": 10 }"""), Has.One.StartsWith("diverges "));

    [TestCaseSource(nameof(Models))]
    public void A_model_of_the_repository_has_no_hazards(string model)
    {
        var full = File.ReadAllText(Path.Combine(Repository.Folder, model, "net.json")).Contains("\"full\": true");
        var result = Run(["lint", Path.Combine(Repository.Folder, model), .. full
            ? new[] { "--set", "layers.train.full=false", "--set", "layers.test.full=false" } : []]);
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
    }

    [Test]
    public void Lines_fit_a_terminal_but_for_the_place()
    {
        Lint(Data.Replace("20 }", "20, \"scale\": 1 }") + Loss, options: "--no-trial");
        var lines = Run("lint", Cli.In("m"), "--no-trial").Output.Split('\n');
        Assert.That(lines.Where(line => line.StartsWith("    ")).Max(line => line.Length), Is.LessThanOrEqualTo(80));
        Assert.That(lines[^2], Does.StartWith("m: 1 hazard, "));
    }

    [Test]
    public void A_broken_model_is_bad_input_and_not_a_hazard()
    {
        Assert.That(Run("lint", Cli.In("no")).ExitCode, Is.EqualTo(2));
        Cli.Write("broken/net.json", "{");
        Assert.That(Run("lint", Cli.In("broken")).ExitCode, Is.EqualTo(2));
    }
}
