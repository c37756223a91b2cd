using NeuralFramework.Layers;

namespace NeuralFramework.Interop;

/// <summary>Makes a graph of a net, layer by layer.</summary>
internal sealed class OnnxNetWriter
{
    private readonly Net<float> net;
    private readonly OnnxGraphBuilder graph = new();
    private readonly List<OnnxValue> inputs = [];

    // The value that a blob is at the moment: one that layers overwrite in place is several, one after the other.
    private readonly Dictionary<Blob<float>, string> valueOf = [];

    public OnnxNetWriter(Net<float> net) => this.net = net;

    public IReadOnlyList<string> Remarks { get; private set; } = [];

    public OnnxModel Write()
    {
        var sources = net.Nodes.Where(IsInput).SelectMany(node => node.Top).Where(IsRead).ToList();
        var shapes = new OnnxShapes(net, sources);
        Remarks = shapes.Problems;
        foreach (var blob in sources)
        {
            valueOf[blob] = graph.Name(blob.Name);
            inputs.Add(new OnnxValue(valueOf[blob], OnnxType.Float, shapes.DimsOf(blob, valueOf[blob])));
        }
        var problems = new List<string>();
        foreach (var node in net.Nodes.Where(node => !IsInput(node)))
            try
            {
                Add(node, shapes);
            }
            catch (ConfigException error)
            {
                problems.AddRange(error.Problems);
                // So that what comes behind is looked at as well.
                foreach (var top in node.Top)
                    valueOf[top] = "";
            }
        if (problems.Count > 0)
            throw new ConfigException(problems);
        var outputs = net.Outputs.Where(blob => valueOf.ContainsKey(blob)).Select(blob => Output(blob, shapes)).ToList();
        return new OnnxModel
        {
            Opset = OnnxExporter.Opset,
            Producer = "NeuralFramework",
            GraphName = net.Config.Name,
            Nodes = graph.Nodes,
            Initializers = [.. graph.Initializers],
            Inputs = inputs,
            Outputs = outputs,
        };
    }

    // Data layers, and whatever else makes values of nothing, stand for what a program gives.
    private static bool IsInput(NetNode<float> node) =>
        node.Bottom.Count == 0 && node.Top.Count > 0
        && !(node.Layer is SourceLayer<float> source && (source is ConstantLayer<float> || source.Parameters.Count > 0));

    private bool IsRead(Blob<float> blob) => net.Nodes.Any(node => node.Bottom.Contains(blob));

    private void Add(NetNode<float> node, OnnxShapes shapes)
    {
        var layer = new OnnxLayer(node, graph, shapes, [.. node.Bottom.Select(blob => valueOf[blob])]);
        var first = graph.Nodes.Count;
        OnnxLayerWriters.Write(layer);
        for (var i = 0; i < node.Top.Count; i++)
            valueOf[node.Top[i]] = layer.Tops[i] is { } value ? NamedAsTop(node, i, value, first) : "";
    }

    private string NamedAsTop(NetNode<float> node, int index, string value, int first)
    {
        if (!graph.Nodes.Skip(first).Any(made => made.Outputs.Contains(value)))
            return value;
        var name = graph.Name(node.Config.Top?[index] ?? node.Layer.Name);
        graph.Rename(value, name, first);
        return name;
    }

    // A graph's output must be made by an operator, and be no input.
    private OnnxValue Output(Blob<float> blob, OnnxShapes shapes)
    {
        var value = valueOf[blob];
        if (!graph.Nodes.Any(node => node.Outputs.Contains(value)))
            value = graph.Add("Identity", blob.Name, [value], 1, [])[0];
        return new OnnxValue(value, OnnxType.Float, shapes.DimsOf(blob, value));
    }
}
