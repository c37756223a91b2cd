using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NeuralFramework.Solvers;

/// <summary>What a snapshot holds besides the weights: history under <c>history/&lt;layer&gt;/&lt;parameter&gt;/&lt;i&gt;</c>,
/// and as metadata the iteration, the position in the data, and a hash of what decides the course of a training.</summary>
internal static class SolverState
{
    // What may change between a snapshot and its continuation: it decides when a training stops, tests or reports, not
    // what it computes.
    private static readonly string[] FreeMembers =
        ["$schema", "net", "max_iter", "test_interval", "test_iter", "display", "snapshot"];

    public static SafeTensors Of<T>(Solver<T> solver, Blob<T>[][] history, TestWatch watch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var file = new SafeTensors();
        solver.Net.AddWeightsTo(file);
        foreach (var blob in history.SelectMany(blobs => blobs))
            file.Add<T>(KeyOf(blob), blob.Shape, blob.Data);
        file.Metadata["iteration"] = Number(solver.Iteration);
        file.Metadata["solver_type"] = (string)solver.Config.ToJson()["type"]!;
        file.Metadata["seed"] = Number(solver.Config.RandomSeed);
        file.Metadata["config_sha256"] = HashOf(solver);
        file.Metadata["tests"] = watch.Save().ToJsonString();
        foreach (var (key, cursor) in Cursors(solver))
            file.Metadata[key] = Number(cursor.Position);
        file.Seal();
        return file;
    }

    /// <summary>Checks everything, then copies. Returns the iteration.</summary>
    public static long Restore<T>(string path, Solver<T> solver, Blob<T>[][] history, TestWatch watch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var file = SafeTensors.Load(path);
        if (!file.IsIntact)
            throw new DataException($"{path}: received contents with another checksum than they were written with, allowed: "
                + "a whole snapshot");
        if (file.Metadata.GetValueOrDefault("config_sha256") != HashOf(solver))
            throw new ConfigException($"{path}: is no snapshot of this training: received one of another net, solver, data "
                + "layer or seed, allowed: changes of max_iter, test_interval, test_iter, display and snapshot only");
        var problems = history.SelectMany(blobs => blobs)
            .Where(blob => !blob.Shape.Equals(file.ShapeOf(KeyOf(blob))))
            .Select(blob => $"{path}: tensor '{KeyOf(blob)}': received {file.ShapeOf(KeyOf(blob))?.ToString() ?? "nothing"}, "
                + $"allowed: {blob.Shape}")
            .ToList();
        if (problems.Count > 0)
            throw new DataException(string.Join(Environment.NewLine, problems));
        var iteration = Metadata(file, "iteration", path);
        var positions = Cursors(solver).Select(pair => (pair.Cursor, Position: Metadata(file, pair.Key, path))).ToList();
        var tests = Tests(file, path, solver.Config);
        solver.Net.ReadWeights(file, path);
        foreach (var blob in history.SelectMany(blobs => blobs))
            file.CopyTo(KeyOf(blob), blob.Data);
        foreach (var (cursor, position) in positions)
            cursor.Position = position;
        watch.Restore(tests);
        return iteration;
    }

    private static IEnumerable<(string Key, IDataCursor Cursor)> Cursors<T>(Solver<T> solver)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        solver.Net.Layers.Where(layer => layer is IDataCursor)
            .Select(layer => ($"data_cursor/{layer.Name}", (IDataCursor)layer));

    private static string HashOf<T>(Solver<T> solver) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var config = solver.Config.ToJson();
        foreach (var member in FreeMembers)
            if (member != "max_iter" || !solver.Config.LrPolicy.DependsOnMaxIter())
                config.Remove(member);
        var text = $"{typeof(T).Name}\n{config.ToJsonString()}\n{solver.Net.Config.ToJson().ToJsonString()}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private static string KeyOf<T>(Blob<T> blob) where T : unmanaged, IBinaryFloatingPointIeee754<T> => $"history/{blob.Name}";

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static JsonObject Tests(SafeTensors file, string path, SolverConfig config)
    {
        var text = file.Metadata.GetValueOrDefault("tests");
        try
        {
            var tests = JsonNode.Parse(text ?? "") as JsonObject ?? throw new JsonException();
            // On trial: what does not fit must change nothing.
            new TestWatch(config).Restore(tests);
            return tests;
        }
        catch (Exception error) when (error is JsonException or NullReferenceException or InvalidOperationException
            or FormatException or OverflowException or ArgumentException)
        {
            throw new DataException($"{path}: metadata 'tests': received {text ?? "nothing"}, allowed: the JSON object that a "
                + "training writes", error);
        }
    }

    private static long Metadata(SafeTensors file, string key, string path) =>
        long.TryParse(file.Metadata.GetValueOrDefault(key), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new DataException($"{path}: metadata '{key}': received "
                + $"{file.Metadata.GetValueOrDefault(key) ?? "nothing"}, allowed: a whole number of 0 or more");
}

/// <summary>The snapshots in a run's folder.</summary>
public static class SnapshotFiles
{
    /// <summary>What the file names of snapshots have in common.</summary>
    public const string NamePattern = "iteration-*.safetensors";

    /// <summary>The file name of the snapshot after an iteration.</summary>
    public static string NameFor(long iteration) => $"iteration-{iteration:D7}.safetensors";

    /// <summary>The snapshots of a folder, newest first. Files that are still being written are not among them.</summary>
    public static IReadOnlyList<string> NewestFirst(string folder) => Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder, NamePattern)
            .OrderByDescending(path => path.Length).ThenByDescending(path => path, StringComparer.Ordinal)]
        : [];
}
