using System.CommandLine;
using System.Text.Json.Nodes;
using NeuralFramework.Interop;

namespace NeuralFramework.Cli;

/// <summary><c>nf export onnx</c>: a model to an ONNX graph.</summary>
internal static class OnnxExportCommand
{
    private static readonly Option<string> Weights = new("--weights")
    {
        Description = "The weights: a snapshot or weights file",
        HelpName = "FILE",
        Required = true,
    };

    private static readonly Option<string> Output = new("--output", "-o")
    {
        Description = "The ONNX file",
        HelpName = "FILE",
        Required = true,
    };

    public static Command Create(CommonOptions common)
    {
        var command = new Command("onnx", "Write a model, built for the phase deploy, as an ONNX graph")
        {
            common.Model, Weights, common.Set, Output,
        };
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(Output);
            var net = Net<float>.FromConfig(common.Open(parsed).ReadNet(), Phase.Deploy);
            net.LoadWeights(parsed.GetRequiredValue(Weights));
            Show(OnnxExporter.Write(net, path), path, common.Terminal);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Show(OnnxExport export, string path, Terminal terminal)
    {
        terminal.Line($"{path}: {export.Operators} operators of opset {OnnxExporter.Opset}");
        terminal.Line($"inputs: {string.Join(", ", export.Inputs)}");
        terminal.Line($"outputs: {string.Join(", ", export.Outputs)}");
        foreach (var remark in export.Remarks)
            terminal.Line($"note: {remark}");
        terminal.Result(new JsonObject
        {
            ["file"] = path,
            ["opset"] = OnnxExporter.Opset,
            ["operators"] = export.Operators,
            ["inputs"] = ListOf(export.Inputs),
            ["outputs"] = ListOf(export.Outputs),
            ["remarks"] = ListOf(export.Remarks),
        });
    }

    private static JsonArray ListOf(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);
}
