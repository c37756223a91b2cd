using System.CommandLine;
using System.Text.Json.Nodes;
using NeuralFramework.Reporting;

namespace NeuralFramework.Cli;

/// <summary><c>nf report</c>: the page of a run, or its learning curves as a picture.</summary>
internal static class ReportCommand
{
    /// <summary>The folder of a run.</summary>
    public static readonly Argument<string> Run = new("RUN") { Description = "The folder of a run" };

    private static readonly Option<string?> Output = new("--output", "-o")
    {
        Description = $"The page (default: {RunReport.FileName} in RUN)",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Curves = new("--curves")
    {
        Description = "Write only the learning curves, as an SVG",
        HelpName = "FILE",
    };

    public static Command Create(CommonOptions common)
    {
        var command = new Command("report", "Write a page on a run: curves, layers, mistakes, weights, times, settings")
        {
            Run, Output, Curves, common.Data, common.BlasName, common.Threads,
        };
        command.SetAction(parsed => Execute(common, parsed));
        return command;
    }

    private static int Execute(CommonOptions common, ParseResult parsed)
    {
        common.Apply(parsed);
        var run = RunRecord.Open(parsed.GetRequiredValue(Run));
        if (parsed.GetValue(Curves) is { } picture)
        {
            if (parsed.GetValue(Output) is not null)
                throw new ConfigException("--curves: received together with --output, allowed: one of the two");
            Show(common.Terminal, picture, RunReport.WriteCurves(run, picture));
            return ExitCode.Done;
        }
        var path = parsed.GetValue(Output) ?? Path.Combine(run.Path, RunReport.FileName);
        var trained = TrainedRun.Load(run, RunRecorder.ClassNamesOf, common.Terminal.Interrupted);
        foreach (var note in trained.Notes)
            common.Terminal.Line(note);
        Show(common.Terminal, path, RunReport.Write(trained, path));
        return ExitCode.Done;
    }

    private static void Show(Terminal terminal, string path, long bytes)
    {
        terminal.Line($"{path}: {(bytes + 512) / 1024} KiB");
        terminal.Result(new JsonObject { ["file"] = path, ["bytes"] = bytes });
    }
}
