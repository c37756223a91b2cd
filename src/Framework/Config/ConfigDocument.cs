using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NeuralFramework;

/// <summary>A config file in memory: its JSON, where each member stands, and what <c>--set</c> changed.</summary>
public sealed class ConfigDocument
{
    private readonly JsonPositions? positions;
    private readonly Dictionary<string, string> overrides = [];

    private ConfigDocument(string source, JsonObject root, JsonPositions? positions)
    {
        Source = source;
        Root = root;
        this.positions = positions;
        if (positions is { Duplicates.Count: > 0 })
            throw new ConfigException(positions.Duplicates
                .ConvertAll(path => $"{PlaceOfName(path)}: received the member '{path}' twice, allowed: once"));
    }

    /// <summary>The file's path as the user gave it; <c>(code)</c> when the config was made by a program.</summary>
    public string Source { get; }

    /// <summary>The outermost object.</summary>
    public JsonObject Root { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="ConfigException">It cannot be read or is not a JSON object.</exception>
    public static ConfigDocument Load(string path)
    {
        if (Directory.Exists(path))
            throw new ConfigException($"{path}: received a folder, allowed: a JSON file");
        try
        {
            return Parse(File.ReadAllBytes(path), path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException(
                error is FileNotFoundException or DirectoryNotFoundException
                    ? $"{path}: no such file; allowed: a JSON file"
                    : $"{path}: cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Reads UTF-8 text; <paramref name="source"/> names it in messages.</summary>
    /// <exception cref="ConfigException">It is not a JSON object.</exception>
    public static ConfigDocument Parse(byte[] utf8, string source)
    {
        if (utf8.AsSpan().StartsWith(Encoding.UTF8.Preamble))
            utf8 = utf8[Encoding.UTF8.Preamble.Length..];
        try
        {
            var positions = JsonPositions.Of(utf8);
            var node = JsonNode.Parse(utf8, ConfigJson.NodeOptions, ConfigJson.DocumentOptions);
            return new ConfigDocument(source, node as JsonObject ?? throw new ConfigException(
                $"{source}:1:1: received {ConfigReader.Describe(node)}, allowed: a JSON object"), positions);
        }
        catch (JsonException error)
        {
            var reason = error.Message.Split(" LineNumber:")[0].TrimEnd('.', ' ');
            throw new ConfigException(
                $"{source}:{error.LineNumber + 1}:{error.BytePositionInLine + 1}: not valid JSON: {reason}", error);
        }
    }

    /// <summary>Wraps JSON made by a program.</summary>
    public static ConfigDocument FromNode(JsonObject root, string source = "(code)") => new(source, root, null);

    /// <summary>Sets a member: <c>base_lr</c>, <c>lr_policy.gamma</c>, or, for a layer by its name,
    /// <c>layers.fc1.num_output</c>. The value is JSON, or text where it is not JSON.</summary>
    /// <exception cref="ConfigException">The path leads through something that does not exist.</exception>
    public void Set(string path, string value)
    {
        Set(Root, "", path.Split('.'), path, value);
    }

    private void Set(JsonNode? node, string place, ReadOnlySpan<string> parts, string path, string value)
    {
        if (parts.Length == 1)
            SetMember(node, place, parts[0], path, value);
        else if (node is JsonObject members)
            Set(members[parts[0]] ??= new JsonObject(), Join(place, parts[0]), parts[1..], path, value);
        else if (node is JsonArray items)
            // Of one name there may be a layer for each phase.
            foreach (var index in IndicesOf(items, parts[0], path, place))
                Set(items[index], $"{place}[{index}]", parts[1..], path, value);
        else
            throw new ConfigException($"--set {path}: '{place}' is {ConfigReader.Describe(node)} in {Source}, "
                + "allowed: a path through objects");
    }

    private void SetMember(JsonNode? node, string place, string member, string path, string value)
    {
        if (node is not JsonObject target)
            throw new ConfigException($"--set {path}: '{place}' is {ConfigReader.Describe(node)} in {Source}, "
                + "allowed: a path that ends in a member of an object");
        target[member] = ParseValue(path, value);
        overrides[Join(place, member)] = $"--set {path}={value}";
    }

    /// <summary>Where a member's name stands: <c>file:line:column</c>, or the <c>--set</c> that made it.</summary>
    public string PlaceOfName(string path) => Place(path, positions?.NameAt(path));

    /// <summary>Where a value stands: <c>file:line:column</c>, or the <c>--set</c> that made it.</summary>
    public string PlaceOfValue(string path) => Place(path, positions?.ValueAt(path));

    internal static string Join(string path, string member) => path.Length == 0 ? member : $"{path}.{member}";

    private string Place(string path, (int Line, int Column)? position)
    {
        var setHere = overrides.LastOrDefault(entry => path == entry.Key || path.StartsWith(entry.Key + ".")
            || path.StartsWith(entry.Key + "["));
        return setHere.Value ?? (position is var (line, column) ? $"{Source}:{line}:{column}" : Source);
    }

    private List<int> IndicesOf(JsonArray items, string name, string path, string place)
    {
        var names = NamesOf(items);
        var found = Enumerable.Range(0, names.Count).Where(index => names[index] == name).ToList();
        return found.Count > 0 ? found : throw new ConfigException($"--set {path}: received '{name}', allowed: the name of "
            + $"one of {place} in {Source}: " + string.Join(", ", names.Where(known => known.Length > 0))
            + Suggestion.For(name, names));
    }

    // A layer without a name has its type and number, as when the file is read.
    private static List<string> NamesOf(JsonArray items)
    {
        var numbers = new Dictionary<string, int>();
        return [.. items.Select(item =>
        {
            var type = (item as JsonObject)?["type"]?.ToString() ?? "";
            numbers[type] = numbers.GetValueOrDefault(type) + 1;
            return (item as JsonObject)?["name"]?.ToString() ?? (type.Length > 0 ? $"{type}{numbers[type]}" : "");
        })];
    }

    private static JsonNode? ParseValue(string path, string value)
    {
        try
        {
            if (JsonPositions.Of(Encoding.UTF8.GetBytes(value)).Duplicates is [var twice, ..])
                throw new ConfigException($"--set {path}: received the member '{twice}' twice, allowed: once");
            return JsonNode.Parse(value);
        }
        catch (JsonException)
        {
            // Not JSON, so it is meant as text: --set type=SGD needs no quotes.
            return JsonValue.Create(value);
        }
    }
}
