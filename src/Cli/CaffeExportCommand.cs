using System.CommandLine;
using NeuralFramework.Interop;

namespace NeuralFramework.Cli;

/// <summary><c>nf export caffe</c>: a model to prototxt and caffemodel.</summary>
internal static class CaffeExportCommand
{
    private static readonly Option<string?> Weights = new("--weights")
    {
        Description = "The weights: a snapshot or weights file (default: no caffemodel is written)",
        HelpName = "FILE",
    };

    private static readonly Option<string> Output = new("--output", "-o")
    {
        Description = "The folder, which is made",
        HelpName = "DIR",
        Required = true,
    };

    public static Command Create(CommonOptions common)
    {
        var command = new Command("caffe", "Write a model as prototxt and caffemodel")
        {
            common.Model, Weights, common.Set, Output,
        };
        command.SetAction(parsed =>
        {
            var folder = parsed.GetRequiredValue(Output);
            ModelFolder.RequireNew(folder);
            var files = common.Open(parsed);
            var path = parsed.GetValue(Weights);
            var exported = CaffeExporter.Export(files.ReadNet(), files.ReadSolver()?.ToJson(),
                path is null ? null : SafeTensors.Load(path), path ?? "");
            ModelFolder.Write(folder, exported.Files);
            ImportCommand.Show(exported.Report, common.Terminal);
            common.Terminal.Line($"{folder}: {string.Join(", ", exported.Files.Keys)}");
            common.Terminal.Result(ImportCommand.ToJson(exported.Report, folder, exported.Files.Keys));
            return ExitCode.Done;
        });
        return command;
    }
}
