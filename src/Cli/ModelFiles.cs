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
    /// <exception cref="ConfigException">It cannot be read.</exception>
    public static ModelFiles Open(string path, IEnumerable<string> sets)
    {
        var files = Directory.Exists(path) ? OpenFolder(path) : File.Exists(path) ? OpenFile(path) : throw Missing(path);
        foreach (var set in sets)
            files.Set(set);
        return files;
    }

    /// <summary>Sets a member of the solver.</summary>
    public void SetSolver(string member, JsonNode value) => solver?.Set(member, value.ToJsonString());

    /// <summary>Sets the batch size of every layer that has one.</summary>
    public void SetBatchSize(int size)
    {
        foreach (var layer in (net.Root["layers"] as JsonArray ?? []).OfType<JsonObject>())
            if (layer.ContainsKey("batch_size"))
                layer["batch_size"] = size;
    }

    /// <summary>Reads the net.</summary>
    /// <exception cref="ConfigException">It has problems; all of them are named.</exception>
    public NetConfig ReadNet() => NetConfig.Read(net);

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

    private static ModelFiles OpenFolder(string folder)
    {
        var solverPath = Path.Combine(folder, SolverConfig.FileName);
        var netPath = Path.Combine(folder, NetConfig.FileName);
        return File.Exists(solverPath) ? OpenFile(solverPath)
            : File.Exists(netPath) ? OpenFile(netPath)
            : throw new ConfigException($"{folder}: received a folder without {NetConfig.FileName}, allowed: a model's folder");
    }

    private static ModelFiles OpenFile(string path)
    {
        var document = ConfigDocument.Load(path);
        if (document.Root.ContainsKey("layers"))
            return new ModelFiles(null, document);
        var net = document.Root["net"] is JsonValue value && value.TryGetValue<string>(out var name) ? name : NetConfig.FileName;
        return new ModelFiles(document, ConfigDocument.Load(Path.Combine(Path.GetDirectoryName(path) ?? "", net)));
    }

    private void Set(string assignment)
    {
        var parts = assignment.Split('=', 2);
        if (parts.Length < 2 || parts[0].Length == 0)
            throw new ConfigException($"--set: received '{assignment}', allowed: PATH=VALUE, such as base_lr=0.1");
        var isOfNet = parts[0].Split('.')[0] is "layers" or "name" or "force_backward";
        var target = isOfNet ? net : solver ?? throw new ConfigException($"--set {assignment}: {net.Source} has no solver; "
            + "allowed: layers.NAME.MEMBER=VALUE");
        target.Set(parts[0], parts[1]);
    }
}
