using System.Collections.Concurrent;
using System.Text.Json.Serialization.Metadata;

namespace NeuralFramework;

/// <summary>What the serializer knows of a record: its members, those required, and the records that stand behind
/// a discriminating member such as a filler's <c>type</c>.</summary>
internal sealed class RecordInfo
{
    private static readonly ConcurrentDictionary<(Type Type, string? OwnDiscriminator), RecordInfo> Known = new();

    private readonly Dictionary<string, JsonPropertyInfo> properties;
    private readonly string? ownDiscriminator;

    private RecordInfo(JsonTypeInfo info, string? ownDiscriminator)
    {
        this.ownDiscriminator = ownDiscriminator;
        properties = info.Properties
            .Where(property => property.Set is not null || property.AssociatedParameter is not null)
            .ToDictionary(property => property.Name);
        if (ownDiscriminator is null && info.PolymorphismOptions is { } polymorphism)
        {
            Discriminator = polymorphism.TypeDiscriminatorPropertyName;
            DerivedTypes = polymorphism.DerivedTypes
                .ToDictionary(derived => (string)derived.TypeDiscriminator!, derived => derived.DerivedType);
        }
    }

    /// <summary>The member that says which derived record is meant, if the record is a base.</summary>
    public string? Discriminator { get; }

    /// <summary>The derived records by the value of <see cref="Discriminator"/>.</summary>
    public IReadOnlyDictionary<string, Type> DerivedTypes { get; } = new Dictionary<string, Type>();

    public IEnumerable<string> Members =>
        ownDiscriminator is null ? properties.Keys : properties.Keys.Prepend(ownDiscriminator);

    public IEnumerable<JsonPropertyInfo> Properties => properties.Values;

    public IEnumerable<string> Required =>
        properties.Values.Where(property => property.IsRequired).Select(property => property.Name);

    public static RecordInfo Of(Type type, string? ownDiscriminator = null) => Known.GetOrAdd((type, ownDiscriminator),
        key => new RecordInfo(ConfigJson.Options.GetTypeInfo(key.Type), key.OwnDiscriminator));

    public static bool IsRecord(Type type) =>
        ConfigJson.Options.GetTypeInfo(type).Kind == JsonTypeInfoKind.Object;

    public bool Accepts(string member) => member == ownDiscriminator || properties.ContainsKey(member);

    public JsonPropertyInfo? Property(string member) => properties.GetValueOrDefault(member);
}
