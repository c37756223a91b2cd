using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using NeuralFramework.Data;

namespace NeuralFramework.Cli;

/// <summary><c>nf sample</c>: text written by a net that has learned one.</summary>
internal static class SampleCommand
{
    private static readonly Option<string?> Weights = new("--weights")
    {
        Description = "The weights: a snapshot or weights file (default: the newest snapshot of the model's newest "
            + "run)",
        HelpName = "FILE",
    };

    private static readonly Option<string> Prompt = new("--prompt")
    {
        Description = "How the text begins (default: a line end, so that a line is begun)",
        DefaultValueFactory = _ => "\n",
        HelpName = "TEXT",
    };

    private static readonly Option<string> Temperature = new("--temperature")
    {
        Description = "Above 0; below 1 the likely becomes likelier, above 1 less so",
        DefaultValueFactory = _ => "1",
        HelpName = "X",
    };

    private static readonly Option<int> Length = new("--length")
    {
        Description = "How many characters or words are written",
        DefaultValueFactory = _ => 500,
        HelpName = "N",
    };

    private static readonly Option<long> Seed = new("--seed")
    {
        Description = "The seed of the draws: the same seed gives the same text",
        DefaultValueFactory = _ => 1,
        HelpName = "N",
    };

    public static Command Create(CommonOptions common)
    {
        var command = new Command("sample", "Write text with a net that has learned one")
        {
            common.Model, Weights, Prompt, Temperature, Length, Seed,
        };
        common.AddComputing(command);
        command.SetAction(parsed => Execute(common, parsed));
        return command;
    }

    private static int Execute(CommonOptions common, ParseResult parsed)
    {
        common.Apply(parsed);
        var temperature = TemperatureOf(parsed.GetValue(Temperature)!);
        var length = parsed.GetValue(Length) is >= 1 and var given ? given
            : throw new ConfigException($"--length: received {parsed.GetValue(Length)}, allowed: 1 or more");
        var (prompt, seed) = (parsed.GetValue(Prompt)!, parsed.GetValue(Seed));
        var config = common.Open(parsed).ReadNet();
        var weights = RunFolder.WeightsOf(config.Name, parsed.GetValue(Weights), null);
        var text = TextSampler<float>.Load(config, weights)
            .Write(prompt, length, temperature, seed, common.Terminal.Interrupted);
        if (!parsed.GetValue(common.Json))
            common.Terminal.Raw(prompt.TrimStart('\n') + text);
        common.Terminal.Result(new JsonObject
        {
            ["prompt"] = prompt,
            ["text"] = text,
            ["length"] = length,
            ["temperature"] = temperature,
            ["seed"] = seed,
            ["weights"] = weights,
        });
        return ExitCode.Done;
    }

    private static double TemperatureOf(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && value > 0 && double.IsFinite(value)
            ? value
            : throw new ConfigException($"--temperature: received '{text}', allowed: a number above 0");
}
