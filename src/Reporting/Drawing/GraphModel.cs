using System.Globalization;
using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Reporting;

/// <summary>What a node of a drawing is.</summary>
internal enum NodeKind
{
    /// <summary>A layer that reads nothing: data or an input.</summary>
    Source,

    /// <summary>Any other layer.</summary>
    Layer,

    /// <summary>A layer whose top counts in the loss.</summary>
    Loss,

    /// <summary>A split that the net has inserted: the dot at which a wire branches.</summary>
    Branch,

    /// <summary>Nothing that is seen: where the wire of an output ends.</summary>
    End,
}

/// <summary>A node of a drawing.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Lines">The text in its box; the first is the name.</param>
internal sealed record GraphNodeModel(NodeKind Kind, IReadOnlyList<string> Lines);

/// <summary>A wire of a drawing.</summary>
/// <param name="From">The index of the node where it starts.</param>
/// <param name="To">The index of the node where it ends.</param>
/// <param name="Blob">The blob's name.</param>
/// <param name="Values">The forward values, a line or two; none when values are not drawn.</param>
/// <param name="Gradients">The gradients; none when there are none.</param>
internal sealed record GraphWire(int From, int To, string Blob, IReadOnlyList<string> Values, IReadOnlyList<string> Gradients);

/// <summary>A net as boxes and wires, without places.</summary>
internal sealed record GraphModel(string Name, IReadOnlyList<GraphNodeModel> Nodes, IReadOnlyList<GraphWire> Wires)
{
    /// <summary>Makes the model of a net.</summary>
    /// <param name="net">The net; with <paramref name="values"/>, after a forward and a backward pass.</param>
    /// <param name="values">Whether wires carry values and gradients.</param>
    public static GraphModel Of<T>(Net<T> net, bool values) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var nodes = net.Nodes.Select(NodeOf).ToList();
        var wires = new List<GraphWire>();
        var makers = new Dictionary<Blob<T>, int>();
        for (var i = 0; i < net.Nodes.Count; i++)
        {
            foreach (var blob in net.Nodes[i].Bottom)
                wires.Add(WireOf(makers[blob], i, blob));
            foreach (var blob in net.Nodes[i].Top)
                makers[blob] = i;
        }
        foreach (var output in values ? net.Outputs : [])
        {
            wires.Add(WireOf(makers[output], nodes.Count, output));
            nodes.Add(new GraphNodeModel(NodeKind.End, []));
        }
        return new GraphModel(net.Config.Name, nodes, wires);

        GraphWire WireOf(int from, int to, Blob<T> blob)
        {
            var hasGradient = values && (net.IsGradientComputed(blob) || net.Outputs.Contains(blob) && net.Nodes[from].NeedsBackward);
            return new GraphWire(from, to, blob.Name, values ? Describe<T>(blob.Shape, blob.Data) : [],
                hasGradient ? Describe<T>(blob.Shape, blob.Diff) : []);
        }
    }

    private static GraphNodeModel NodeOf<T>(NetNode<T> node) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (node.IsInserted)
            return new GraphNodeModel(NodeKind.Branch, []);
        var lines = new List<string> { node.Layer.Name };
        if (node.Layer.Type != node.Layer.Name)
            lines.Add(node.Layer.Type);
        var shapes = string.Join(", ", node.Top.Where(top => top.Shape.Rank > 0).Select(top => top.Shape));
        if (shapes.Length > 0)
            lines.Add(shapes);
        var parameters = node.Layer.Parameters.Sum(parameter => (long)parameter.Count);
        if (parameters > 0)
            lines.Add(parameters.ToString("N0", CultureInfo.InvariantCulture) + (parameters == 1 ? " parameter" : " parameters"));
        var kind = node.IsLoss ? NodeKind.Loss : node.Bottom.Count == 0 ? NodeKind.Source : NodeKind.Layer;
        return new GraphNodeModel(kind, lines);
    }

    /// <summary>A scalar in full; of a tensor, its shape, the mean of its magnitudes, and its least and greatest value.</summary>
    private static string[] Describe<T>(Shape shape, ReadOnlySpan<T> values) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (values.Length == 0)
            return [$"{shape}"];
        if (values.Length == 1)
            return [Number(values[0])];
        var mean = TensorPrimitives.SumOfMagnitudes(values) / T.CreateTruncating(values.Length);
        return [$"{shape}  mean |·| {Number(mean)}",
            $"{Number(TensorPrimitives.Min(values))} … {Number(TensorPrimitives.Max(values))}"];
    }

    private static string Number<T>(T value) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var number = double.CreateTruncating(value);
        var isPlain = number == 0 || !double.IsFinite(number) || Math.Abs(number) is >= 0.01 and < 100_000;
        return number.ToString(isPlain ? "0.00" : "0.0e+0", CultureInfo.InvariantCulture);
    }
}
