using System.Text.Json.Nodes;

namespace NeuralFramework.Interop;

/// <summary>Makes a solver file of ours of Caffe's <c>SolverParameter</c>.</summary>
internal static class CaffeSolver
{
    // Where it runs, where it writes, what it prints.
    private static readonly string[] Ignored =
    [
        "solver_mode", "device_id", "snapshot_prefix", "snapshot_format", "snapshot_diff", "snapshot_after_train", "debug_info",
        "average_loss", "test_compute_loss", "test_initialization", "layer_wise_reduce", "weights", "net", "train_net", "test_net",
    ];

    private static readonly string[] Types = ["SGD", "Nesterov", "AdaGrad", "RMSProp", "AdaDelta", "Adam"];

    // The members that each rule has, with Caffe's defaults, which are not always ours.
    private static readonly Dictionary<string, (string Name, double Default)[]> Members = new()
    {
        ["SGD"] = [("momentum", 0)],
        ["Nesterov"] = [("momentum", 0)],
        ["AdaGrad"] = [("delta", 1e-8)],
        ["RMSProp"] = [("rms_decay", 0.99), ("delta", 1e-8)],
        ["AdaDelta"] = [("momentum", 0), ("delta", 1e-8)],
        ["Adam"] = [("momentum", 0), ("momentum2", 0.999), ("delta", 1e-8)],
    };

    private static readonly Dictionary<string, string[]> Policies = new()
    {
        ["fixed"] = [], ["step"] = ["gamma", "stepsize"], ["exp"] = ["gamma"], ["inv"] = ["gamma", "power"],
        ["multistep"] = ["gamma", "stepvalue"], ["poly"] = ["power"], ["sigmoid"] = ["gamma", "stepsize"],
    };

    /// <summary>Reads a solver.</summary>
    /// <param name="path">The file.</param>
    /// <param name="report">What is left out is said here.</param>
    /// <exception cref="ConfigException">It is missing, breaks the format, or lacks what a solver needs.</exception>
    public static JsonObject Load(string path, ParityReport report)
    {
        var solver = PrototxtParser.Load(path);
        var type = TypeOf(solver);
        var json = new JsonObject
        {
            ["net"] = NetConfig.FileName,
            ["type"] = type,
            ["base_lr"] = Required(solver, "base_lr").AsReal(),
            ["lr_policy"] = Policy(solver),
            ["max_iter"] = Required(solver, "max_iter").AsInt(),
        };
        foreach (var (name, otherwise) in Members[type])
            json[name] = solver.Real(name) ?? otherwise;
        foreach (var name in new[] { "weight_decay", "clip_gradients" })
            if (solver.Real(name) is { } value and >= 0)
                json[name] = value;
        foreach (var name in new[] { "iter_size", "test_interval", "display", "snapshot" })
            if (solver.One(name)?.AsInt() is { } value && (value > 0 || name == "test_interval"))
                json[name] = value;
        if (solver.All("test_iter") is [var tests, ..])
            json["test_iter"] = tests.AsInt();
        if (solver.Whole("random_seed") is { } seed and >= 0)
            json["random_seed"] = seed;
        if (solver.Text("regularization_type") is { } regularization)
            json["regularization_type"] = regularization.ToLowerInvariant();
        Remark(solver, json, report);
        return json;
    }

    /// <summary>The stages of the first of the test nets that a solver names.</summary>
    /// <exception cref="ConfigException">The file is missing or breaks the format.</exception>
    public static List<string> TestStages(string path) => PrototxtParser.Load(path).All("test_state") is [var first, ..]
        ? first.AsMessage().All("stage").ConvertAll(stage => stage.AsText()) : [];

    private static void Remark(PrototxtMessage solver, JsonObject json, ParityReport report)
    {
        foreach (var name in Ignored)
            solver.All(name);
        if (solver.All("test_state").Count > 1 || solver.All("test_iter").Count > 1)
            report.Add("solver: of its test nets the first is kept");
        foreach (var state in solver.All("test_state").ConvertAll(state => state.AsMessage()))
            foreach (var field in state.Fields)
                field.IsRead = true;
        if (json.ContainsKey("clip_gradients") && json.ContainsKey("iter_size"))
            report.Add("solver: clip_gradients bounds the norm of the mean over iter_size, in Caffe that of the sum");
        foreach (var (path, field) in solver.Unread())
            report.Add($"solver: '{path}' ({field.Place}) is left out");
    }

    private static string TypeOf(PrototxtMessage solver)
    {
        if (solver.One("type") is { } named)
            return Types.Contains(named.AsText()) ? named.AsText() : throw named.Wrong(string.Join(", ", Types)
                + Suggestion.For(named.AsText(), Types));
        var words = Types.Select(type => type.ToUpperInvariant()).ToList();
        return solver.One("solver_type") is { } old ? Types[words.IndexOf(old.AsWord(words))] : Types[0];
    }

    private static JsonObject Policy(PrototxtMessage solver)
    {
        var field = solver.One("lr_policy");
        var type = field?.AsText() ?? "fixed";
        if (!Policies.TryGetValue(type, out var members))
            throw field!.Wrong(string.Join(", ", Policies.Keys) + Suggestion.For(type, Policies.Keys));
        var json = new JsonObject { ["type"] = type };
        foreach (var name in members)
            if (name == "stepvalue")
                json["step_value"] = new JsonArray([.. solver.All(name).ConvertAll(value => (JsonNode)value.AsInt())]);
            else if (name == "stepsize")
                json["step_size"] = Required(solver, name).AsInt();
            else
                json[name] = Required(solver, name).AsReal();
        // Members of other policies may stand there, and do nothing.
        foreach (var name in new[] { "gamma", "power", "stepsize", "stepvalue" })
            solver.All(name);
        return json;
    }

    private static PrototxtField Required(PrototxtMessage solver, string name) => solver.One(name)
        ?? throw new ConfigException($"{solver.Place}: the solver has no '{name}', which it needs");
}
