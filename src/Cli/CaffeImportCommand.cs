using System.CommandLine;
using NeuralFramework.Interop;

namespace NeuralFramework.Cli;

/// <summary><c>nf import caffe</c>: prototxt and caffemodel to a model.</summary>
internal static class CaffeImportCommand
{
    private static readonly Argument<string> Net = new("NET")
    {
        Description = "The prototxt of the net: the one for training and testing, or the one for deploying",
    };

    private static readonly Argument<string?> Weights = new("WEIGHTS")
    {
        Description = "The caffemodel",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> Deploy = new("--deploy")
    {
        Description = "The prototxt for deploying, merged with that for training into one net with phases",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Solver = new("--solver")
    {
        Description = "The prototxt of the solver",
        HelpName = "FILE",
    };

    private static readonly Option<string> Output = ImportCommand.Output();

    public static Command Create(CommonOptions common)
    {
        var command = new Command("caffe", "Make a model of Caffe's prototxt and caffemodel")
        {
            Net, Weights, Deploy, Solver, Output,
        };
        command.SetAction(parsed =>
        {
            var folder = parsed.GetRequiredValue(Output);
            ModelFolder.RequireNew(folder);
            var model = CaffeImporter.Import(new CaffeFiles(parsed.GetRequiredValue(Net))
            {
                Weights = parsed.GetValue(Weights),
                Deploy = parsed.GetValue(Deploy),
                Solver = parsed.GetValue(Solver),
            });
            ImportCommand.Write(model, folder, common.Terminal);
            return ExitCode.Done;
        });
        return command;
    }
}
