using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace NeuralFramework;

/// <summary>One layer of a net's definition: what all layers have (wiring, phase, loss weight, learning rates), and the
/// options of its type.</summary>
public sealed record LayerConfig
{
    /// <summary>Defines a layer in code.</summary>
    /// <param name="name">The name, unique among the layers of a phase.</param>
    /// <param name="options">The options; their type says which layer it is.</param>
    public LayerConfig(string name, LayerOptions options)
    {
        Name = name;
        Type = LayerRegistry.TypeOf(options);
        Options = options;
    }

    /// <summary>Defines a layer in code that has no options or leaves them at their defaults.</summary>
    public LayerConfig(string name, string type)
    {
        Name = name;
        Type = type;
        Options = LayerRegistry.DefaultOptions(type);
    }

    /// <summary>For the serializer: <see cref="Options"/> are set behind it.</summary>
    [JsonConstructor]
    internal LayerConfig(string type)
    {
        Type = type;
        Options = new NoOptions();
    }

    /// <summary>The name; type and number when left out.</summary>
    public string? Name { get; init; }

    /// <summary>The registered type, such as <c>InnerProduct</c>.</summary>
    public string Type { get; }

    /// <summary>The names of the blobs that the layer reads; the previous layer's first top when left out.</summary>
    public OneOrMany<string>? Bottom { get; init; }

    /// <summary>The names of the blobs that the layer makes; the layer's name when left out.</summary>
    public OneOrMany<string>? Top { get; init; }

    /// <summary>The phases that have the layer; all when left out.</summary>
    public OneOrMany<Phase>? Phase { get; init; }

    /// <summary>The weight of each top in the net's loss; 1 for the first top of a loss layer, else 0.</summary>
    public OneOrMany<double>? LossWeight { get; init; }

    /// <summary>Whether the layer may overwrite its bottom to save memory. It is done only where no result changes.</summary>
    public bool InPlace { get; init; }

    /// <summary>Multiplies the learning rate of each parameter (one value: of all).</summary>
    [Range(0, double.MaxValue)]
    public OneOrMany<double>? LrMult { get; init; }

    /// <summary>Multiplies the weight decay of each parameter (one value: of all).</summary>
    [Range(0, double.MaxValue)]
    public OneOrMany<double>? DecayMult { get; init; }

    /// <summary>Names parameters: layers whose parameters have the same name learn them together. An empty name leaves
    /// a parameter its own.</summary>
    public OneOrMany<string>? ParamName { get; init; }

    /// <summary>The options of the type.</summary>
    [JsonIgnore]
    public LayerOptions Options { get; init; }

    /// <summary>Where the layer stands, <c>file:line:column</c>, for messages.</summary>
    [JsonIgnore]
    public string Place { get; init; } = "(code)";

    /// <summary>Whether the layer belongs to a phase.</summary>
    public bool IsIn(Phase phase) => Phase is null || Phase.Contains(phase);

    /// <summary>The layer as it would stand in a net file, every option written out.</summary>
    public JsonObject ToJson()
    {
        var json = JsonSerializer.SerializeToNode(this, ConfigJson.Options)!.AsObject();
        if (!InPlace)
            json.Remove("in_place");
        foreach (var (member, value) in
            JsonSerializer.SerializeToNode(Options, Options.GetType(), ConfigJson.Options)!.AsObject())
            json[member] = value?.DeepClone();
        return json;
    }

    /// <summary>The layer as messages name it, with its place in front.</summary>
    public override string ToString() => $"{Place}: layer '{Name}' ({Type})";
}
