using System.CommandLine;
using System.Globalization;
using NeuralFramework.Interop;

namespace NeuralFramework.Cli;

/// <summary><c>nf import onnx</c>: an ONNX graph to a model.</summary>
internal static class OnnxImportCommand
{
    private static readonly Argument<string> File = new("FILE") { Description = "The ONNX file" };

    private static readonly Option<string[]> Shapes = new("--shape")
    {
        Description = "The shape of an input whose extents are open, such as x=1,3,224,224 (may be repeated; open extents are 1 otherwise)",
        HelpName = "NAME=SHAPE",
    };

    private static readonly Option<string> Output = ImportCommand.Output();

    public static Command Create(CommonOptions common)
    {
        var command = new Command("onnx", "Make a model of an ONNX graph") { File, Shapes, Output };
        command.SetAction(parsed =>
        {
            var folder = parsed.GetRequiredValue(Output);
            ModelFolder.RequireNew(folder);
            var shapes = (parsed.GetValue(Shapes) ?? []).Select(ShapeOf).ToList();
            if (shapes.GroupBy(entry => entry.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
                throw new ConfigException($"--shape: received two for the input '{twice.Key}', allowed: one");
            var model = OnnxImporter.Import(parsed.GetRequiredValue(File), shapes.ToDictionary(entry => entry.Name, entry => entry.Shape));
            ImportCommand.Write(model, folder, common.Terminal);
            return ExitCode.Done;
        });
        return command;
    }

    private static (string Name, Shape Shape) ShapeOf(string text)
    {
        var parts = text.Split('=', 2);
        var extents = new List<int>();
        foreach (var word in parts.Length == 2 ? parts[1].Split(',') : [""])
            extents.Add(int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var extent) ? extent
                : throw new ConfigException($"--shape: received '{text}', allowed: NAME=SHAPE, such as x=1,3,224,224"));
        return (parts[0], [.. extents]);
    }
}
