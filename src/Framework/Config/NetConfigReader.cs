using System.Text.Json.Nodes;

namespace NeuralFramework;

/// <summary>Reads a net's document layer by layer and reports the problems of all layers at once.</summary>
internal sealed class NetConfigReader(ConfigDocument document)
{
    private readonly ConfigReader reader = new(document);

    /// <summary>The members of a net file besides its layers.</summary>
    internal sealed record Header
    {
        /// <summary>A schema for editors; not read.</summary>
        [System.Text.Json.Serialization.JsonPropertyName("$schema")]
        public string? Schema { get; init; }

        /// <inheritdoc cref="NetConfig.Name"/>
        public string? Name { get; init; }

        /// <inheritdoc cref="NetConfig.ForceBackward"/>
        public bool ForceBackward { get; init; }

        /// <inheritdoc cref="NetConfig.Layers"/>
        public required JsonArray Layers { get; init; }
    }

    public NetConfig Read()
    {
        var root = document.Root;
        var header = reader.Read<Header>(root, "", "net");
        var layers = ReadLayers(root["layers"] as JsonArray ?? []);
        if (header?.Layers.Count == 0)
            reader.Add("layers", "net: member 'layers': received an empty list, allowed: one layer or more");
        reader.ThrowIfAny();
        return new NetConfig
        {
            Name = header!.Name ?? "net",
            ForceBackward = header.ForceBackward,
            Layers = layers,
            Source = document.Source,
        };
    }

    private List<LayerConfig> ReadLayers(JsonArray items)
    {
        var layers = new List<LayerConfig>();
        var numbers = new Dictionary<string, int>();
        for (var i = 0; i < items.Count; i++)
        {
            var path = $"layers[{i}]";
            if (items[i] is not JsonObject item)
                reader.Add(path, $"net: layer {i + 1}: received {ConfigReader.Describe(items[i])}, allowed: an object");
            else if (ReadLayer(item, path, i, numbers) is { } layer)
                layers.Add(layer);
        }
        return layers;
    }

    private LayerConfig? ReadLayer(JsonObject item, string path, int index, Dictionary<string, int> numbers)
    {
        var type = Text(item["type"]);
        var given = Text(item["name"]);
        if (type is null || LayerRegistry.OptionsTypeOf(type) is not { } optionsType)
        {
            var at = item.ContainsKey("type") ? $"{path}.type" : path;
            var received = item.ContainsKey("type") ? ConfigReader.Describe(item["type"]) : "nothing";
            reader.Add(at, $"layer {(given is null ? (index + 1).ToString() : $"'{given}'")}: member 'type': received "
                + $"{received}, allowed: {string.Join(", ", LayerRegistry.Types)}"
                + Suggestion.For(type ?? "", LayerRegistry.Types));
            return null;
        }
        // Numbered over the whole file, so that a layer has the same name, and the same weights, in every phase.
        var number = numbers[type] = numbers.GetValueOrDefault(type) + 1;
        var name = given ?? $"{type}{number}";
        var owner = $"layer '{name}' ({type})";
        if (reader.Read(item, path, owner, [typeof(LayerConfig), optionsType]) is not [LayerConfig common, LayerOptions options])
            return null;
        foreach (var problem in options.Problems())
            reader.Add(path, $"{owner}: {problem}");
        return common with { Name = name, Options = options, Place = document.PlaceOfValue(path) };
    }

    private static string? Text(JsonNode? node) =>
        node?.GetValueKind() == System.Text.Json.JsonValueKind.String ? node.ToString() : null;
}
