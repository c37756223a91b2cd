using System.Text;

namespace NeuralFramework.Reporting;

/// <summary>Writes a graph in Graphviz's language, to be laid out by <c>dot</c>.</summary>
internal static class DotWriter
{
    public static void Write(GraphModel graph, Stream stream)
    {
        var text = new StringBuilder();
        text.AppendLine($"digraph {Quote([graph.Name])} {{");
        text.AppendLine("  rankdir=LR;");
        text.AppendLine("  node [shape=box, style=\"rounded,filled\", fillcolor=\"#eef2f9\", fontname=\"DejaVu Sans\", fontsize=11];");
        text.AppendLine("  edge [fontname=\"DejaVu Sans\", fontsize=10];");
        for (var i = 0; i < graph.Nodes.Count; i++)
            text.AppendLine($"  n{i} [{Attributes(graph.Nodes[i])}];");
        foreach (var wire in graph.Wires)
            text.AppendLine($"  n{wire.From} -> n{wire.To} [label={Quote([wire.Blob, .. wire.Values, .. wire.Gradients.Select(line => "∇ " + line)])}];");
        text.AppendLine("}");
        stream.Write(Encoding.UTF8.GetBytes(text.ToString()));
    }

    private static string Attributes(GraphNodeModel node) => node.Kind switch
    {
        NodeKind.Branch => "shape=point, label=\"\"",
        NodeKind.End => "style=invis, label=\"\"",
        NodeKind.Source => $"fillcolor=\"#eef6ee\", label={Quote(node.Lines)}",
        NodeKind.Loss => $"fillcolor=\"#fbeeee\", label={Quote(node.Lines)}",
        _ => $"label={Quote(node.Lines)}",
    };

    private static string Quote(IEnumerable<string> lines) =>
        "\"" + string.Join("\\n", lines.Select(line => line.Replace("\\", "\\\\").Replace("\"", "\\\""))) + "\"";
}
