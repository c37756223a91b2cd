using System.CommandLine;
using System.Text.Json.Nodes;
using NeuralFramework.Solvers;

namespace NeuralFramework.Cli;

/// <summary><c>nf test</c>.</summary>
internal static class TestCommand
{
    private static readonly Option<string?> Weights = new("--weights")
    {
        Description = "The weights: a snapshot or weights file (default: the newest snapshot of --run)",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Run = new("--run")
    {
        Description = "The folder of a run whose newest snapshot is tested (default: the model's newest run)",
        HelpName = "DIR",
    };

    private static readonly Option<int?> Iterations = new("--iterations")
    {
        Description = "How many batches (default: the whole set once)",
        HelpName = "N",
    };

    public static Command Create(CommonOptions common)
    {
        var command = new Command("test", "Test trained weights on the model's test data") { common.Model, Weights, Run, Iterations };
        common.AddComputing(command);
        command.SetAction(parsed => Execute(common, parsed));
        return command;
    }

    private static int Execute(CommonOptions common, ParseResult parsed)
    {
        common.Apply(parsed);
        if (parsed.GetValue(Iterations) is < 1 and var iterations)
            throw new ConfigException($"--iterations: received {iterations}, allowed: 1 or more");
        var config = common.Open(parsed).ReadNet();
        var net = Net<float>.FromConfig(config, Phase.Test);
        var weights = RunFolder.WeightsOf(config.Name, parsed.GetValue(Weights), parsed.GetValue(Run));
        net.LoadWeights(weights);
        var result = TestPass.Run(net, parsed.GetValue(Iterations), 0, common.Terminal.Interrupted);
        common.Terminal.Line($"{weights}");
        foreach (var (name, mean) in result.Outputs)
            common.Terminal.Line(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}: {mean:0.0000}"));
        common.Terminal.Line($"{result.Samples} samples");
        common.Terminal.Result(new JsonObject
        {
            ["loss"] = Terminal.Finite(result.Loss),
            ["accuracy"] = Terminal.Finite(result.Accuracy),
            ["samples"] = result.Samples,
            ["weights"] = weights,
            ["outputs"] = new JsonObject(result.Outputs.Select(output =>
                KeyValuePair.Create(output.Key, Terminal.Finite(output.Value)))),
        });
        return ExitCode.Done;
    }
}
