using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;

namespace NeuralFramework;

/// <summary>Makes JSON Schema (draft 2020-12) of the records that config files are read into, with enumerations, ranges
/// and defaults.</summary>
public static class ConfigSchema
{
    private static readonly JsonSchemaExporterOptions ExporterOptions = new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = (context, schema) => WithLimits(context, OfOwnTypes(context, schema)),
    };

    /// <summary>The schema of a file: an object schema with the draft's address in front.</summary>
    public static JsonObject OfFile(JsonObject schema, string title)
    {
        var file = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = title,
        };
        foreach (var (member, value) in schema)
            file[member] = value?.DeepClone();
        return file;
    }

    /// <summary>The schema of an object whose members belong to several records; a member that none has is not allowed.</summary>
    /// <param name="records">The records.</param>
    /// <param name="constants">Members with one value, such as <c>type</c>, which must be there.</param>
    public static JsonObject OfObject(IEnumerable<Type> records, params IReadOnlyList<(string Member, string Value)> constants)
    {
        var properties = new JsonObject();
        var required = new List<string>();
        foreach (var (member, value) in constants)
        {
            properties[member] = new JsonObject { ["const"] = value };
            required.Add(member);
        }
        foreach (var record in records)
        {
            var schema = ConfigJson.Options.GetJsonSchemaAsNode(record, ExporterOptions).AsObject();
            required.AddRange((schema["required"]?.AsArray() ?? []).Select(name => (string)name!));
            var defaults = DefaultsOf(record);
            foreach (var (member, value) in schema["properties"]?.AsObject() ?? [])
                properties.TryAdd(member, WithDefault(value!.DeepClone(), required.Contains(member) ? null : defaults?[member]));
        }
        return new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["required"] = new JsonArray([.. required.Distinct().Select(name => (JsonNode)name)]),
            ["additionalProperties"] = false,
        };
    }

    /// <summary>The records behind a record with a discriminator, by the value of <c>type</c>.</summary>
    public static IReadOnlyDictionary<string, Type> DerivedTypes(Type record) => RecordInfo.Of(record).DerivedTypes;

    // The members at their defaults. A record that needs arguments, or has none at its defaults, gives none.
    private static JsonObject? DefaultsOf(Type record) => record.GetConstructor(Type.EmptyTypes) is { } constructor
        ? JsonSerializer.SerializeToNode(constructor.Invoke(null), record, ConfigJson.Options)!.AsObject()
        : null;

    private static JsonNode WithDefault(JsonNode schema, JsonNode? value)
    {
        if (value is not null && schema is JsonObject members)
            members["default"] = value.DeepClone();
        return schema;
    }

    private static JsonNode OfOwnTypes(JsonSchemaExporterContext context, JsonNode schema)
    {
        var type = context.TypeInfo.Type;
        if (type == typeof(Shape))
            return new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "integer", ["minimum"] = 0 } };
        if (OneOrMany.Is(type))
            return OneOrList(ConfigJson.Options.GetJsonSchemaAsNode(type.GetGenericArguments()[0], ExporterOptions));
        // A type that reads itself says in words what it allows.
        return schema is JsonValue && type.GetCustomAttribute<DescriptionAttribute>() is { } words
            ? new JsonObject { ["description"] = words.Description }
            : schema;
    }

    private static JsonObject OneOrList(JsonNode item) => new()
    {
        ["anyOf"] = new JsonArray(item, new JsonObject { ["type"] = "array", ["items"] = item.DeepClone() }),
    };

    private static JsonNode WithLimits(JsonSchemaExporterContext context, JsonNode schema)
    {
        var range = context.PropertyInfo?.AttributeProvider?.GetCustomAttributes(typeof(RangeAttribute), true)
            .OfType<RangeAttribute>().FirstOrDefault();
        if (range is null || schema is not JsonObject limited)
            return schema;
        if (limited["anyOf"] is JsonArray alternatives)
        {
            AddRange(alternatives[0]!.AsObject(), range);
            AddRange(alternatives[1]!["items"]!.AsObject(), range);
        }
        else
            AddRange(limited, range);
        return limited;
    }

    private static void AddRange(JsonObject schema, RangeAttribute range)
    {
        var min = Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture);
        var max = Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture);
        if (min > double.MinValue && min > int.MinValue)
            schema[range.MinimumIsExclusive ? "exclusiveMinimum" : "minimum"] = min;
        if (max < int.MaxValue)
            schema[range.MaximumIsExclusive ? "exclusiveMaximum" : "maximum"] = max;
    }
}
