using System.Text.Json.Nodes;
using NeuralFramework.Cli;
using NeuralFramework.Data;
using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>What a run of the command line gave.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>The last line of standard output as JSON.</summary>
    public JsonObject Json => JsonNode.Parse(Output.TrimEnd().Split('\n')[^1])!.AsObject();

    public override string ToString() => $"exit code {ExitCode}\n{Output}\n{Error}";
}

/// <summary>The command line run in this process, in a temporary folder. What it changes of the process is put
/// back.</summary>
internal sealed class CommandLine : TempFolder
{
    private readonly BlasBackend blas = Blas.Current;
    private readonly int threads = WorkPool.Threads;
    private readonly string? chosenData = DataLocations.Folder;
    private readonly string current = Directory.GetCurrentDirectory();

    public CommandLine() => Directory.SetCurrentDirectory(Path);

    /// <summary>The model's folder.</summary>
    public string Model => In("model");

    public override void Dispose()
    {
        Directory.SetCurrentDirectory(current);
        DataLocations.Folder = chosenData;
        WorkPool.Threads = threads;
        Blas.Use(blas);
        base.Dispose();
    }

    public static CommandResult Run(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = App.Run(args, output, error);
        return new CommandResult(code, output.ToString(), error.ToString());
    }

    /// <summary>Runs a command with <c>--json</c>, which must succeed, and returns its object.</summary>
    public static JsonObject RunJson(params string[] args)
    {
        var result = Run([.. args, "--json"]);
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        Assert.That(result.Output.TrimEnd().Split('\n'), Has.Length.EqualTo(1),
            "only the object belongs on standard output");
        return result.Json;
    }

    /// <summary>Writes a model that trains in no time.</summary>
    public void WriteModel(string solver = "", string net = "")
    {
        Write("model/net.json", net.Length > 0 ? net
            : (TrainingSets.TwoLayers(2) with { Name = "tiny" }).ToJson().ToJsonString());
        Write("model/solver.json", $$"""
            { "base_lr": 0.1, "momentum": 0.9, "max_iter": 10, "display": 2, "test_interval": 5,
              "snapshot": 4{{solver}} }
            """);
    }
}
