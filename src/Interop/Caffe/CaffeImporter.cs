using System.Text.Json.Nodes;

namespace NeuralFramework.Interop;

/// <summary>The files of a net of Caffe's.</summary>
/// <param name="Net">The prototxt of the net: that for training and testing, or that for deploying.</param>
public sealed record CaffeFiles(string Net)
{
    /// <summary>The prototxt for deploying, to be merged into the one for training; null: none.</summary>
    public string? Deploy { get; init; }

    /// <summary>The caffemodel; null: none.</summary>
    public string? Weights { get; init; }

    /// <summary>The prototxt of the solver; null: none.</summary>
    public string? Solver { get; init; }
}

/// <summary>A net taken over from another framework: the contents of the files of a model's folder.</summary>
/// <param name="Net">The net file.</param>
/// <param name="Solver">The solver file; null: none.</param>
/// <param name="Weights">The weights; null: none.</param>
/// <param name="Report">What became of each layer.</param>
public sealed record ImportedModel(JsonObject Net, JsonObject? Solver, SafeTensors? Weights, ParityReport Report);

/// <summary>
/// Takes over nets, solvers and weights of Caffe: prototxt files of the formats V0, V1 and V2, and caffemodels. See
/// docs/caffe.md for the layers.
/// </summary>
public sealed class CaffeImporter
{
    private readonly ParityReport report = new();
    private readonly Dictionary<string, (string Type, List<JsonObject> Made)> made = [];

    private CaffeImporter()
    {
    }

    /// <summary>Reads the files.</summary>
    /// <exception cref="ConfigException">A prototxt is missing or breaks the format: file, line, column.</exception>
    /// <exception cref="DataException">The caffemodel is missing, damaged, or does not fit the net.</exception>
    public static ImportedModel Import(CaffeFiles files) => new CaffeImporter().Read(files);

    private ImportedModel Read(CaffeFiles files)
    {
        var source = CaffeNet.Load(files.Net, files.Solver is { } solving ? CaffeSolver.TestStages(solving) : []);
        var layers = Map(source, []);
        if (files.Deploy is { } deploy)
            layers = CaffeMerge.Merge(layers, Map(CaffeNet.Load(deploy, []), [.. made.Keys]));
        RemarkOnFillers(layers);
        var net = new JsonObject { ["name"] = source.Name ?? "net" };
        if (source.ForceBackward)
            net["force_backward"] = true;
        net["layers"] = new JsonArray([.. layers]);
        var solver = files.Solver is { } path ? CaffeSolver.Load(path, report) : null;
        var weights = files.Weights is { } model ? ReadWeights(model) : null;
        return new ImportedModel(net, solver, weights, report);
    }

    private List<JsonObject> Map(CaffeNet net, HashSet<string> reported)
    {
        var layers = new List<JsonObject>();
        var owners = new Dictionary<string, PrototxtMessage>();
        foreach (var layer in net.Layers)
        {
            var (ours, line) = new CaffeLayerReader(layer, owners).Read();
            layers.AddRange(ours);
            if (reported.Contains(layer.Name) && made[layer.Name].Type == layer.Type)
                continue;
            report.Add(line);
            if (ours.Count > 0)
                made[layer.Name] = (layer.Type, ours);
        }
        foreach (var (path, field) in net.Message.Unread().Where(unread => !unread.Path.Contains('.')))
            report.Add($"'{path}' ({field.Place}) is not known: left out");
        CaffeMerge.RenameInPlace(layers);
        return layers;
    }

    private void RemarkOnFillers(List<JsonObject> layers)
    {
        var count = layers.Count(layer => !layer.ContainsKey("weight_filler")
            && (string)layer["type"]! is "Convolution" or "Deconvolution" or "InnerProduct" or "LSTM" or "RNN");
        if (count > 0)
            report.Add($"{count} layers have no weight_filler: their weights start as xavier has them; in Caffe as 0");
    }

    private SafeTensors ReadWeights(string path)
    {
        var weights = new CaffeWeights(path);
        var found = new HashSet<string>();
        foreach (var layer in CaffeModelFile.Load(path).Where(layer => layer.Blobs.Count > 0))
            if (!found.Add(layer.Name))
                throw new DataException($"{path}: received layer '{layer.Name}' twice with weights, allowed: once");
            else if (made.TryGetValue(layer.Name, out var ours))
                weights.Add(layer, ours.Type, ours.Made);
            else
                report.Add($"the weights of layer '{layer.Name}' are left out: the net has no such layer");
        if (weights.Tensors.Names.Count == 0)
            throw new DataException($"{path}: received weights of {string.Join(", ", found)}, allowed: those of layers of "
                + $"the net: {string.Join(", ", made.Keys)}");
        return weights.Tensors;
    }
}
