using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace NeuralFramework.Interop;

/// <summary>An operator while it is made a layer: its inputs, its attributes, and what it becomes.</summary>
internal sealed class OnnxContext(OnnxNetReader net, OnnxNode node)
{
    // How many values an operator may make of nothing.
    private const int MaxFilled = 1 << 22;

    /// <summary>The operator.</summary>
    public OnnxNode Node => node;

    /// <summary>The version of the operators.</summary>
    public long Opset => net.Opset;

    /// <summary>What differs from the operator; null when nothing does.</summary>
    public string? Remark { get; set; }

    /// <summary>The first input.</summary>
    public Blob<float> X => Blob(0);

    /// <summary>The shape of the first input.</summary>
    public Shape Shape => X.Shape;

    public bool Has(int input) => input < node.Inputs.Length && node.Inputs[input].Length > 0;

    public bool IsConstant(int input) => Has(input) && net.IsConstant(node.Inputs[input]);

    /// <summary>An input that is computed, or a constant as a layer of its own.</summary>
    public Blob<float> Blob(int input)
    {
        if (!Has(input))
            throw new OnnxNotMappedException($"its input {input} is left out");
        if (!IsConstant(input) || net.IsMade(node.Inputs[input]))
            return net.Blob(node.Inputs[input]);
        var shape = ShapeOf(input);
        var made = net.Add("Constant", new JsonObject { ["shape"] = Array(shape), ["trainable"] = true }, [],
            [$"{node.Inputs[input]}"], Floats(input));
        return made[0];
    }

    /// <summary>The extents of a constant.</summary>
    public Shape ShapeOf(int input) => [.. net.Constant(node.Inputs[input]).Dims.Select(extent => (int)extent)];

    /// <summary>The values of a constant input.</summary>
    /// <exception cref="OnnxNotMappedException">It is computed.</exception>
    public float[] Floats(int input)
    {
        var tensor = Constant(input);
        return tensor.Type switch
        {
            OnnxType.Float => MemoryMarshal.Cast<byte, float>(tensor.Bytes.Span).ToArray(),
            OnnxType.Double => Convert<double, float>(tensor),
            OnnxType.Int32 => Convert<int, float>(tensor),
            OnnxType.Int64 => Convert<long, float>(tensor),
            _ => Convert<byte, float>(tensor),
        };
    }

    /// <inheritdoc cref="Floats"/>
    public long[] Ints(int input)
    {
        var tensor = Constant(input);
        return tensor.Type switch
        {
            OnnxType.Int64 => MemoryMarshal.Cast<byte, long>(tensor.Bytes.Span).ToArray(),
            OnnxType.Int32 => Convert<int, long>(tensor),
            _ => throw new OnnxNotMappedException($"its input {input} has values of the type {tensor.Type}, allowed: int64"),
        };
    }

    public long Int(string name, long otherwise) => Attribute(name) is long value ? value : otherwise;

    public double Float(string name, double otherwise) => Attribute(name) is float value ? value : otherwise;

    public string Text(string name, string otherwise) => Attribute(name) as string ?? otherwise;

    public long[]? Ints(string name) => Attribute(name) as long[];

    public object? Attribute(string name) => node.Attributes.FirstOrDefault(attribute => attribute.Name == name)?.Value;

    /// <summary>An axis that counts from 0.</summary>
    public int Axis(long axis, int? rank = null)
    {
        var count = rank ?? Shape.Rank;
        return axis >= -count && axis < count ? (int)(axis < 0 ? axis + count : axis)
            : throw new OnnxNotMappedException($"received the axis {axis}, allowed: {-count} to {count - 1}");
    }

    /// <summary>Adds a layer that reads the first input and makes the first output.</summary>
    public void Become(string type, JsonObject? options = null, params float[][] parameters) =>
        net.Add(type, options ?? [], [X], [node.Outputs[0]], parameters);

    /// <summary>Adds a layer that makes outputs, or a value of another name on the way to them.</summary>
    public Blob<float>[] Add(string type, JsonObject options, IReadOnlyList<Blob<float>> bottoms, string[] tops,
        params float[][] parameters) => net.Add(type, options, bottoms, tops, parameters);

    /// <summary>Lets the first output be what a blob is.</summary>
    public void Alias(Blob<float> blob) => net.Alias(node.Outputs[0], blob);

    /// <summary>Whether an operator reads a value, or the graph gives it.</summary>
    public bool IsRead(string value) => net.IsRead(value);

    /// <summary>A value that the operator has made on its way.</summary>
    public Blob<float> Made(string value) => net.Blob(value);

    /// <summary>Lets an output be what a blob is.</summary>
    public void Made(string output, Blob<float> blob) => net.Alias(output, blob);

