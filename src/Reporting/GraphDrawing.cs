using System.Numerics;

namespace NeuralFramework.Reporting;

/// <summary>What a drawing came to.</summary>
/// <param name="Layers">How many boxes it has.</param>
/// <param name="Wires">How many wires it has.</param>
/// <param name="Width">The file's width in pixels; null where Graphviz will lay it out.</param>
/// <param name="Height">The file's height in pixels; null where Graphviz will lay it out.</param>
public sealed record DrawingInfo(int Layers, int Wires, double? Width, double? Height);

/// <summary>Draws the graph of a net: boxes for layers with type, shapes and parameters, wires with the blobs' names.</summary>
public static class GraphDrawing
{
    /// <summary>The extensions that can be written.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [.. SceneFile.Extensions, ".dot"];

    /// <summary>Checks that a file's extension is one of <see cref="Extensions"/>.</summary>
    /// <exception cref="ConfigException">It is another.</exception>
    public static void RequireExtension(string path) => SceneFile.RequireExtension(path, Extensions);

    /// <summary>Draws a net to a file, SVG, PNG or Graphviz's DOT by its extension. Whole or not at all.</summary>
    /// <param name="net">The net.</param>
    /// <param name="path">The file.</param>
    /// <param name="values">Whether to run the net forward and backward once and write, as the CS231n notes do, the
    /// values in green above each wire and the gradients in red below. In a net without a loss, the gradients are those of
    /// the sum of its outputs. The pass takes a batch from data layers and overwrites the parameters' gradients.</param>
    /// <exception cref="ConfigException">The extension is not allowed.</exception>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public static DrawingInfo Write<T>(Net<T> net, string path, bool values = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RequireExtension(path);
        var graph = GraphModel.Of(net, values ? WireValues.Run(net) : null);
        var layers = graph.Nodes.Count(node => node.Kind is not (NodeKind.Branch or NodeKind.End));
        if (Path.GetExtension(path).Equals(".dot", StringComparison.OrdinalIgnoreCase))
        {
            AtomicFile.Write(path, stream => DotWriter.Write(graph, stream));
            return new DrawingInfo(layers, graph.Wires.Count, null, null);
        }
        var (width, height) = SceneFile.Write(SceneBuilder.Build(graph), path);
        return new DrawingInfo(layers, graph.Wires.Count, width, height);
    }
}
