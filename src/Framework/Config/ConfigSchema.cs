using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace NeuralFramework;

/// <summary>Makes JSON Schema (draft 2020-12) of the records that config files are read into, with enumerations, ranges,
/// defaults, and the documentation of every member.</summary>
public static class ConfigSchema
{
    private static readonly JsonSchemaExporterOptions ExporterOptions = new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = (context, schema) =>
            Described(context, WithDefaults(context, WithLimits(context, OfOwnTypes(context, schema)))),
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
    /// <param name="constants">Members with one value, such as <c>type</c>, which must be there, and what documents
    /// it.</param>
    public static JsonObject OfObject(IEnumerable<Type> records,
        params IReadOnlyList<(string Member, string Value, Type Documented)> constants)
    {
        var properties = new JsonObject();
        var required = new List<string>();
        foreach (var (member, value, documented) in constants)
        {
            properties[member] = WithDescription(new JsonObject { ["const"] = value }, XmlDocs.Head(documented));
            required.Add(member);
        }
        foreach (var record in records)
        {
            var schema = ConfigJson.Options.GetJsonSchemaAsNode(record, ExporterOptions).AsObject();
            required.AddRange((schema["required"]?.AsArray() ?? []).Select(name => (string)name!));
            foreach (var (member, value) in schema["properties"]?.AsObject() ?? [])
                properties.TryAdd(member, value!.DeepClone());
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

    // The members at their defaults, from the constructor that the serializer takes.
    private static JsonObject? DefaultsOf(Type record)
    {
        if (record.IsAbstract || !RecordInfo.IsRecord(record))
            return null;
        var constructor = record.GetConstructor(Type.EmptyTypes)
            ?? record.GetConstructors(BindingFlags.NonPublic | BindingFlags.Instance)
                .FirstOrDefault(candidate => candidate.GetCustomAttribute<JsonConstructorAttribute>() is not null);
        var preset = constructor?.Invoke(new object?[constructor.GetParameters().Length]);
        return preset is null ? null : JsonSerializer.SerializeToNode(preset, record, ConfigJson.Options)!.AsObject();
    }

    private static JsonNode WithDefaults(JsonSchemaExporterContext context, JsonNode schema)
    {
        if (schema is not JsonObject { } record || record["properties"] is not JsonObject properties
            || DefaultsOf(context.TypeInfo.Type) is not { } defaults)
            return schema;
        var required = (record["required"] as JsonArray ?? []).Select(name => (string)name!).ToList();
        foreach (var (member, value) in properties.ToList())
            if (value is JsonObject described && !required.Contains(member) && defaults[member] is { } preset)
                described["default"] = preset.DeepClone();
        return schema;
    }

    private static JsonNode Described(JsonSchemaExporterContext context, JsonNode schema)
    {
        if (schema is not JsonObject described)
            return schema;
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        if (type.IsEnum && described["enum"] is JsonArray words)
            // Editors show them beside the words; null, where it is allowed, comes last.
            described["enumDescriptions"] = new JsonArray([.. type.GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(word => (JsonNode)(XmlDocs.Summary(word) ?? "")).Take(words.Count)]);
        if (context.BaseTypeInfo is { PolymorphismOptions: { } polymorphism }
            && described["properties"]?[polymorphism.TypeDiscriminatorPropertyName] is JsonObject discriminator)
            WithDescription(discriminator, XmlDocs.Summary(type));
        return context.PropertyInfo?.AttributeProvider is MemberInfo member
            ? WithDescription(described, XmlDocs.Summary(member)) : described;
    }

    // In front, where readers look for it.
    private static JsonObject WithDescription(JsonObject schema, string? description)
    {
        if (description is null)
            return schema;
        schema.Remove("description");
        schema.Insert(0, "description", description);
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
