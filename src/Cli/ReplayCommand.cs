using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using NeuralFramework.Solvers;

namespace NeuralFramework.Cli;

/// <summary><c>nf replay</c>: runs a step again that left the finite numbers, and says where.</summary>
internal static class ReplayCommand
{
    private static readonly Argument<string> BundleArgument = new("BUNDLE")
    {
        Description = "A folder diverged-N of a run",
    };

    public static Command Create(CommonOptions common)
    {
        var command = new Command("replay",
            "Run the step again at which a training diverged and name the first layer, blob and sample; exit code 1 "
            + "when it does not go wrong again")
        { BundleArgument, common.BlasName, common.Threads };
        command.SetAction(parsed => Execute(common, parsed));
        return command;
    }

    private static int Execute(CommonOptions common, ParseResult parsed)
    {
        common.Apply(parsed);
        var replay = Replay<float>.Open(parsed.GetRequiredValue(BundleArgument));
        var found = replay.Run();
        var terminal = common.Terminal;
        terminal.Line($"iteration {replay.Bundle.Iteration}, seed {replay.Bundle.Seed}: {replay.Bundle.Message}");
        if (found is null)
            terminal.Line($"run again with {Blas.Current.Name} (it was {replay.Bundle.Blas}), every number of the step "
                + "is finite");
        else
            Show(terminal, found);
        terminal.Result(ToJson(replay.Bundle, found));
        return found is null ? ExitCode.Failed : ExitCode.Done;
    }

    private static void Show(Terminal terminal, ReplayFinding found)
    {
        var sample = found.Sample is { } place ? $", sample {place}" : "";
        terminal.Line($"first: layer '{found.Layer}' ({found.LayerType}), {Describe(found.Part)} '{found.Blob}'"
            + $"{sample}, element [{string.Join(", ", found.Index)}]: {Text(found.Value)}");
        if (!found.SampleAlone)
            terminal.Line("  no sample alone makes it: the sum over the batch does; this has the largest share");
        terminal.Line("  around it: " + string.Join("  ", found.Around.Select((value, i) =>
            i == found.PlaceInAround ? $">{Text(value)}<" : Text(value))));
        foreach (var input in found.Inputs)
            terminal.Line($"  it read '{input.Name}': {Text(input.Min)} to {Text(input.Max)}");
    }

    private static string Describe(ReplayPart part) => part switch
    {
        ReplayPart.Data => "data",
        ReplayPart.Weight => "weight before the step",
        ReplayPart.Value => "value of",
        _ => "gradient of",
    };

    private static JsonObject ToJson(DivergenceBundle bundle, ReplayFinding? found)
    {
        var json = new JsonObject
        {
            ["reproduced"] = found is not null,
            ["iteration"] = bundle.Iteration,
            ["seed"] = bundle.Seed,
            ["message"] = bundle.Message,
        };
        if (found is null)
            return json;
        json["layer"] = found.Layer;
        json["type"] = found.LayerType;
        json["blob"] = found.Blob;
        json["part"] = JsonNamingPolicy.SnakeCaseLower.ConvertName(found.Part.ToString());
        json["sample"] = found.Sample;
        json["sample_alone"] = found.SampleAlone;
        json["index"] = new JsonArray([.. found.Index.Select(index => (JsonNode)index)]);
        json["value"] = Text(found.Value);
        // As text where they are not finite: JSON has no such numbers.
        json["around"] = new JsonArray([.. found.Around.Select(value => Terminal.Finite(value) ?? Text(value))]);
        return json;
    }

    private static string Text(double value) => value.ToString("g6", CultureInfo.InvariantCulture);
}
