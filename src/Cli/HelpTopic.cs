using System.Text.Json.Nodes;
using NeuralFramework.Data;
using NeuralFramework.Layers;
using NeuralFramework.Solvers;

namespace NeuralFramework.Cli;

/// <summary>Something that a config file may name by its <c>type</c>.</summary>
/// <param name="Name">The name.</param>
/// <param name="Kind">What it is: a layer, an update rule, …</param>
/// <param name="Class">The class with the documentation.</param>
/// <param name="Options">The record with the members.</param>
internal sealed record HelpTopic(string Name, string Kind, Type Class, Type Options)
{
    private const string Layer = "layer";

    /// <summary>All topics, layers first.</summary>
    public static IReadOnlyList<HelpTopic> All { get; } =
    [
        .. LayerRegistry.Types.Select(type =>
            new HelpTopic(type, Layer, LayerRegistry.ClassOf(type)!, LayerRegistry.OptionsTypeOf(type)!)),
        .. Family(typeof(UpdateRule), "update rule"),
        .. Family(typeof(LrPolicy), "lr_policy"),
        .. Family(typeof(Filler), "filler"),
    ];

    /// <summary>The topics of a name: that with the very name first, then those that differ in upper and lower case.</summary>
    /// <exception cref="ConfigException">There is none.</exception>
    public static IReadOnlyList<HelpTopic> Find(string name)
    {
        var found = All.Where(topic => topic.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            .OrderBy(topic => topic.Name != name).ToList();
        return found.Count > 0 ? found : throw new ConfigException($"help: received '{name}', allowed: a layer, update rule, "
            + $"lr_policy or filler; nf help lists them{Suggestion.For(name, All.Select(topic => topic.Name))}");
    }

    public bool IsLayer => Kind == Layer;

    /// <summary>The groups of topics in the order in which they are listed.</summary>
    public static List<string> Groups { get; } =
    [
        "layers that serve data", "layers with weights", "recurrent layers", "layers element by element", "normalising layers",
        "losses and measures", "layers of arithmetic", "layers of shapes and the rest", "update rules", "lr_policies", "fillers",
    ];

    /// <summary>The one of <see cref="Groups"/> that it belongs to, as its classes say.</summary>
    public string Group => Groups[Kind switch
    {
        "update rule" => 8,
        "lr_policy" => 9,
        "filler" => 10,
        _ when Derives(typeof(DataLayer<>)) || Derives(typeof(SourceLayer<>)) || Name == "DummyData" => 0,
        _ when typeof(RecurrentOptions).IsAssignableFrom(Options) => 2,
        _ when Name.EndsWith("Loss", StringComparison.Ordinal) || Name is "SVMHinge" or "Accuracy" or "ArgMax" => 5,
        _ when Options.GetProperty("WeightFiller") is not null => 1,
        _ when Options.GetProperty("Eps") is not null || Name == "LRN" => 4,
        _ when Derives(typeof(ElementwiseLayer<>)) || Name == "PReLU" => 3,
        _ when Derives(typeof(BroadcastLayer<>)) || Name is "Eltwise" or "MatMul" or "Bias" or "Scale" => 6,
        _ => 7,
    }];

    /// <summary>An object of a config file that is read without an error.</summary>
    public string Example()
    {
        if (XmlDocs.Example(Class) is { } given)
            return given;
        var type = new JsonObject { ["type"] = Name };
        foreach (var (member, value) in ConfigHelp.ExampleOf(Options).ToList())
            type[member] = value!.DeepClone();
        if (IsLayer)
            type.Insert(0, "name", $"{Name.ToLowerInvariant()}1");
        return $"{{ {string.Join(", ", type.Select(member => $"\"{member.Key}\": {member.Value!.ToJsonString()}"))} }}";
    }

    private static IEnumerable<HelpTopic> Family(Type record, string kind) =>
        ConfigSchema.DerivedTypes(record).Select(derived => new HelpTopic(derived.Key, kind, derived.Value, derived.Value));

    private bool Derives(Type generic)
    {
        for (var type = Class; type is not null; type = type.BaseType)
            if (type.IsGenericType && type.GetGenericTypeDefinition() == generic)
                return true;
        return false;
    }
}
