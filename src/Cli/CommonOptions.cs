using System.CommandLine;
using NeuralFramework.Data;

namespace NeuralFramework.Cli;

/// <summary>The options that several commands have, and what they do to the process.</summary>
internal sealed class CommonOptions
{
    public Argument<string> Model { get; } = new("MODEL")
    {
        Description = "A model's folder, or a net or solver file",
    };

    public Option<Phase> Phase { get; } = new("--phase")
    {
        Description = "The phase that the net is built for",
        DefaultValueFactory = _ => NeuralFramework.Phase.Train,
        HelpName = "train|test|deploy",
    };

    public Option<bool> Json { get; } = new("--json")
    {
        Description = "Print one JSON object as the last line of standard output, all else to standard error",
        Recursive = true,
    };

    public Option<bool> Debug { get; } = new("--debug")
    {
        Description = "Show the stack trace of an error",
        Recursive = true,
    };

    public Option<string?> Data { get; } = new("--data") { Description = "The folder with the data sets", HelpName = "DIR" };

    public Option<string?> BlasName { get; } = new("--blas")
    {
        Description = $"The matrix engine: auto, {string.Join(", ", BlasBackends.Names)} (default: $NF_BLAS, else auto)",
        HelpName = "NAME",
    };

    public Option<int?> Threads { get; } = new("--threads")
    {
        Description = "How many threads work (default: one a processor)",
        HelpName = "N",
    };

    public Option<string[]> Set { get; } = new("--set")
    {
        Description = "Change a member of the configuration: base_lr=0.1, layers.fc1.num_output=50 (may be repeated)",
        HelpName = "PATH=VALUE",
    };

    public IEnumerable<Option> Everywhere => [Json, Debug];

    /// <summary>Where the command under way writes. Set before it is invoked.</summary>
    public Terminal Terminal { get; set; } = null!;

    /// <summary>Opens the files of <see cref="Model"/> with what <see cref="Set"/> changes in them.</summary>
    /// <inheritdoc cref="ModelFiles.Open"/>
    public ModelFiles Open(ParseResult parsed, int? batchSize = null) =>
        ModelFiles.Open(parsed.GetRequiredValue(Model), parsed.GetValue(Set) ?? [], batchSize);

    /// <summary>Adds to a command the options of all that compute.</summary>
    public void AddComputing(Command command)
    {
        command.Add(Set);
        command.Add(Data);
        command.Add(BlasName);
        command.Add(Threads);
    }

    /// <summary>Applies the options of <see cref="AddComputing"/> that hold for the whole process.</summary>
    public void Apply(ParseResult parsed)
    {
        ApplyData(parsed);
        if (parsed.GetValue(BlasName) is { } name)
            Blas.Use(name);
        if (parsed.GetValue(Threads) is { } threads)
            WorkPool.Threads = threads;
    }

    /// <summary>Applies <see cref="Data"/>.</summary>
    public void ApplyData(ParseResult parsed)
    {
        if (parsed.GetValue(Data) is not { } folder)
            return;
        DataLocations.Folder = folder;
        // Looked at now, so that a wrong folder is an error even where the data is embedded.
        DataLocations.Places();
    }
}
