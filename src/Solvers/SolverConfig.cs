using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace NeuralFramework.Solvers;

/// <summary>The definition of a training: what a solver file says, read and checked. Member names are those of Caffe's
/// <c>SolverParameter</c>.</summary>
public sealed record SolverConfig
{
    /// <summary>The file name of a solver in a model's folder.</summary>
    public const string FileName = "solver.json";

    /// <summary>A schema for editors; not read.</summary>
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    /// <summary>The net file, relative to the solver file.</summary>
    public string Net { get; init; } = NetConfig.FileName;

    /// <summary>The learning rate before the policy's factor.</summary>
    [Range(0, double.MaxValue)]
    public required double BaseLr { get; init; }

    /// <summary>How the learning rate changes.</summary>
    public LrPolicy LrPolicy { get; init; } = new FixedPolicy();

    /// <summary>Begins with a small learning rate; when left out, with that of the policy.</summary>
    public Warmup? Warmup { get; init; }

    /// <summary>λ of the regularisation.</summary>
    [Range(0, double.MaxValue)]
    public double WeightDecay { get; init; }

    /// <summary>What the weight decay means.</summary>
    public RegularizationType RegularizationType { get; init; } = RegularizationType.L2;

    /// <summary>The largest norm of all gradients together: where theirs is larger, they are scaled down to it. The
    /// norm is that of the mean over <c>iter_size</c>, where Caffe's is that of the sum. When left out, they
    /// stay.</summary>
    [Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double? ClipGradients { get; init; }

    /// <summary>Keeps a running average of the weights: average ← ema_decay · average + (1 − ema_decay) · weights after
    /// each update, with less of the old in the first. Tests and <c>param/</c> in snapshots have the average, the
    /// training goes on with the weights. When left out, none is kept.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double? EmaDecay { get; init; }

    /// <summary>How many iterations the training has.</summary>
    [Range(0, int.MaxValue)]
    public required int MaxIter { get; init; }

    /// <summary>How many batches are forwarded and summed before an update: iter_size batches of n are one of
    /// iter_size·n.</summary>
    [Range(1, int.MaxValue)]
    public int IterSize { get; init; } = 1;

    /// <summary>The iterations between two tests; when left out, only the end is tested; 0: never.</summary>
    [Range(0, int.MaxValue)]
    public int? TestInterval { get; init; }

    /// <summary>How many batches a test has; the whole set once when left out.</summary>
    [Range(1, int.MaxValue)]
    public int? TestIter { get; init; }

    /// <summary>The iterations between two reports of the loss.</summary>
    [Range(1, int.MaxValue)]
    public int Display { get; init; } = 100;

    /// <summary>The iterations between two snapshots; 0: none.</summary>
    [Range(0, int.MaxValue)]
    public int Snapshot { get; init; }

    /// <summary>How many snapshots are kept, the newest; 0: all.</summary>
    [Range(0, int.MaxValue)]
    public int KeepLast { get; init; }

    /// <summary>Whether the snapshot after the best test is kept as <c>best.safetensors</c>: the most accurate where
    /// the net has an accuracy, else that of the least loss. Tests count that <c>test_interval</c> asks for.</summary>
    public bool KeepBest { get; init; }

    /// <summary>Ends the training when tests do not become better any more; when left out, it goes on to
    /// <c>max_iter</c>.</summary>
    public EarlyStopping? EarlyStopping { get; init; }

    /// <summary>The seed of all random numbers.</summary>
    public long RandomSeed { get; init; } = 1;

    /// <summary>How parameters move; in a file its members stand flat beside the others.</summary>
    [JsonIgnore]
    public UpdateRule Rule { get; init; } = new SgdRule();

    /// <summary>Where the definition comes from, for messages.</summary>
    [JsonIgnore]
    public string Source { get; init; } = "(code)";

    /// <summary>The path of the net file.</summary>
    [JsonIgnore]
    public string NetPath => Path.Combine(Path.GetDirectoryName(Source) ?? "", Net);

    /// <summary>Reads a solver file, or <c>solver.json</c> of a model's folder.</summary>
    /// <exception cref="ConfigException">It has problems; all of them are named, each with file, line and
    /// column.</exception>
    public static SolverConfig Load(string path) =>
        Read(ConfigDocument.Load(Directory.Exists(path) ? Path.Combine(path, FileName) : path));

    /// <summary>Reads a solver from a document.</summary>
    /// <exception cref="ConfigException">It has problems; all of them are named.</exception>
    public static SolverConfig Read(ConfigDocument document)
    {
        var reader = new ConfigReader(document);
        var root = (JsonObject)document.Root.DeepClone();
        root.TryAdd(TypeMember, DefaultType);
        var parts = reader.Read(root, "", "solver", [typeof(SolverConfig), typeof(UpdateRule)]);
        reader.ThrowIfAny();
        return (SolverConfig)parts![0] with { Rule = (UpdateRule)parts[1], Source = document.Source };
    }

    /// <summary>The solver as a solver file, every member written out.</summary>
    public JsonObject ToJson()
    {
        var json = JsonSerializer.SerializeToNode(this, ConfigJson.Options)!.AsObject();
        foreach (var (member, value) in JsonSerializer.SerializeToNode(Rule, ConfigJson.Options)!.AsObject())
            json[member] = value?.DeepClone();
        return json;
    }

    /// <summary>The JSON Schema of solver files.</summary>
    public static JsonObject SchemaOfFile()
    {
        var rules = ConfigSchema.DerivedTypes(typeof(UpdateRule)).ToDictionary(rule => rule.Key, rule =>
            (JsonNode)ConfigSchema.OfObject([typeof(SolverConfig), rule.Value], (TypeMember, rule.Key, rule.Value)));
        rules[DefaultType]["required"]!.AsArray().RemoveAll(name => (string?)name == TypeMember);
        return ConfigSchema.OfFile(new JsonObject { ["anyOf"] = new JsonArray([.. rules.Values]) },
            "NeuralFramework solver");
    }

    /// <summary>The members that may change between a snapshot and its continuation: they decide when a training stops,
    /// tests, reports or saves, not what it computes.</summary>
    internal IReadOnlyList<string> FreeMembers()
    {
        List<string> free = ["$schema", "net", "display", "snapshot", "keep_last", "keep_best", "early_stopping"];
        if (!LrPolicy.DependsOnMaxIter())
            free.Add("max_iter");
        if (!LrPolicy.DependsOnTests())
            free.AddRange(["test_interval", "test_iter"]);
        return free;
    }

    private const string TypeMember = "type";
    private const string DefaultType = "SGD";
}
