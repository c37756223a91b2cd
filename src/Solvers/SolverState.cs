using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NeuralFramework.Solvers;

/// <summary>
/// What a snapshot holds. Tensors: the weights under <c>param/&lt;layer&gt;/&lt;i&gt;</c>, history under
/// <c>history/&lt;layer&gt;/&lt;parameter&gt;/&lt;i&gt;</c>; with <c>ema_decay</c> <c>param/</c> is the average, as
/// tests and other readers want it, and the weights that the training goes on with are under <c>trained/</c>; what
/// layers carry over to the next batch under <c>state/&lt;layer&gt;/&lt;i&gt;</c>. Metadata: iteration, the
/// position in the data (an epoch's order is a function of it and the seed), what tests have decided, the losses since
/// the last report, and the configuration with its hash.
/// </summary>
internal sealed class SolverState<T>(Solver<T> solver, Updater<T> updater, TestWatch watch, LossWindow losses)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const string TrainedPrefix = "trained/";

    public void Save(string path)
    {
        var file = new SafeTensors();
        solver.WithAverage(() =>
        {
            solver.Net.AddWeightsTo(file);
            return true;
        });
        if (updater.Average is not null)
            foreach (var parameter in Learned)
                file.Add<T>(TrainedPrefix + parameter.Name, parameter.Shape, parameter.Data);
        foreach (var blob in updater.History)
            file.Add<T>(KeyOf(blob), blob.Shape, blob.Data);
        foreach (var (key, blob) in CarriedOver)
            file.Add<T>(key, blob.Shape, blob.Data);
        file.Metadata["iteration"] = Number(solver.Iteration);
        file.Metadata["solver_type"] = TypeOf(solver.Config);
        file.Metadata["seed"] = Number(solver.Config.RandomSeed);
        file.Metadata["config"] = Config().ToJsonString();
        file.Metadata["config_sha256"] = HashOf(Config());
        file.Metadata["tests"] = JsonSerializer.Serialize(watch.State, StateJson);
        file.Metadata["losses"] = JsonSerializer.Serialize(losses.State, StateJson);
        foreach (var (key, cursor) in Cursors)
            file.Metadata[key] = Number(cursor.Position);
        file.Seal();
        file.Save(path);
    }

    /// <summary>Checks everything, then copies. Returns the iteration and what has changed in the
    /// configuration.</summary>
    public (long Iteration, IReadOnlyList<string> Changes) Restore(string path, bool allowChanges)
    {
        var file = SafeTensors.Load(path);
        if (!file.IsIntact)
            throw new DataException($"{path}: received contents with another checksum than they were written with, "
                + "allowed: a whole snapshot");
        var changes = ConfigChanges.Between(Relevant(Metadata<JsonObject>(file, "config", path, "a JSON object")),
            Relevant(Config()));
        Require(path, file, changes, allowChanges);
        var iteration = Position(file, "iteration", path);
        var positions = Cursors.Select(pair => (pair.Cursor, Position: Position(file, pair.Key, path))).ToList();
        var tests = Metadata<TestWatchState>(file, "tests", path, "how the tests stand");
        var window = Metadata<LossWindowState>(file, "losses", path, "the losses since a report");
        var isAveraged = file.Names.Any(name => name.StartsWith(TrainedPrefix, StringComparison.Ordinal));
        var tensors = updater.History.Select(blob => (Key: KeyOf(blob), Blob: blob)).Concat(CarriedOver).ToList();
        if (isAveraged)
            tensors.AddRange(Learned.Select(parameter => (TrainedPrefix + parameter.Name, (Blob<T>)parameter)));
        RequireShapes(path, file, tensors);

        solver.Net.ReadWeights(file, path);
        updater.Average?.Begin();
        foreach (var (key, blob) in tensors)
            file.CopyTo(key, blob.Data);
        foreach (var (cursor, position) in positions)
            cursor.Position = position;
        (watch.State, losses.State) = (tests, window);
        return (iteration, changes);
    }

    private static JsonSerializerOptions StateJson { get; } = new(ConfigJson.Options) { WriteIndented = false };

    private IEnumerable<Parameter<T>> Learned => solver.Net.Parameters.Where(parameter => parameter.NeedsGradient);

    private IEnumerable<(string Key, Blob<T> Blob)> CarriedOver => solver.Net.Layers.SelectMany(layer =>
        layer is IStatefulLayer<T> stateful
            ? stateful.State.Select((blob, i) => ($"state/{layer.Name}/{i}", blob))
            : []);

    private IEnumerable<(string Key, IDataCursor Cursor)> Cursors => solver.Net.Layers
        .Where(layer => layer is IDataCursor)
        .Select(layer => ($"data_cursor/{layer.Name}", (IDataCursor)layer));

    private void Require(string path, SafeTensors file, IReadOnlyList<string> changes, bool allowChanges)
    {
        if (changes.Count > 0 && !allowChanges)
            throw new ConfigException($"{path}: is no snapshot of this training: {string.Join("; ", changes)}; "
                + "allowed: the same net, solver, data and seed, or other ones with --allow-changes");
        // The same numbers would mean something else.
        if (file.Metadata.GetValueOrDefault("solver_type") is var type && type != TypeOf(solver.Config))
            throw new ConfigException($"{path}: holds the history of the rule {type ?? "nothing"}: received the type "
                + $"{TypeOf(solver.Config)}, allowed: the same, or --weights without --resume to begin anew "
                + "from its weights");
    }

    private static void RequireShapes(string path, SafeTensors file, IEnumerable<(string Key, Blob<T> Blob)> tensors)
    {
        var problems = tensors.Where(tensor => !tensor.Blob.Shape.Equals(file.ShapeOf(tensor.Key)))
            .Select(tensor => $"{path}: tensor '{tensor.Key}': received "
                + $"{file.ShapeOf(tensor.Key)?.ToString() ?? "nothing"}, allowed: {tensor.Blob.Shape}")
            .ToList();
        if (problems.Count > 0)
            throw new DataException(string.Join(Environment.NewLine, problems));
    }

    private JsonObject Config() => new()
    {
        ["element_type"] = typeof(T).Name,
        ["solver"] = solver.Config.ToJson(),
        ["net"] = solver.Net.Config.ToJson(),
    };

    /// <summary>What decides the course of a training, each member under the path that <c>--set</c> has for
    /// it.</summary>
    private JsonObject Relevant(JsonObject config)
    {
        var free = solver.Config.FreeMembers();
        var relevant = new JsonObject { ["element_type"] = config["element_type"]?.DeepClone() };
        var ofSolver = Members("solver").Where(member => !free.Contains(member.Key));
        foreach (var (member, value) in ofSolver.Concat(Members("net")))
            relevant[member] = value?.DeepClone();
        return relevant;

        IEnumerable<KeyValuePair<string, JsonNode?>> Members(string part) => config[part] as JsonObject ?? [];
    }

    private string HashOf(JsonObject config) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Relevant(config).ToJsonString())));

    private static string TypeOf(SolverConfig config) => (string)config.ToJson()["type"]!;

    private static string KeyOf(Blob<T> blob) => $"history/{blob.Name}";

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static TValue Metadata<TValue>(SafeTensors file, string key, string path, string allowed)
        where TValue : class
    {
        var text = file.Metadata.GetValueOrDefault(key);
        try
        {
            return text is null ? throw new JsonException() : JsonSerializer.Deserialize<TValue>(text, StateJson)
                ?? throw new JsonException();
        }
        // A member that is there twice is an ArgumentException.
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            throw new DataException($"{path}: metadata '{key}': received {text ?? "nothing"}, allowed: {allowed}",
                error);
        }
    }

    private static long Position(SafeTensors file, string key, string path) =>
        long.TryParse(file.Metadata.GetValueOrDefault(key), NumberStyles.None, CultureInfo.InvariantCulture,
            out var value)
            ? value
            : throw new DataException($"{path}: metadata '{key}': received "
                + $"{file.Metadata.GetValueOrDefault(key) ?? "nothing"}, allowed: a whole number of 0 or more");
}
