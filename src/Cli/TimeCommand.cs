using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using NeuralFramework.Solvers;
using Spectre.Console;

namespace NeuralFramework.Cli;

/// <summary><c>nf time</c>: the time of one training step, layer by layer.</summary>
internal static class TimeCommand
{
    private static readonly Option<int> Iterations = new("--iterations")
    {
        Description = "How many steps are timed, after a warm-up",
        DefaultValueFactory = _ => 100,
        HelpName = "N",
    };

    private static readonly Option<double> WarmUp = new("--warm-up")
    {
        Description = "How many seconds steps are taken before; 3 settle the compiler on a busy machine too",
        DefaultValueFactory = _ => 1,
        HelpName = "SECONDS",
    };

    private static readonly Option<int?> Batch = new("--batch") { Description = "Overrides every batch_size", HelpName = "N" };

    public static Command Create(CommonOptions common)
    {
        var command = new Command("time", "Time one step of a net, layer by layer; only the phase train backward")
        {
            common.Model, Iterations, WarmUp, Batch, common.Phase, Tuning.Option,
        };
        common.AddComputing(command);
        command.SetAction(parsed => Execute(common, parsed));
        return command;
    }

    private static int Execute(CommonOptions common, ParseResult parsed)
    {
        common.Apply(parsed);
        var iterations = parsed.GetValue(Iterations);
        if (iterations < 1)
            throw new ConfigException($"--iterations: received {iterations}, allowed: 1 or more");
        var warmUp = parsed.GetValue(WarmUp);
        if (warmUp is not (>= 0 and <= 3600))
            throw new ConfigException($"--warm-up: received {warmUp}, allowed: 0 to 3600");
        var files = common.Open(parsed, parsed.GetValue(Batch));
        Tuning.Apply(common, parsed, files, parsed.GetValue(common.Phase));
        var timing = StepTimer.Run(files.ReadSolver(), files.ReadNet(), parsed.GetValue(common.Phase), iterations,
            TimeSpan.FromSeconds(warmUp), common.Terminal.Interrupted);
        Show(timing, common.Terminal);
        return ExitCode.Done;
    }

    private static void Show(StepTiming timing, Terminal terminal)
    {
        var table = Terminal.NewTable(("layer", false), ("type", false), ("forward ms", true), ("backward ms", true),
            ("algorithm", false));
        foreach (var layer in timing.Layers)
            table.AddRow(Markup.Escape(layer.Name), layer.Type, Milliseconds(layer.ForwardMs),
                Milliseconds(layer.BackwardMs), layer.Algorithm ?? "");
        terminal.Write(table);
        terminal.Line($"medians of {timing.Iterations} steps, {Blas.Current.Name} on {WorkPool.Threads} "
            + $"thread{(WorkPool.Threads == 1 ? "" : "s")}: forward {Milliseconds(timing.ForwardMs)}, backward "
            + $"{Milliseconds(timing.BackwardMs)}, update {Milliseconds(timing.UpdateMs)},");
        terminal.Line($"in all {Milliseconds(timing.TotalMs)} ms (fastest {Milliseconds(timing.MinTotalMs)} ms)");
        terminal.Result(new JsonObject
        {
            ["forward_ms"] = timing.ForwardMs,
            ["backward_ms"] = timing.BackwardMs,
            ["update_ms"] = timing.UpdateMs,
            ["total_ms"] = timing.TotalMs,
            ["min_total_ms"] = timing.MinTotalMs,
            ["blas"] = Blas.Current.Name,
            ["threads"] = WorkPool.Threads,
            ["layers"] = new JsonArray([.. timing.Layers.Select(Describe)]),
        });
    }

    private static JsonNode Describe(LayerTiming layer)
    {
        var described = new JsonObject
        {
            ["name"] = layer.Name,
            ["type"] = layer.Type,
            ["forward_ms"] = layer.ForwardMs,
            ["backward_ms"] = layer.BackwardMs,
        };
        if (layer.Algorithm is { } algorithm)
            described["algorithm"] = algorithm;
        return described;
    }

    private static string Milliseconds(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}
