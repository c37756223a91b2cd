using System.Text.Json.Nodes;
using NeuralFramework.Solvers;

namespace NeuralFramework.Cli;

/// <summary>The configuration files that a MODEL argument means, with what <c>--set</c> and other options change in them.</summary>
internal sealed class ModelFiles
{
    private readonly ConfigDocument? solver;
    private readonly ConfigDocument net;

    private ModelFiles(ConfigDocument? solver, ConfigDocument net) => (this.solver, this.net) = (solver, net);

    /// <summary>Opens a folder with net.json and maybe solver.json, a solver file, or a net file.</summary>
    /// <param name="path">The argument.</param>
    /// <param name="sets">What <c>--set</c> was given.</param>
    /// <param name="batchSize">The batch size of every layer that has one, unless <c>--set</c> gives another; null: as in
    /// the file.</param>
    /// <exception cref="ConfigException">It cannot be read, or the batch size is below 1.</exception>
    public static ModelFiles Open(string path, IEnumerable<string> sets, int? batchSize = null)
    {
        var assignments = sets.Select(Assignment).ToLookup(assignment => IsOfNet(assignment.Path));
        var file = Directory.Exists(path) ? FileIn(path) : File.Exists(path) ? path : throw Missing(path);
        var document = ConfigDocument.Load(file);
        var files = document.Root.ContainsKey("layers")
            ? WithoutSolver(document, assignments[false])
            : WithNet(document, assignments[false]);
        if (batchSize is { } size)
            files.SetBatchSize(size);
        foreach (var (member, value) in assignments[true])
            files.net.Set(member, value);
        return files;
    }

    /// <summary>Sets a member of the solver.</summary>
    public void SetSolver(string member, JsonNode value) => solver?.Set(member, value.ToJsonString());

    /// <summary>Sets an option of layers of the net.</summary>
    public void SetLayers(string member, IEnumerable<(string Layer, string Value)> values)
    {
        foreach (var (layer, value) in values)
            net.Set($"layers.{layer}.{member}", JsonValue.Create(value).ToJsonString());
    }

    private void SetBatchSize(int size)
    {
        if (size < 1)
            throw new ConfigException($"--batch: received {size}, allowed: 1 or more");
        foreach (var layer in (net.Root["layers"] as JsonArray ?? []).OfType<JsonObject>())
            if (layer.ContainsKey("batch_size"))
                layer["batch_size"] = size;
    }

    /// <summary>Reads the net.</summary>
    /// <exception cref="ConfigException">It has problems; all of them are named.</exception>
    public NetConfig ReadNet() => NetConfig.Read(net);

    /// <summary>Whether the model has a solver.</summary>
    public bool HasSolver => solver is not null;

    /// <summary>Reads solver and net; the problems of both are reported together.</summary>
    /// <exception cref="ConfigException">They have problems, or there is no solver.</exception>
    public (SolverConfig Solver, NetConfig Net) Read()
    {
        if (solver is null)
            throw new ConfigException($"{net.Source}: received a net without a solver, allowed: a solver file, or a folder "
                + $"with {SolverConfig.FileName} and {NetConfig.FileName}");
        var problems = new List<string>();
        var solverConfig = Try(() => SolverConfig.Read(solver));
        var netConfig = Try(ReadNet);
        return problems.Count == 0 ? (solverConfig!, netConfig!) : throw new ConfigException(problems);

        TConfig? Try<TConfig>(Func<TConfig> read) where TConfig : class
        {
            try
            {
                return read();
            }
            catch (ConfigException error)
            {
                problems.AddRange(error.Problems);
                return null;
            }
        }
    }

    /// <summary>Reads the solver if the model has one.</summary>
    /// <exception cref="ConfigException">It has problems.</exception>
    public SolverConfig? ReadSolver() => solver is null ? null : SolverConfig.Read(solver);

    private static ConfigException Missing(string path)
    {
        var parent = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(path)) ?? "";
        var names = Directory.Exists(parent)
            ? Directory.EnumerateFileSystemEntries(parent).Select(entry => Path.Combine(parent, Path.GetFileName(entry))).ToList()
            : [];
        return new ConfigException($"{path}: no such file or folder; allowed: a model's folder, or a solver or net file"
            + Suggestion.For(path, names));
    }

    private static string FileIn(string folder) =>
        new[] { SolverConfig.FileName, NetConfig.FileName }.Select(name => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists)
        ?? throw new ConfigException($"{folder}: received a folder without {NetConfig.FileName}, allowed: a model's "
            + "folder");

    private static ModelFiles WithoutSolver(ConfigDocument net, IEnumerable<(string Path, string Value)> assignments)
    {
        foreach (var (member, value) in assignments)
            throw new ConfigException($"--set {member}={value}: {net.Source} has no solver; allowed: "
                + "layers.NAME.MEMBER=VALUE");
        return new ModelFiles(null, net);
    }

    // The solver is set first: it says which net is meant.
    private static ModelFiles WithNet(ConfigDocument solver, IEnumerable<(string Path, string Value)> assignments)
    {
        foreach (var (member, value) in assignments)
            solver.Set(member, value);
        var net = solver.Root["net"] is JsonValue text && text.TryGetValue<string>(out var name)
            ? name : NetConfig.FileName;
        var folder = Path.GetDirectoryName(solver.Source) ?? "";
        return new ModelFiles(solver, ConfigDocument.Load(Path.Combine(folder, net)));
    }

    private static bool IsOfNet(string member) => member.Split('.')[0] is "layers" or "name" or "force_backward";

    private static (string Path, string Value) Assignment(string text)
    {
        var parts = text.Split('=', 2);
        return parts.Length == 2 && parts[0].Length > 0
            ? (parts[0], parts[1])
            : throw new ConfigException($"--set: received '{text}', allowed: PATH=VALUE, such as base_lr=0.1");
    }
}
