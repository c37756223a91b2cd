using System.Text.Json.Nodes;

namespace NeuralFramework.Interop;

/// <summary>Says that an operator has no layer, and why.</summary>
internal sealed class OnnxNotMappedException(string why) : Exception(why);

/// <summary>
/// Makes a net of a graph, operator by operator. Each layer is created and set up at once, so that shapes are known
/// where the next operator needs them.
/// </summary>
internal sealed class OnnxNetReader(OnnxModel model, string source)
{
    private readonly Dictionary<string, OnnxTensor> constants = [];
    private readonly Dictionary<string, Blob<float>> blobs = [];
    private readonly Dictionary<string, string> missing = [];
    private readonly HashSet<string> names = [];
    private readonly JsonArray layers = [];
    private readonly Dictionary<string, Layer<float>> layerOf = [];
    private readonly ParityReport report = new();

    /// <summary>The version of the standard operators.</summary>
    public long Opset => model.Opset;

    /// <summary>The operators that read a value.</summary>
    public ILookup<string, OnnxNode> Readers { get; } =
        model.Nodes.SelectMany(node => node.Inputs.Distinct().Select(name => (name, node))).ToLookup(pair => pair.name, pair => pair.node);

    public ImportedModel Read(IReadOnlyDictionary<string, Shape> shapes)
    {
        foreach (var tensor in model.Initializers)
            constants[tensor.Name] = tensor;
        var inputs = model.Inputs.Where(input => !constants.ContainsKey(input.Name)).ToList();
        foreach (var name in shapes.Keys)
            if (!inputs.Exists(input => input.Name == name))
                throw new ConfigException($"{source}: received a shape for the input '{name}', allowed: "
                    + string.Join(", ", inputs.Select(input => input.Name)));
        foreach (var input in inputs)
            AddInput(input, shapes.GetValueOrDefault(input.Name));
        foreach (var node in InOrder())
            Map(node);
        foreach (var output in model.Outputs)
            if (missing.TryGetValue(output.Name, out var why))
                report.Add($"the output '{output.Name}' is missing: {why}");
        var net = new JsonObject { ["name"] = model.GraphName.Length > 0 ? model.GraphName : "imported", ["layers"] = layers };
        Silence();
        var weights = new SafeTensors();
        foreach (var name in layers.Select(layer => (string)layer!["name"]!))
            for (var i = 0; i < layerOf[name].Parameters.Count; i++)
                weights.Add<float>($"param/{name}/{i}", layerOf[name].Parameters[i].Shape, layerOf[name].Parameters[i].Data);
        return new ImportedModel(net, null, weights, report);
    }

    public bool IsConstant(string value) => constants.ContainsKey(value);

    public bool IsMade(string value) => blobs.ContainsKey(value);

    public OnnxTensor Constant(string value)
    {
        if (!constants.TryGetValue(value, out var tensor))
            throw new OnnxNotMappedException($"its input '{value}' is computed, allowed: a constant");
        return tensor.Problem is null ? tensor : throw new OnnxNotMappedException($"of the tensor '{value}', {tensor.Problem}");
    }

    public void SetConstant(string value, OnnxTensor tensor) => constants[value] = tensor;

    public Blob<float> Blob(string value) => blobs.TryGetValue(value, out var blob) ? blob
        : throw new OnnxNotMappedException(missing.GetValueOrDefault(value)
            ?? (constants.ContainsKey(value) ? $"its input '{value}' is a constant" : $"nothing makes its input '{value}'"));

    public bool IsRead(string value) => value.Length > 0
        && (Readers.Contains(value) || model.Outputs.Any(output => output.Name == value));

    /// <summary>Lets a value stand for what is there already.</summary>
    public void Alias(string value, Blob<float> blob) => blobs[value] = blob;

    /// <summary>Adds a layer that makes the values <paramref name="tops"/>.</summary>
    /// <param name="type">The type.</param>
    /// <param name="options">Its options.</param>
    /// <param name="bottoms">What it reads.</param>
    /// <param name="tops">What it makes.</param>
    /// <param name="parameters">Its parameters' values; those behind stay as they start.</param>
    public Blob<float>[] Add(string type, JsonObject options, IReadOnlyList<Blob<float>> bottoms, string[] tops,
        params float[][] parameters)
    {
        string[] made = tops.Length > 0 ? [.. tops.Select(NewName)] : [NewName(type)];
        options["name"] = made[0];
        var layer = LayerRegistry.Create<float>(type, options);
        Blob<float>[] results = [.. made.Take(tops.Length).Select(name => new Blob<float>(name, [0]))];
        layer.Context = new NetContext { Phase = Phase.Deploy };
        layer.SetUp(bottoms, results);
        for (var i = 0; i < layer.Parameters.Count; i++)
        {
            var parameter = layer.Parameters[i];
            if (i < parameters.Length)
                parameter.Set(parameters[i].Length == parameter.Count ? parameters[i] : throw new OnnxNotMappedException(
                    $"received {parameters[i].Length} values for the parameter {i} of {type}, allowed: {parameter.Shape}"));
        }
        layerOf[made[0]] = layer;
        var json = new JsonObject { ["name"] = made[0], ["type"] = type };
        if (bottoms.Count > 0)
            json["bottom"] = new JsonArray([.. bottoms.Select(bottom => (JsonNode)bottom.Name)]);
        if (tops.Length != 1)
            json["top"] = new JsonArray([.. made.Take(tops.Length).Select(top => (JsonNode)top)]);
        foreach (var (member, value) in options)
            json[member] = value?.DeepClone();
        layers.Add(json);
        for (var i = 0; i < tops.Length; i++)
            blobs[tops[i]] = results[i];
        return results;
    }

