using System.CommandLine;
using System.Text.Json.Nodes;
using NeuralFramework.Interop;
using NeuralFramework.Solvers;
using Spectre.Console;

namespace NeuralFramework.Cli;

/// <summary><c>nf import</c>: makes a model of a net of another framework.</summary>
internal static class ImportCommand
{
    /// <summary>The file name of the weights in an imported model's folder.</summary>
    public const string WeightsFileName = "weights.safetensors";

    public static Command Create(CommonOptions common) => new("import", "Make a model of a net of another framework")
    {
        CaffeImportCommand.Create(common),
        OnnxImportCommand.Create(common),
    };

    /// <summary>The option for the folder that is made.</summary>
    public static Option<string> Output() => new("--output", "-o")
    {
        Description = "The model's folder, which is made",
        HelpName = "MODEL",
        Required = true,
    };

    /// <summary>Writes a model's folder, whole or not at all, and shows the report.</summary>
    /// <exception cref="ConfigException">The folder is there already.</exception>
    /// <exception cref="DataException">It cannot be written.</exception>
    public static void Write(ImportedModel model, string folder, Terminal terminal)
    {
        var files = new Dictionary<string, Action<string>>
        {
            [NetConfig.FileName] = path => File.WriteAllText(path, model.Net.ToJsonString(ConfigJson.Options)),
        };
        if (model.Solver is { } solver)
        {
            SolverConfig.Read(ConfigDocument.FromNode(solver));
            files[SolverConfig.FileName] = path => File.WriteAllText(path, solver.ToJsonString(ConfigJson.Options));
        }
        if (model.Weights is { } weights)
            files[WeightsFileName] = weights.Save;
        ModelFolder.Write(folder, files);
        Show(model.Report, terminal);
        terminal.Line($"{folder}: {string.Join(", ", files.Keys)}");
        terminal.Result(ToJson(model.Report, folder, files.Keys));
    }

    /// <summary>Shows a report as a table.</summary>
    public static void Show(ParityReport report, Terminal terminal)
    {
        var table = Terminal.NewTable(
            ("layer", false), ("type", false), ("parity", false), ("becomes", false), ("remark", false));
        foreach (var line in report.Lines)
            table.AddRow([.. new[] { line.Layer, line.Type, Word(line.Parity), line.Target ?? "-", line.Remark ?? "" }
                .Select(text => new Text(text))]);
        terminal.Write(table);
        foreach (var remark in report.Remarks)
            terminal.Line($"note: {remark}");
        terminal.Line($"{report.Lines.Count} layers: {report.Count(Parity.Mapped)} mapped, "
            + $"{report.Count(Parity.Different)} mapped with a difference, "
            + $"{report.Count(Parity.NotSupported)} not supported");
    }

    /// <summary>A report as the result of a command.</summary>
    public static JsonObject ToJson(ParityReport report, string folder, IEnumerable<string> files) => new()
    {
        ["folder"] = folder,
        ["files"] = new JsonArray([.. files.Select(file => (JsonNode)file)]),
        ["mapped"] = report.Count(Parity.Mapped),
        ["different"] = report.Count(Parity.Different),
        ["not_supported"] = report.Count(Parity.NotSupported),
        ["layers"] = new JsonArray([.. report.Lines.Select(line => (JsonNode)new JsonObject
        {
            ["name"] = line.Layer,
            ["type"] = line.Type,
            ["parity"] = Word(line.Parity).Replace(' ', '_'),
            ["target"] = line.Target,
            ["remark"] = line.Remark,
        })]),
        ["remarks"] = new JsonArray([.. report.Remarks.Select(remark => (JsonNode)remark)]),
    };

    private static string Word(Parity parity) => parity switch
    {
        Parity.Mapped => "mapped",
        Parity.Different => "with a difference",
        _ => "not supported",
    };
}
