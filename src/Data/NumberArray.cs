using System.ComponentModel;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace NeuralFramework.Data;

/// <summary>Numbers with a shape, for options: made from C# arrays, or from the lists of a net file, nested or
/// flat.</summary>
[JsonConverter(typeof(Converter))]
[Description("a list of numbers, or of lists of the same length, nested to any depth")]
public sealed class NumberArray
{
    private readonly double[] values;

    private NumberArray(Shape shape, double[] values) => (Shape, this.values) = (shape, values);

    /// <summary>The extents, outermost axis first.</summary>
    public Shape Shape { get; }

    /// <summary>The numbers, row-major.</summary>
    public ReadOnlySpan<double> Values => values;

    /// <summary>Copies numbers of a shape.</summary>
    /// <exception cref="ShapeException">The number of values is not that of the shape.</exception>
    public static NumberArray From<T>(Shape shape, ReadOnlySpan<T> values) where T : unmanaged, INumberBase<T>
    {
        if (values.Length != shape.Size)
            throw new ShapeException($"numbers: received {values.Length}, allowed: {shape.Size} for the shape {shape}");
        var copy = new double[values.Length];
        for (var i = 0; i < copy.Length; i++)
            copy[i] = double.CreateTruncating(values[i]);
        return new NumberArray(shape, copy);
    }

    /// <summary>Copies the values of a blob.</summary>
    public static NumberArray From<T>(Blob<T> blob) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        From<T>(blob.Shape, blob.Data);

    /// <summary>A flat array.</summary>
    public static implicit operator NumberArray(int[] values) => From<int>([values.Length], values);

    /// <inheritdoc cref="op_Implicit(int[])"/>
    public static implicit operator NumberArray(float[] values) => From<float>([values.Length], values);

    /// <inheritdoc cref="op_Implicit(int[])"/>
    public static implicit operator NumberArray(double[] values) => From<double>([values.Length], values);

    /// <summary>A row a sample.</summary>
    public static implicit operator NumberArray(float[,] values) => FromMatrix(values);

    /// <inheritdoc cref="op_Implicit(float[,])"/>
    public static implicit operator NumberArray(double[,] values) => FromMatrix(values);

    /// <summary>A row a sample; all of one length.</summary>
    /// <exception cref="ShapeException">The rows differ in length.</exception>
    public static implicit operator NumberArray(float[][] values) => FromRows(values);

    /// <inheritdoc cref="op_Implicit(float[][])"/>
    public static implicit operator NumberArray(double[][] values) => FromRows(values);

    private static NumberArray FromMatrix<T>(T[,] values) where T : unmanaged, INumberBase<T>
    {
        var flat = new T[values.Length];
        Buffer.BlockCopy(values, 0, flat, 0, values.Length * Unsafe.SizeOf<T>());
        return From<T>([values.GetLength(0), values.GetLength(1)], flat);
    }

    private static NumberArray FromRows<T>(T[][] rows) where T : unmanaged, INumberBase<T>
    {
        var width = rows.Length == 0 ? 0 : rows[0].Length;
        var odd = Array.FindIndex(rows, row => row.Length != width);
        if (odd >= 0)
            throw new ShapeException($"numbers: row {odd}: received {rows[odd].Length} numbers, allowed: {width} "
                + "as in row 0");
        return From<T>([rows.Length, width], rows.SelectMany(row => row).ToArray());
    }

    private sealed class Converter : JsonConverter<NumberArray>
    {
        public override NumberArray Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var root = JsonElement.ParseValue(ref reader);
            var extents = new List<int>();
            // The first list of each depth says the extent, which Append then holds all others to.
            for (var item = root; item.ValueKind == JsonValueKind.Array; item = item[0])
            {
                extents.Add(item.GetArrayLength());
                if (extents[^1] == 0)
                    break;
            }
            if (extents.Count == 0)
                throw new JsonException("not a list");
            var values = new List<double>();
            Append(root, 0, extents, values);
            return new NumberArray(extents.ToArray(), [.. values]);
        }

        public override void Write(Utf8JsonWriter writer, NumberArray value, JsonSerializerOptions options)
        {
            var next = 0;
            WriteList(writer, value, 0, ref next);
        }

        private static void Append(JsonElement item, int depth, List<int> extents, List<double> values)
        {
            if (depth == extents.Count)
            {
                values.Add(item.ValueKind == JsonValueKind.Number && double.IsFinite(item.GetDouble())
                    ? item.GetDouble()
                    : throw new JsonException("something else than a number among numbers"));
                return;
            }
            if (item.ValueKind != JsonValueKind.Array || item.GetArrayLength() != extents[depth])
                throw new JsonException("lists of different lengths");
            foreach (var inner in item.EnumerateArray())
                Append(inner, depth + 1, extents, values);
        }

        private static void WriteList(Utf8JsonWriter writer, NumberArray array, int axis, ref int next)
        {
            writer.WriteStartArray();
            for (var i = 0; i < array.Shape[axis]; i++)
                if (axis < array.Shape.Rank - 1)
                    WriteList(writer, array, axis + 1, ref next);
                else
                    writer.WriteNumberValue(array.values[next++]);
            writer.WriteEndArray();
        }
    }
}
