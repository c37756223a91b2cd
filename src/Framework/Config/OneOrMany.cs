using System.Collections;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace NeuralFramework;

/// <summary>A list that a config file may also write as its only element: <c>"data"</c> for <c>["data"]</c>.</summary>
[CollectionBuilder(typeof(OneOrMany), nameof(OneOrMany.Create))]
public sealed class OneOrMany<TItem>(params TItem[] items) : IReadOnlyList<TItem>
{
    /// <summary>The number of elements.</summary>
    public int Count => items.Length;

    /// <summary>An element.</summary>
    public TItem this[int index] => items[index];

    /// <summary>A list of one.</summary>
    public static implicit operator OneOrMany<TItem>(TItem item) => new(item);

    /// <summary>A list of an array's elements.</summary>
    public static implicit operator OneOrMany<TItem>(TItem[] items) => new(items);

    /// <inheritdoc/>
    public IEnumerator<TItem> GetEnumerator() => ((IEnumerable<TItem>)items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => items.GetEnumerator();
}

/// <summary>Builds <see cref="OneOrMany{TItem}"/> from collection expressions.</summary>
public static class OneOrMany
{
    /// <summary>A list of the given elements.</summary>
    public static OneOrMany<TItem> Create<TItem>(ReadOnlySpan<TItem> items) => new(items.ToArray());

    internal static bool Is(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(OneOrMany<>);
}

internal sealed class OneOrManyConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => OneOrMany.Is(typeToConvert);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(
            typeof(Converter<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;

    private sealed class Converter<TItem> : JsonConverter<OneOrMany<TItem>>
    {
        public override OneOrMany<TItem> Read(ref Utf8JsonReader reader, Type typeToConvert,
            JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.StartArray
                ? new(JsonSerializer.Deserialize<TItem[]>(ref reader, options)!)
                : new(JsonSerializer.Deserialize<TItem>(ref reader, options)!);

        public override void Write(Utf8JsonWriter writer, OneOrMany<TItem> value, JsonSerializerOptions options)
        {
            if (value.Count == 1)
                JsonSerializer.Serialize(writer, value[0], options);
            else
                JsonSerializer.Serialize(writer, value.ToArray(), options);
        }
    }
}
