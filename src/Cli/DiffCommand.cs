using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using NeuralFramework.Reporting;

namespace NeuralFramework.Cli;

/// <summary><c>nf diff</c>: where two runs differ.</summary>
internal static class DiffCommand
{
    private static readonly Argument<string> First = new("A") { Description = "The folder of a run" };

    private static readonly Argument<string> Second = new("B") { Description = "The folder of another run" };

    public static Command Create(CommonOptions common)
    {
        var command = new Command("diff", "Say where the configurations of two runs differ, and where the runs part")
        {
            First, Second,
        };
        command.SetAction(parsed => Execute(common, parsed));
        return command;
    }

    private static int Execute(CommonOptions common, ParseResult parsed)
    {
        var difference = RunDifference.Between(RunRecord.Open(parsed.GetRequiredValue(First)),
            RunRecord.Open(parsed.GetRequiredValue(Second)));
        var terminal = common.Terminal;
        if (difference.Changes.Count == 0)
            terminal.Line("the configurations are the same");
        foreach (var change in difference.Changes)
            terminal.Line(change);
        terminal.Line(Describe(difference));
        terminal.Result(new JsonObject
        {
            ["changes"] = new JsonArray([.. difference.Changes.Select(change => (JsonNode)change)]),
            ["last_common"] = difference.LastCommon,
            ["last_same"] = difference.LastSame,
            ["iteration"] = difference.Parting?.Iteration,
            ["layer"] = difference.Parting?.Layer,
            ["what"] = difference.Parting?.What,
            ["first"] = Terminal.Finite(difference.Parting?.First),
            ["second"] = Terminal.Finite(difference.Parting?.Second),
        });
        return ExitCode.Done;
    }

    private static string Describe(RunDifference difference)
    {
        if (difference.LastCommon is not { } last)
            return "the logs have no iteration in common";
        if (difference.Parting is not { } parting)
            return $"the runs are the same as far as both logs go, to iteration {last}";
        var place = parting.Layer is { } layer ? $", first in layer '{layer}'" : "";
        return $"the runs part at iteration {parting.Iteration}{place}: {parting.What} {Number(parting.First)} and "
            + Number(parting.Second)
            + (difference.LastSame is { } same ? $"; at iteration {same} they are still the same" : "");
    }

    private static string Number(double? value) => value?.ToString("G9", CultureInfo.InvariantCulture) ?? "nothing";
}
