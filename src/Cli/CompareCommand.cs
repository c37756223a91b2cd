using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using NeuralFramework.Reporting;
using Spectre.Console;

namespace NeuralFramework.Cli;

/// <summary><c>nf compare</c>: runs beside one another.</summary>
internal static class CompareCommand
{
    private const int LongestName = 22;

    private static readonly Argument<string[]> Runs = new("RUN")
    {
        Description = "The folders of two or more runs",
        Arity = new ArgumentArity(2, 100),
    };

    private static readonly Option<string?> Output = new("--output", "-o")
    {
        Description = "Write a page with the curves over one another too",
        HelpName = "FILE",
    };

    public static Command Create(CommonOptions common)
    {
        var command = new Command("compare", "Compare what runs came to, and where their configurations differ") { Runs, Output };
        command.SetAction(parsed => Execute(common, parsed));
        return command;
    }

    private static int Execute(CommonOptions common, ParseResult parsed)
    {
        var comparison = RunComparison.Of([.. parsed.GetRequiredValue(Runs).Select(RunRecord.Open)]);
        Show(comparison, common.Terminal);
        var path = parsed.GetValue(Output);
        if (path is not null)
            common.Terminal.Line($"{path}: {(comparison.Write(path) + 512) / 1024} KiB");
        common.Terminal.Result(new JsonObject
        {
            ["runs"] = new JsonArray([.. comparison.Runs.Select(run => (JsonNode)new JsonObject
            {
                ["run"] = run.Run.Path,
                ["iteration"] = run.Run.Iteration,
                ["loss"] = Terminal.Finite(run.Loss),
                ["test_loss"] = Terminal.Finite(run.TestLoss),
                ["accuracy"] = Terminal.Finite(run.Accuracy),
                ["best_accuracy"] = Terminal.Finite(run.BestAccuracy),
                ["seconds"] = run.Run.Seconds,
                ["weights_sha256"] = run.Run.Info?.Result?.WeightsSha256,
                ["changes"] = new JsonArray([.. run.Changes.Select(change => (JsonNode)change)]),
            })]),
            ["file"] = path,
        });
        return ExitCode.Done;
    }

    private static void Show(RunComparison comparison, Terminal terminal)
    {
        var table = Terminal.NewTable(("run", false), ("iter.", true), ("loss", true), ("test", true),
            ("accuracy", true), ("best", true), ("s", true));
        foreach (var run in comparison.Runs)
            table.AddRow(Markup.Escape(Short(run.Name)), run.Run.Iteration.ToString(CultureInfo.InvariantCulture),
                Number(run.Loss, "0.0000"), Number(run.TestLoss, "0.0000"), Percent(run.Accuracy),
                Percent(run.BestAccuracy), Number(run.Run.Seconds, "0.0"));
        terminal.Write(table);
        foreach (var run in comparison.Runs.Skip(1))
            foreach (var change in run.Changes)
                terminal.Line($"{run.Name}: {change}");
    }

    // Its end: there the time stands that tells runs of a model apart.
    private static string Short(string name) => name.Length > LongestName ? "…" + name[^(LongestName - 1)..] : name;

    private static string Percent(double? share) => share is { } value
        ? (value * 100).ToString("0.00", CultureInfo.InvariantCulture) + "%" : "";

    private static string Number(double? value, string format) =>
        value?.ToString(format, CultureInfo.InvariantCulture) ?? "";
}
