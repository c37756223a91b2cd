namespace NeuralFramework.Interop;

/// <summary>Collects the operators and constants of a graph, and gives each value a name of its own.</summary>
internal sealed class OnnxGraphBuilder
{
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OnnxTensor> initializers = [];
    private readonly List<OnnxNode> nodes = [];

    public IReadOnlyList<OnnxNode> Nodes => nodes;

    public IReadOnlyCollection<OnnxTensor> Initializers => initializers.Values;

    /// <summary>Takes a name: the wanted one, with a number behind it if it is taken.</summary>
    public string Name(string wanted)
    {
        var name = wanted;
        for (var i = 2; name.Length == 0 || !names.Add(name); i++)
            name = $"{wanted}_{i}";
        return name;
    }

    /// <summary>Adds an operator and returns its outputs, named after the layer it belongs to.</summary>
    public string[] Add(string type, string layer, string[] inputs, int outputs, OnnxAttribute[] attributes)
    {
        var name = $"{layer}/{type}";
        string[] made = [.. Enumerable.Range(0, outputs).Select(_ => Name(name))];
        nodes.Add(new OnnxNode(type, made[0], inputs, made, attributes));
        return made;
    }

    /// <summary>Adds a constant under a name, once however often it is asked for: layers share parameters.</summary>
    public string Constant(string key, Func<string, OnnxTensor> make)
    {
        if (initializers.TryGetValue(key, out var known))
            return known.Name;
        var tensor = make(Name(key));
        initializers.Add(key, tensor);
        return tensor.Name;
    }

    /// <summary>Whether a value is a constant.</summary>
    public bool IsConstant(string value) => initializers.Values.Any(tensor => tensor.Name == value);

    /// <summary>Gives a value that an operator from <paramref name="first"/> on makes another name.</summary>
    public bool Rename(string value, string name, int first)
    {
        if (nodes.FindIndex(first, node => node.Outputs.Contains(value)) < 0)
            return false;
        for (var i = first; i < nodes.Count; i++)
            nodes[i] = nodes[i] with
            {
                Inputs = [.. nodes[i].Inputs.Select(input => input == value ? name : input)],
                Outputs = [.. nodes[i].Outputs.Select(output => output == value ? name : output)],
            };
        return true;
    }
}
