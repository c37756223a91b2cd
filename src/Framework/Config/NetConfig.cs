using System.Text.Json.Nodes;

namespace NeuralFramework;

/// <summary>The definition of a net: what a net file says, read and checked, nothing built yet.</summary>
public sealed record NetConfig
{
    /// <summary>The file name of a net in a model's folder.</summary>
    public const string FileName = "net.json";

    /// <summary>A name for people.</summary>
    public string Name { get; init; } = "net";

    /// <summary>The layers in the order in which they run.</summary>
    public IReadOnlyList<LayerConfig> Layers { get; init; } = [];

    /// <summary>Computes gradients for the inputs too, as a gradient check needs.</summary>
    public bool ForceBackward { get; init; }

    /// <summary>Where the definition comes from, for messages.</summary>
    public string Source { get; init; } = "(code)";

    /// <summary>Reads a net file, or <c>net.json</c> of a model's folder.</summary>
    /// <exception cref="ConfigException">It has problems; all of them are named, each with file, line and column.</exception>
    public static NetConfig Load(string path) =>
        Read(ConfigDocument.Load(Directory.Exists(path) ? Path.Combine(path, FileName) : path));

    /// <summary>Reads a net from a document.</summary>
    /// <exception cref="ConfigException">It has problems; all of them are named.</exception>
    public static NetConfig Read(ConfigDocument document) => new NetConfigReader(document).Read();

    /// <summary>The JSON Schema of net files, made from the options of every registered layer.</summary>
    public static JsonObject Schema()
    {
        var layers = LayerRegistry.Types.Select(type => (JsonNode)ConfigSchema.OfObject(
            [typeof(LayerConfig), LayerRegistry.OptionsTypeOf(type)!], ("type", type, LayerRegistry.ClassOf(type)!)));
        var net = ConfigSchema.OfObject([typeof(NetConfigReader.Header)]);
        var layersOf = net["properties"]!["layers"]!;
        net["properties"]!["layers"] = new JsonObject
        {
            ["description"] = layersOf["description"]?.DeepClone(),
            ["type"] = "array",
            ["minItems"] = 1,
            ["items"] = new JsonObject { ["anyOf"] = new JsonArray([.. layers]) },
        };
        return ConfigSchema.OfFile(net, "NeuralFramework net");
    }

    /// <summary>The net as a net file, every option written out.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject { ["name"] = Name };
        if (ForceBackward)
            json["force_backward"] = true;
        json["layers"] = new JsonArray([.. Layers.Select(layer => (JsonNode)layer.ToJson())]);
        return json;
    }
}
