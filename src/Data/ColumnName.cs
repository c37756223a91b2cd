using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace NeuralFramework.Data;

/// <summary>A column of a table: its name in the header, or its number, counted from 0.</summary>
/// <param name="Text">The name or number as it was given.</param>
[JsonConverter(typeof(Converter))]
[Description("a column's name, or its number counted from 0")]
public sealed record ColumnName(string Text)
{
    /// <summary>A column by name, or by number as text.</summary>
    public static implicit operator ColumnName(string text) => new(text);

    /// <summary>A column by number.</summary>
    public static implicit operator ColumnName(int number) => new(number.ToString());

    /// <summary>The name or number.</summary>
    public override string ToString() => Text;

    private sealed class Converter : JsonConverter<ColumnName>
    {
        public override ColumnName Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType switch
            {
                JsonTokenType.String => new ColumnName(reader.GetString()!),
                JsonTokenType.Number when reader.TryGetInt32(out var number) => number,
                _ => throw new JsonException("neither text nor a whole number"),
            };

        public override void Write(Utf8JsonWriter writer, ColumnName value, JsonSerializerOptions options)
        {
            if (int.TryParse(value.Text, out var number))
                writer.WriteNumberValue(number);
            else
                writer.WriteStringValue(value.Text);
        }
    }
}
