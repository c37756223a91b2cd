using System.CommandLine;
using System.Text.Json.Nodes;
using NeuralFramework.Data;
using NeuralFramework.Reporting;

namespace NeuralFramework.Cli;

/// <summary><c>nf draw</c>: the graph of a net, its filters, or the feature maps of a sample as a picture.</summary>
internal static class DrawCommand
{
    private static readonly Option<string> Output = new("--output", "-o")
    {
        Description = $"The picture: {string.Join(", ", GraphDrawing.Extensions)} (.dot: only the graph)",
        HelpName = "FILE",
        Required = true,
    };

    private static readonly Option<bool> Values = new("--values")
    {
        Description = "Run the net once and write values in green and gradients in red",
    };

    private static readonly Option<bool> Filters = new("--filters")
    {
        Description = "Draw the weights of the first layer on images, as images, instead of the graph",
    };

    private static readonly Option<bool> Features = new("--features")
    {
        Description = "Draw what convolutions and poolings make of a sample instead of the graph (phase: test, unless --phase)",
    };

    private static readonly Option<int?> Sample = new("--sample")
    {
        Description = "The sample of --features (default: 0)",
        HelpName = "N",
    };

    private static readonly Option<string?> Weights = new("--weights")
    {
        Description = "The weights: a snapshot or weights file (default: as the net starts)",
        HelpName = "FILE",
    };

    public static Command Create(CommonOptions common)
    {
        var command = new Command("draw", "Draw the graph of a net, its filters, or what it sees in a sample")
        {
            common.Model, Output, Values, Filters, Features, Sample, Weights, common.Phase,
        };
        common.AddComputing(command);
        command.SetAction(parsed => Execute(common, parsed));
        return command;
    }

    private static int Execute(CommonOptions common, ParseResult parsed)
    {
        common.Apply(parsed);
        RequireOneKind(parsed);
        var path = parsed.GetRequiredValue(Output);
        var (isFilters, isFeatures) = (parsed.GetValue(Filters), parsed.GetValue(Features));
        if (isFilters || isFeatures)
            TileDrawingInfo.RequireExtension(path);
        else
            GraphDrawing.RequireExtension(path);
        if (isFilters)
            Report(common.Terminal, path, "filters", DrawFilters(Load<float>(common, parsed), path));
        else if (isFeatures)
            Report(common.Terminal, path, "maps",
                FeatureDrawing.Write(Load<float>(common, parsed, batchSize: 1), path, parsed.GetValue(Sample) ?? 0));
        else
            Report(common.Terminal, path, GraphDrawing.Write(Load<double>(common, parsed), path, parsed.GetValue(Values)));
        return ExitCode.Done;
    }

    private static void RequireOneKind(ParseResult parsed)
    {
        var kinds = new[] { Values, Filters, Features };
        var given = kinds.Where(parsed.GetValue).Select(option => option.Name).ToList();
        if (given.Count > 1)
            throw new ConfigException($"draw: received {string.Join(" and ", given)}, allowed: one of "
                + string.Join(", ", kinds.Select(option => option.Name)));
        if (parsed.GetValue(Sample) is { } sample && !parsed.GetValue(Features))
            throw new ConfigException($"--sample: received {sample} without --features, allowed: with --features");
    }

    // What a net sees is best looked at as it is tested; a graph has the layers that train.
    private static Net<T> Load<T>(CommonOptions common, ParseResult parsed, int? batchSize = null)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var phase = parsed.GetValue(Features) && parsed.GetResult(common.Phase) is null or { Implicit: true }
            ? Phase.Test : parsed.GetValue(common.Phase);
        var net = Net<T>.FromConfig(common.Open(parsed, batchSize).ReadNet(), phase);
        if (parsed.GetValue(Weights) is { } weights)
            net.LoadWeights(weights);
        return net;
    }

    private static TileDrawingInfo DrawFilters(Net<float> net, string path) =>
        FilterDrawing.Write(net, path, net.Layers.OfType<ImageLayer<float>>().FirstOrDefault()?.Images?.ClassNames);

    private static void Report(Terminal terminal, string path, string kind, TileDrawingInfo info)
    {
        terminal.Line($"{path}: {info.Tiles} {kind}, {info.Width:0}×{info.Height:0}");
        terminal.Result(new JsonObject
        {
            ["file"] = path,
            ["layers"] = info.Layers,
            [kind] = info.Tiles,
            ["width"] = info.Width,
            ["height"] = info.Height,
        });
    }

    private static void Report(Terminal terminal, string path, DrawingInfo info)
    {
        terminal.Line($"{path}: {info.Layers} layers, {info.Wires} wires"
            + (info.Width is { } width ? $", {width:0}×{info.Height:0}" : ""));
        terminal.Result(new JsonObject
        {
            ["file"] = path,
            ["layers"] = info.Layers,
            ["wires"] = info.Wires,
            ["width"] = info.Width,
            ["height"] = info.Height,
        });
    }
}
