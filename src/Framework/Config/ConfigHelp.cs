using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NeuralFramework;

/// <summary>A member of a config file, for people.</summary>
/// <param name="Name">As files have it.</param>
/// <param name="Allowed">What values it may have, in words, with the limits.</param>
/// <param name="IsRequired">Whether it must be there.</param>
/// <param name="Default">What it is when it is left out, as JSON; null where nothing stands for that.</param>
/// <param name="Description">What it means.</param>
/// <param name="Words">The words of an enumeration, each with its meaning.</param>
public sealed record MemberHelp(string Name, string Allowed, bool IsRequired, JsonNode? Default, string Description,
    IReadOnlyList<(string Word, string Meaning)> Words);

/// <summary>Describes the records that config files are read into, from their definitions and documentation.</summary>
public static class ConfigHelp
{
    /// <summary>The members of a record in the order of its schema.</summary>
    public static IReadOnlyList<MemberHelp> MembersOf(Type record)
    {
        var schema = ConfigSchema.OfObject([record]);
        var required = schema["required"]!.AsArray().Select(name => (string)name!).ToHashSet();
        var info = RecordInfo.Of(record);
        return [.. schema["properties"]!.AsObject().Select(member => new MemberHelp(member.Key,
            ConfigReader.Allowed(info.Property(member.Key)!), required.Contains(member.Key), member.Value!["default"],
            (string?)member.Value["description"] ?? "", WordsOf(info.Property(member.Key)!.PropertyType)))];
    }

    /// <summary>An object of the record with what it must have, at small values that are allowed. Where the record needs one
    /// more of its members than single ones say, the first that serves is added.</summary>
    public static JsonObject ExampleOf(Type record)
    {
        var properties = ConfigSchema.OfObject([record])["properties"]!.AsObject();
        var example = new JsonObject();
        foreach (var member in RecordInfo.Of(record).Required)
            example[member] = ValueFor(properties[member]!.AsObject());
        return IsSound(record, example) ? example : properties.Where(member => !example.ContainsKey(member.Key))
            .Select(member => With(example, member.Key, ValueFor(member.Value!.AsObject())))
            .FirstOrDefault(candidate => IsSound(record, candidate)) ?? example;
    }

    private static JsonObject With(JsonObject example, string member, JsonNode value)
    {
        var more = (JsonObject)example.DeepClone();
        more[member] = value;
        return more;
    }

    private static bool IsSound(Type record, JsonObject example)
    {
        try
        {
            return example.Deserialize(record, ConfigJson.Options) is not LayerOptions options || !options.Problems().Any();
        }
        catch (Exception error) when (error is JsonException or NotSupportedException)
        {
            // An abstract record, or a member that reads itself and other than its schema says.
            return false;
        }
    }

    private static JsonNode ValueFor(JsonObject schema)
    {
        if (schema["enum"] is JsonArray words)
            return words[0]!.DeepClone();
        // One value stands for a list of one.
        if (schema["anyOf"] is JsonArray alternatives)
            return ValueFor(alternatives[0]!.AsObject());
        return (schema["type"] is JsonArray types ? (string?)types[0] : (string?)schema["type"]) switch
        {
            "integer" => Math.Max(3, (int)((double?)schema["minimum"] ?? 0)),
            "number" => Math.Max(0.5, (double?)schema["minimum"] ?? 0),
            "boolean" => true,
            "array" => new JsonArray(2, 3),
            "string" => "file",
            _ => new JsonObject(),
        };
    }

    private static IReadOnlyList<(string Word, string Meaning)> WordsOf(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsEnum ? [.. type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(word =>
            (JsonNamingPolicy.SnakeCaseLower.ConvertName(word.Name), XmlDocs.Summary(word) ?? ""))] : [];
    }
}
