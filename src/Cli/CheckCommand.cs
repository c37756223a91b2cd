using System.CommandLine;
using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace NeuralFramework.Cli;

/// <summary><c>nf check</c>: compares every gradient of a net with differences of its loss.</summary>
internal static class CheckCommand
{
    private enum Element
    {
        Double,
        Float,
    }

    private static readonly Option<Element> Type = new("--type")
    {
        Description = "The element type; in float only gross errors show",
        DefaultValueFactory = _ => Element.Double,
        HelpName = "double|float",
    };

    private static readonly Option<int> Batch = new("--batch")
    {
        Description = "The batch size used instead of the net's",
        DefaultValueFactory = _ => 4,
        HelpName = "N",
    };

    private static readonly Option<int> Sample = new("--sample")
    {
        Description = "How many elements of each parameter and input are checked; 0: all",
        DefaultValueFactory = _ => 200,
        HelpName = "N",
    };

    private static readonly Option<long?> Seed = new("--seed") { Description = "The seed of weights and samples", HelpName = "N" };

    public static Command Create(CommonOptions common)
    {
        var command = new Command("check", "Check the gradients of a net's parameters and inputs") { common.Model, Type, Batch, Sample, Seed };
        common.AddComputing(command);
        command.SetAction(parsed => Execute(common, parsed));
        return command;
    }

    private static int Execute(CommonOptions common, ParseResult parsed)
    {
        common.Apply(parsed);
        var (batch, sample) = (parsed.GetValue(Batch), parsed.GetValue(Sample));
        if (sample < 0)
            throw new ConfigException($"--sample: received {sample}, allowed: 0 (all) or more");
        var files = common.Open(parsed, batch);
        var seed = parsed.GetValue(Seed) ?? files.ReadSolver()?.RandomSeed ?? 1;
        var options = new GradientCheckOptions { SamplesPerBlob = sample == 0 ? null : sample, Seed = seed, Cancellation = common.Terminal.Interrupted };
        var net = files.ReadNet();
        var result = parsed.GetValue(Type) == Element.Double ? Check<double>(net, options) : Check<float>(net, options);
        Show(result, net, common.Terminal);
        return result.Passed ? ExitCode.Done : ExitCode.Failed;
    }

    private static GradientCheckResult Check<T>(NetConfig config, GradientCheckOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        GradientChecker.Check(Net<T>.FromConfig(config, Phase.Train, options.Seed), options);

    private static void Show(GradientCheckResult result, NetConfig net, Terminal terminal)
    {
        var table = Terminal.NewTable(("blob", false), ("checked", true), ("kinks", true), ("rel. error", true),
            ("worst", false), ("analytic", true), ("numeric", true));
        foreach (var row in result.Rows)
            if (row.Worst is { } worst)
                table.AddRow(Markup.Escape(row.Name), $"{row.Checked}", $"{row.Skipped}", Scientific(worst.RelativeError),
                    $"[[{worst.Index}]]", Gradient(worst.Analytic), Gradient(worst.Numeric));
            else
                table.AddRow(Markup.Escape(row.Name), "0", $"{row.Skipped}", "-", "-", "-", "-");
        terminal.Write(table);
        foreach (var (element, layer) in result.Failures.Take(10).Select(element =>
            (element, result.Rows.First(row => row.Name == element.Blob).Layer)))
            terminal.Line($"wrong: {layer}: {element}");
        var allAtKinks = result.Rows.Where(row => row.Worst is null && row.Skipped > 0).Select(row => row.Name).ToList();
        if (allAtKinks.Count > 0)
            terminal.Line($"not checked, all elements taken are at kinks: {string.Join(", ", allAtKinks)}; "
                + "try a larger --sample, or --seed");
        terminal.Line($"{net.Name}: {(result.Passed ? "passed" : "FAILED")}: {result.Checked} elements, {result.Failures.Count} "
            + $"wrong, {result.Skipped.Count} skipped at kinks,");
        terminal.Line($"largest relative error {Scientific(result.MaxRelativeError)} (allowed {Scientific(result.Tolerance)})"
            + (result.Checked == 0 ? ": nothing to check" : ""));
        terminal.Result(new JsonObject
        {
            ["passed"] = result.Passed,
            ["checked"] = result.Checked,
            ["failed"] = result.Failures.Count,
            ["skipped"] = result.Skipped.Count,
            ["max_relative_error"] = Terminal.Finite(result.MaxRelativeError),
            ["tolerance"] = result.Tolerance,
            ["blobs"] = new JsonArray([.. result.Rows.Select(row => (JsonNode)new JsonObject
            {
                ["name"] = row.Name,
                ["shape"] = new JsonArray([.. row.Shape.Select(extent => (JsonNode)extent)]),
                ["checked"] = row.Checked,
                ["skipped"] = row.Skipped,
                ["max_relative_error"] = Terminal.Finite(row.Worst?.RelativeError),
            })]),
        });
    }

    private static string Gradient(double value) => value.ToString("G5", CultureInfo.InvariantCulture);

    private static string Scientific(double value) => value.ToString("0.0e+00", CultureInfo.InvariantCulture);
}
