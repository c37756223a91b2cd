using System.CommandLine;
using System.Text.Json.Nodes;
using NeuralFramework.Reporting;

namespace NeuralFramework.Cli;

/// <summary><c>nf draw</c>: the graph of a net as a picture.</summary>
internal static class DrawCommand
{
    private static readonly Option<string> Output = new("--output", "-o")
    {
        Description = $"The picture: {string.Join(", ", GraphDrawing.Extensions)}",
        HelpName = "FILE",
        Required = true,
    };

    private static readonly Option<bool> Values = new("--values")
    {
        Description = "Run the net once and write values in green and gradients in red",
    };

    public static Command Create(CommonOptions common)
    {
        var command = new Command("draw", "Draw the graph of a net") { common.Model, Output, Values, common.Phase };
        common.AddComputing(command);
        command.SetAction(parsed => Execute(common, parsed));
        return command;
    }

    private static int Execute(CommonOptions common, ParseResult parsed)
    {
        common.Apply(parsed);
        var path = parsed.GetRequiredValue(Output);
        GraphDrawing.RequireExtension(path);
        var values = parsed.GetValue(Values);
        var config = common.Open(parsed).ReadNet();
        var info = GraphDrawing.Write(Net<double>.FromConfig(config, parsed.GetValue(common.Phase)), path, values);
        common.Terminal.Line($"{path}: {info.Layers} layers, {info.Wires} wires"
            + (info.Width is { } width ? $", {width:0}×{info.Height:0}" : ""));
        common.Terminal.Result(new JsonObject
        {
            ["file"] = path,
            ["layers"] = info.Layers,
            ["wires"] = info.Wires,
            ["width"] = info.Width,
            ["height"] = info.Height,
        });
        return ExitCode.Done;
    }
}