    /// <summary>Gives x another shape. Where the first axis stays as it is, whatever the batch, it is copied.</summary>
    public void Reshape(Blob<float> x, IReadOnlyList<int> shape, string? output = null) =>
        net.Add("Reshape", new JsonObject
        {
            ["shape"] = Array(shape.Select((extent, axis) => axis == 0 && x.Shape.Rank > 0 && extent == x.Shape[0] ? 0 : extent)),
        }, [x], [output ?? node.Outputs[0]]);

    public static JsonArray Array(IEnumerable<int> values) => new([.. values.Select(value => (JsonNode)value)]);

    public Exception NotMapped(string why) => new OnnxNotMappedException(why);

    /// <summary>Computes what depends on constants and shapes alone.</summary>
    public bool IsFolded()
    {
        if (node.Outputs.Length != 1)
            return false;
        switch (node.Type)
        {
            case "Constant":
                Fold(Attribute("value") as OnnxTensor ?? Attribute("value_float") switch
                {
                    float value => OnnxTensor.OfFloats("", [], [value]),
                    _ => Attribute("value_int") is long number ? OnnxTensor.OfInts("", [], [number])
                        : Ints("value_ints") is { } numbers ? OnnxTensor.OfInts("", [numbers.Length], numbers)
                        : throw NotMapped("it has values of a kind that is not read"),
                });
                return true;
            case "Shape" when !IsConstant(0):
                Fold([.. X.Shape.Select(extent => (long)extent)], [X.Shape.Rank]);
                return true;
            case "ConstantOfShape" when IsConstant(0):
                Fold(Filled(Ints(0)));
                return true;
            case "Slice" when IsConstant(0) && Has(3) && Ints(3) is [0] && (!Has(4) || Ints(4) is [1]):
                Fold(Sliced(Constant(0), Ints(1)[0], Ints(2)[0]));
                return true;
            case "Identity" or "Cast" or "Dropout" when IsConstant(0):
                Fold(Constant(0));
                return true;
            case "Unsqueeze" or "Squeeze" when IsConstant(0) && Constant(0).Bytes.Length <= 8:
                Fold(Constant(0) with { Dims = node.Type == "Unsqueeze" ? [1] : [] });
                return true;
            case "Gather" when IsConstant(0) && IsConstant(1) && ShapeOf(0).Rank == 1 && Constant(0).Type == OnnxType.Int64:
                var values = Ints(0);
                Fold([.. Ints(1).Select(i => values[Axis(i, values.Length)])], [.. Constant(1).Dims]);
                return true;
            case "Concat" when Enumerable.Range(0, node.Inputs.Length).All(i => IsConstant(i) && Constant(i).Type == OnnxType.Int64):
                long[] joined = [.. Enumerable.Range(0, node.Inputs.Length).SelectMany(i => Ints(i))];
                Fold(joined, [joined.Length]);
                return true;
            default:
                return false;
        }
    }

    // Such as the zeros with which PyTorch starts a recurrent net.
    private OnnxTensor Filled(long[] dims)
    {
        var size = dims.Aggregate((Int128)1, (product, extent) => product > MaxFilled ? product : product * extent);
        if (size < 0 || size > MaxFilled)
            throw NotMapped($"it makes {string.Join('×', dims)} values, allowed: {MaxFilled:N0}");
        var values = new float[(int)size];
        if (Attribute("value") is OnnxTensor { Type: OnnxType.Float, Bytes.Length: sizeof(float) } value)
            System.Array.Fill(values, MemoryMarshal.Read<float>(value.Bytes.Span));
        else if (Attribute("value") is not null)
            throw NotMapped("it makes values of another type than float");
        return OnnxTensor.OfFloats("", dims, values);
    }

    // Along the first axis.
    private OnnxTensor Sliced(OnnxTensor tensor, long from, long to)
    {
        if (tensor.Dims is not [var extent and > 0, ..])
            throw NotMapped("it cuts a tensor without values");
        var row = tensor.Bytes.Length / (int)extent;
        from = Math.Clamp(from < 0 ? from + extent : from, 0, extent);
        to = Math.Clamp(to < 0 ? to + extent : to, from, extent);
        return tensor with
        {
            Dims = [to - from, .. tensor.Dims.Skip(1)],
            Bytes = tensor.Bytes.Slice((int)from * row, (int)(to - from) * row),
        };
    }

    private void Fold(long[] values, long[] dims) => Fold(OnnxTensor.OfInts("", dims, values));

    private void Fold(OnnxTensor tensor) => net.SetConstant(node.Outputs[0], tensor);

    private OnnxTensor Constant(int input) => IsConstant(input) ? net.Constant(node.Inputs[input])
        : throw new OnnxNotMappedException($"its input {input} is computed, allowed: a constant");

    private static TTo[] Convert<TFrom, TTo>(OnnxTensor tensor) where TFrom : unmanaged, INumber<TFrom>
        where TTo : INumber<TTo> =>
        System.Array.ConvertAll(MemoryMarshal.Cast<byte, TFrom>(tensor.Bytes.Span).ToArray(), TTo.CreateTruncating);
}
