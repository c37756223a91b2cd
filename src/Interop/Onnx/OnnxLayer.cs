using System.Globalization;

namespace NeuralFramework.Interop;

/// <summary>A layer while its operators are written: what it reads, and what is to stand for its tops.</summary>
internal sealed class OnnxLayer(NetNode<float> node, OnnxGraphBuilder graph, OnnxShapes shapes,
    IReadOnlyList<string> bottoms)
{
    private readonly string[] tops = new string[node.Top.Count];

    /// <summary>The layer in its place in the net.</summary>
    public NetNode<float> Node => node;

    /// <summary>Which axes are open.</summary>
    public OnnxShapes Shapes => shapes;

    /// <summary>The values that stand for the layer's bottoms.</summary>
    public IReadOnlyList<string> Bottoms => bottoms;

    /// <summary>The values that stand for the layer's tops; null for one that has none.</summary>
    public IReadOnlyList<string?> Tops => tops;

    /// <summary>The value of the first bottom.</summary>
    public string X => bottoms[0];

    /// <summary>The shape of the first bottom.</summary>
    public Shape Shape => node.Bottom[0].Shape;

    /// <summary>Whether a bottom has the same values in every run.</summary>
    public bool IsConstant(int bottom) => graph.IsConstant(bottoms[bottom]);

    /// <summary>The layer's options.</summary>
    public TOptions Options<TOptions>() where TOptions : LayerOptions => (TOptions)node.Config.Options;

    /// <summary>Says what stands for a top.</summary>
    public void Top(string value, int index = 0) => tops[index] = value;

    /// <summary>Adds an operator with one output.</summary>
    public string Op(string type, string input, params OnnxAttribute[] attributes) => Op(type, [input], attributes);

    /// <inheritdoc cref="Op(string, string, OnnxAttribute[])"/>
    public string Op(string type, string[] inputs, params OnnxAttribute[] attributes) =>
        Ops(type, inputs, 1, attributes)[0];

    /// <summary>Adds an operator with several outputs.</summary>
    public string[] Ops(string type, string[] inputs, int outputs, params OnnxAttribute[] attributes) =>
        graph.Add(type, node.Layer.Name, inputs, outputs, attributes);

    /// <summary>A number as a scalar.</summary>
    public string Number(double value)
    {
        var number = (float)value;
        return graph.Constant($"number:{number.ToString("R", CultureInfo.InvariantCulture)}",
            name => OnnxTensor.OfFloats(name, [], [number]));
    }

    /// <summary>A list of whole numbers, as operators take shapes and axes.</summary>
    public string Ints(params long[] values) =>
        graph.Constant($"ints:{string.Join(',', values)}", name => OnnxTensor.OfInts(name, [values.Length], values));

    /// <summary>Values of the layer's own that are no parameter as it stands.</summary>
    public string Floats(string what, ReadOnlySpan<float> values, params long[] dims)
    {
        var copy = values.ToArray();
        return graph.Constant($"{node.Layer.Name}/{what}", name => OnnxTensor.OfFloats(name, dims, copy));
    }

    /// <summary>A parameter, or its values in another shape.</summary>
    public string Parameter(int index, params long[] dims)
    {
        var parameter = node.Layer.Parameters[index];
        if (dims.Length == 0)
            dims = [.. parameter.Shape];
        var isItself = dims.SequenceEqual(parameter.Shape.Select(extent => (long)extent));
        return graph.Constant(isItself ? parameter.Name : $"{parameter.Name}/{string.Join('x', dims)}",
            name => OnnxTensor.OfFloats(name, dims, parameter.Data));
    }

    /// <summary>x in the shape that the layer's top has. Extents that are open are copied from x where they stand at the
    /// same place; one more can be what is left.</summary>
    /// <exception cref="ConfigException">More than one cannot be copied.</exception>
    public string ReshapedToTop(string x)
    {
        var (bottom, top) = (node.Bottom[0], node.Top[0]);
        var target = new long[top.Shape.Rank];
        for (var axis = 0; axis < target.Length; axis++)
            target[axis] = shapes.IsFixed(top, axis) ? top.Shape[axis]
                : axis < bottom.Shape.Rank && shapes.AreSame(top, axis, bottom, axis) ? 0 : -1;
        return target.Count(extent => extent == -1) > 1
            ? throw NotExportable($"of the shape {top.Shape}, several extents depend on the batch")
            : Op("Reshape", [x, Ints(target)]);
    }

    /// <summary>x in the shape of another value.</summary>
    public string ReshapedLike(string x, string other) => Op("Reshape", [x, Op("Shape", other)]);

    /// <summary>An error that says why there are no operators for the layer.</summary>
    public ConfigException NotExportable(string why) => new($"{node.Config}: cannot be exported to ONNX: {why}");
}
