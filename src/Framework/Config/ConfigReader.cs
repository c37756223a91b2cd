using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace NeuralFramework;

/// <summary>
/// Reads the objects of a config document into records and collects every problem instead of stopping at the first:
/// unknown members, values of the wrong type, values out of range, members that are missing.
/// </summary>
public sealed class ConfigReader(ConfigDocument document)
{
    private static readonly ConcurrentDictionary<JsonPropertyInfo, ValidationAttribute[]> KnownLimits = new();

    /// <summary>The problems found so far, each a complete message.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>Throws all problems at once, if there are any.</summary>
    /// <exception cref="ConfigException">There are problems.</exception>
    public void ThrowIfAny()
    {
        if (Problems.Count > 0)
            throw new ConfigException(Problems);
    }

    /// <summary>Adds a problem with a member's value.</summary>
    public void Add(string path, string message) => Problems.Add($"{document.PlaceOfValue(path)}: {message}");

    /// <summary>Reads an object into a record. Returns null when it has problems.</summary>
    /// <param name="source">The object.</param>
    /// <param name="path">Its path in the document.</param>
    /// <param name="owner">How messages name it, such as <c>layer 'fc1' (InnerProduct)</c>.</param>
    public TRecord? Read<TRecord>(JsonObject source, string path, string owner) where TRecord : class =>
        (TRecord?)Read(source, path, owner, [typeof(TRecord)])?[0];

    /// <summary>Reads an object whose members belong to several records, each to the first that has it. Returns null
    /// when there are problems, else one instance per type.</summary>
    public object[]? Read(JsonObject source, string path, string owner, IReadOnlyList<Type> types)
    {
        var before = Problems.Count;
        var resolved = types.Select(type => Resolve(type, source, path, owner)).ToList();
        if (resolved.Contains(null))
            return null;
        var parts = types.Select(_ => new JsonObject()).ToList();
        foreach (var (member, value) in source)
        {
            var memberPath = ConfigDocument.Join(path, member);
            var target = resolved.FindIndex(info => info!.Accepts(member));
            if (target < 0)
            {
                ReportUnknown(member, memberPath, owner, resolved!);
                continue;
            }
            if (resolved[target]!.Property(member) is { } property)
                CheckValue(value, memberPath, $"{owner}: member '{member}'", property.PropertyType, property);
            parts[target][member] = value?.DeepClone();
        }
        foreach (var info in resolved)
            foreach (var missing in info!.Required.Where(name => !source.ContainsKey(name)))
                Add(path, $"{owner}: the member '{missing}' is missing; allowed: {Allowed(info.Property(missing)!)}");
        return Problems.Count > before ? null : Deserialize(parts, types, path, owner);
    }

    /// <summary>What a JSON value is, for messages: <c>"abc" (text)</c>, <c>3.5 (a number)</c>.</summary>
    public static string Describe(JsonNode? node)
    {
        switch (node?.GetValueKind())
        {
            case null or JsonValueKind.Null:
                return "null";
            case JsonValueKind.Object:
                return "an object";
            case JsonValueKind.Array:
                return $"a list of {node.AsArray().Count}";
            case JsonValueKind.String:
                return $"\"{node}\" (text)";
            case JsonValueKind.Number:
                return $"{node.ToJsonString()} (a number)";
            default:
                return node.ToJsonString();
        }
    }

    private object[]? Deserialize(List<JsonObject> parts, IReadOnlyList<Type> types, string path, string owner)
    {
        try
        {
            return [.. parts.Zip(types, (part, type) => part.Deserialize(type, ConfigJson.Options)!)];
        }
        catch (Exception error) when (error is JsonException or NeuralFrameworkException)
        {
            Add(path, $"{owner}: {error.Message}");
            return null;
        }
    }

    private void CheckValue(JsonNode? value, string path, string owner, Type type, JsonPropertyInfo? property,
        bool isElement = false)
    {
        if (value is JsonObject nested && RecordInfo.IsRecord(type))
        {
            Read(nested, path, owner, [type]);
            return;
        }
        var item = OneOrMany.Is(type) ? type.GetGenericArguments()[0] : null;
        if (item is not null && value is JsonArray list)
        {
            for (var i = 0; i < list.Count; i++)
                CheckValue(list[i], $"{path}[{i}]", owner, item, property, isElement: true);
            return;
        }
        if (value is null && !isElement && property is { IsSetNullable: true })
            return;
        var words = TypeNames.Words(type);
        try
        {
            // The serializer would take "train, test" for a word as well, as if they were flags.
            if (words.Count > 0 && !words.Contains(value?.ToString() ?? "", StringComparer.OrdinalIgnoreCase))
                throw new JsonException();
            CheckLimits(value.Deserialize(item ?? type, ConfigJson.Options), value, path, owner, property);
        }
        catch (Exception error) when (error is JsonException or NeuralFrameworkException)
        {
            var allowed = TypeNames.Allowed(type);
            Add(path, $"{owner}: received {Describe(value)}, allowed: {allowed}"
                + (value is JsonValue && words.Count > 0 ? Suggestion.For(value.ToString(), words) : ""));
        }
    }

    private void CheckLimits(object? read, JsonNode? value, string path, string owner, JsonPropertyInfo? property)
    {
        if (read is double number && !double.IsFinite(number))
            Add(path, $"{owner}: received {value!.ToJsonString()}, allowed: a number that a double can hold");
        else if (read is null)
            Add(path, $"{owner}: received null, allowed: {(property is null ? "a value" : Allowed(property))}");
        else if (Limits(property).Any(limit => !limit.IsValid(read)))
            Add(path, $"{owner}: received {value!.ToJsonString()}, allowed: {Allowed(property!)}");
    }

    private RecordInfo? Resolve(Type type, JsonObject source, string path, string owner)
    {
        var info = RecordInfo.Of(type);
        if (info.Discriminator is not { } discriminator)
            return info;
        var names = info.DerivedTypes.Keys.ToList();
        var received = source[discriminator];
        if (received?.GetValueKind() == JsonValueKind.String && info.DerivedTypes.TryGetValue(received.ToString(), out var derived))
            return RecordInfo.Of(derived, discriminator);
        var place = ConfigDocument.Join(path, discriminator);
        Add(source.ContainsKey(discriminator) ? place : path, $"{owner}: member '{discriminator}': received "
            + $"{(source.ContainsKey(discriminator) ? Describe(received) : "nothing")}, allowed: {string.Join(", ", names)}"
            + Suggestion.For(received?.ToString() ?? "", names));
        return null;
    }

    private void ReportUnknown(string member, string path, string owner, List<RecordInfo> infos)
    {
        var known = infos.SelectMany(info => info.Members).Order(StringComparer.Ordinal).ToList();
        Problems.Add($"{document.PlaceOfName(path)}: {owner}: received the unknown member '{member}', allowed: "
            + string.Join(", ", known) + Suggestion.For(member, known));
    }

    internal static string Allowed(JsonPropertyInfo property)
    {
        var limits = Limits(property).Select(TypeNames.Limit);
        return string.Join(", ", limits.Prepend(TypeNames.Allowed(property.PropertyType)));
    }

    internal static IReadOnlyList<ValidationAttribute> Limits(JsonPropertyInfo? property) => property is null ? []
        : KnownLimits.GetOrAdd(property, key =>
            [.. key.AttributeProvider?.GetCustomAttributes(true).OfType<ValidationAttribute>() ?? []]);
}
