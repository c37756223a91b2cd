using System.Globalization;
using System.Numerics;
using System.Text;

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
    /// <param name="net">The net.</param>
    /// <param name="values">What its wires carry; null draws none.</param>
    public static GraphModel Of<T>(Net<T> net, WireValues? values) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var nodes = net.Nodes.Select(NodeOf).ToList();
        var wires = new List<GraphWire>();
        var makers = new Dictionary<Blob<T>, (int Node, int Top)>();
        for (var i = 0; i < net.Nodes.Count; i++)
        {
            var node = net.Nodes[i];
            for (var bottom = 0; bottom < node.Bottom.Count; bottom++)
                wires.Add(WireOf(makers[node.Bottom[bottom]], i, values?.GradientsFrom(i, bottom) ?? []));
            for (var top = 0; top < node.Top.Count; top++)
                makers[node.Top[top]] = (i, top);
        }
        if (values is not null)
            foreach (var maker in net.Outputs.Select(output => makers[output]))
            {
                wires.Add(WireOf(maker, nodes.Count, values.GradientsOfOutput(maker.Node, maker.Top)));
                nodes.Add(new GraphNodeModel(NodeKind.End, []));
            }
        return new GraphModel(Printable(net.Config.Name), nodes, wires);

        GraphWire WireOf((int Node, int Top) from, int to, IReadOnlyList<string> gradients)
        {
            var name = NameOfTop(net.Nodes[from.Node], from.Top);
            return new GraphWire(from.Node, to, Printable(name), values?.Of(from.Node, from.Top) ?? [], gradients);
        }
    }

    // As the net file has it: a blob that is overwritten in place keeps the name of its first maker.
    private static string NameOfTop<T>(NetNode<T> node, int top) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        node.IsInserted ? node.Bottom[0].Name : node.Config.Top is { } names && top < names.Count ? names[top] : node.Layer.Name;

    private static GraphNodeModel NodeOf<T>(NetNode<T> node) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (node.IsInserted)
            return new GraphNodeModel(NodeKind.Branch, []);
        var shapes = string.Join(", ", node.Top.Where(top => top.Shape.Rank > 0).Select(top => top.Shape));
        var lines = new List<string> { Printable(node.Layer.Name), $"{node.Layer.Type} {shapes}".TrimEnd() };
        var parameters = node.Layer.Parameters.Sum(parameter => (long)parameter.Count);
        if (parameters > 0)
            lines.Add(parameters.ToString("N0", CultureInfo.InvariantCulture) + (parameters == 1 ? " parameter" : " parameters"));
        var kind = node.IsLoss ? NodeKind.Loss : node.Bottom.Count == 0 ? NodeKind.Source : NodeKind.Layer;
        return new GraphNodeModel(kind, lines);
    }

    // JSON allows in names what XML has no way to write: control characters and halves of surrogate pairs.
    private static string Printable(string name) => string.Concat(name.EnumerateRunes().Select(rune =>
        Rune.IsControl(rune) || rune.Value is 0xFFFE or 0xFFFF ? Rune.ReplacementChar : rune));
}