    // What the graph computes and does not give is no output of the net either.
    private void Silence()
    {
        var read = layers.SelectMany(layer => layer!["bottom"]?.AsArray() ?? []).Select(name => (string)name!).ToHashSet();
        read.UnionWith(model.Outputs.Where(output => blobs.ContainsKey(output.Name)).Select(output => blobs[output.Name].Name));
        foreach (var blob in blobs.Values.Distinct().Where(blob => layerOf.ContainsKey(blob.Name) && !read.Contains(blob.Name)
            && layers.Any(layer => (string)layer!["name"]! == blob.Name)).ToList())
            Add("Silence", [], [blob], []);
    }

    private string NewName(string wanted)
    {
        var name = wanted;
        for (var i = 2; name.Length == 0 || !names.Add(name); i++)
            name = $"{wanted}_{i}";
        return name;
    }

    private void AddInput(OnnxValue input, Shape? shape)
    {
        if (shape is null && input.Dims is null)
            throw new DataException($"{source}: the input '{input.Name}' has no shape; allowed: a file that gives its extents, or a "
                + "shape given beside it");
        if (shape is null)
            foreach (var dim in input.Dims!)
                if (dim.Extent is < 0 or > int.MaxValue)
                    throw new DataException($"{source}: the input '{input.Name}' has the extent {dim.Extent}, allowed: 0 to {int.MaxValue}");
        shape ??= [.. input.Dims!.Select(dim => (int)(dim.Extent is > 0 and { } extent ? extent : 1))];
        Add("Input", new JsonObject { ["shape"] = new JsonArray([.. shape.Select(extent => (JsonNode)extent)]) }, [], [input.Name]);
    }

    private void Map(OnnxNode node)
    {
        var name = node.Name.Length > 0 ? node.Name : node.Outputs.FirstOrDefault() ?? node.Type;
        var context = new OnnxContext(this, node);
        var before = layers.Count;
        try
        {
            if (!context.IsFolded())
                OnnxOperators.Map(context);
            var made = string.Join(", ", layers.Skip(before).Select(layer => (string?)layer!["type"]));
            report.Add(new ParityLine(name, node.Type, context.Remark is null ? Parity.Mapped : Parity.Different,
                made.Length > 0 ? made : null, context.Remark));
        }
        catch (Exception error) when (error is OnnxNotMappedException or NeuralFrameworkException)
        {
            for (; layers.Count > before; layers.RemoveAt(layers.Count - 1))
                Forget((string)layers[^1]!["name"]!);
            report.Add(new ParityLine(name, node.Type, Parity.NotSupported, null, error.Message));
            foreach (var output in node.Outputs)
                missing[output] = $"{node.Type} '{name}' is not supported";
        }
    }

    private void Forget(string layer)
    {
        foreach (var value in blobs.Where(entry => entry.Value.Name == layer).Select(entry => entry.Key).ToList())
            blobs.Remove(value);
    }

    // The format wants the operators sorted; a graph that only can be sorted is taken as well.
    private List<OnnxNode> InOrder()
    {
        var makers = new Dictionary<string, OnnxNode>();
        foreach (var node in model.Nodes)
            foreach (var output in node.Outputs.Where(output => output.Length > 0))
                if (!makers.TryAdd(output, node) || constants.ContainsKey(output) || blobs.ContainsKey(output))
                    throw new DataException($"{source}: two make the value '{output}', allowed: one");
        var waiting = model.Nodes.ToDictionary(node => node, node => node.Inputs.Where(makers.ContainsKey).Distinct().Count(),
            (IEqualityComparer<OnnxNode>)ReferenceEqualityComparer.Instance);
        var ready = new Queue<OnnxNode>(model.Nodes.Where(node => waiting[node] == 0));
        var sorted = new List<OnnxNode>();
        while (ready.TryDequeue(out var node))
        {
            sorted.Add(node);
            foreach (var reader in node.Outputs.Where(output => output.Length > 0).Distinct().SelectMany(output => Readers[output]))
                if (--waiting[reader] == 0)
                    ready.Enqueue(reader);
        }
        return sorted.Count == model.Nodes.Count ? sorted : throw new DataException($"{source}: the operators "
            + string.Join(", ", model.Nodes.Where(node => waiting[node] > 0).Take(5)
                .Select(node => $"{node.Type} '{node.Outputs.FirstOrDefault()}'")) + " form a circle, allowed: none");
    }
}
