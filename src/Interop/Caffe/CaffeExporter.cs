using System.Text.Json.Nodes;

namespace NeuralFramework.Interop;

/// <summary>Files for another framework: what writes each, by its name, and what became of each layer.</summary>
/// <param name="Files">What writes a file to a path, by the file's name.</param>
/// <param name="Report">What became of each layer.</param>
public sealed record ExportedModel(IReadOnlyDictionary<string, Action<string>> Files, ParityReport Report);

/// <summary>
/// Writes a model as files of Caffe's: <c>train_val.prototxt</c> with the layers of the phases train and test,
/// <c>deploy.prototxt</c> with those of deploy, <c>solver.prototxt</c>, and <c>weights.caffemodel</c>.
/// </summary>
public sealed class CaffeExporter
{
    private const string TrainingFile = "train_val.prototxt";

    private readonly NetConfig net;
    private readonly ParityReport report = new();
    private readonly Dictionary<string, (ResolvedLayer Layer, List<CaffeWrittenLayer> Made)> written = [];

    private CaffeExporter(NetConfig net) => this.net = net;

    /// <summary>Makes the files.</summary>
    /// <param name="net">The net.</param>
    /// <param name="solver">The solver file; null: none.</param>
    /// <param name="weights">The weights; null: none.</param>
    /// <param name="source">The weights' file, for messages.</param>
    /// <exception cref="DataException">The weights lack a parameter.</exception>
    public static ExportedModel Export(NetConfig net, JsonObject? solver, SafeTensors? weights, string source) =>
        new CaffeExporter(net).Make(solver, weights, source);

    private ExportedModel Make(JsonObject? solver, SafeTensors? weights, string source)
    {
        var (train, test, deploy) = (ResolvedLayer.Of(net, Phase.Train), ResolvedLayer.Of(net, Phase.Test),
            ResolvedLayer.Of(net, Phase.Deploy));
        var files = new Dictionary<string, Action<string>>();
        var isDeployAlone = train.Count == deploy.Count && !train.Where((layer, i) => !layer.IsSame(deploy[i])).Any();
        if (!isDeployAlone)
            AddText(files, TrainingFile, NetOf(Both(train, test)));
        if (deploy.Count > 0)
            AddText(files, "deploy.prototxt", NetOf([.. deploy.Select(layer => (layer, (string?)null))]));
        if (solver is not null && !isDeployAlone)
            AddText(files, "solver.prototxt", CaffeSolverWriter.Write(solver, TrainingFile, report));
        if (weights is not null)
        {
            var blobs = Blobs(weights, source);
            files["weights.caffemodel"] = path =>
                AtomicFile.Write(path, stream => CaffeModelWriter.Write(stream, net.Name, blobs));
        }
        return new ExportedModel(files, report);
    }

    private void AddText(Dictionary<string, Action<string>> files, string name, PrototxtMessage message)
    {
        var text = PrototxtWriter.Write(message, $"{net.Name}, written by NeuralFramework");
        files[name] = path => File.WriteAllText(path, text);
    }

    // In the order of the file; a layer that is in one phase alone, or reads other blobs in the other, has a rule.
    private List<(ResolvedLayer Layer, string? Phase)> Both(List<ResolvedLayer> train, List<ResolvedLayer> test)
    {
        var result = new List<(ResolvedLayer, string?)>();
        foreach (var config in net.Layers)
        {
            var one = train.Find(layer => layer.Config == config);
            var two = test.Find(layer => layer.Config == config);
            if (one is not null && two is not null && one.IsSame(two))
                result.Add((one, null));
            else
            {
                if (one is not null)
                    result.Add((one, "TRAIN"));
                if (two is not null)
                    result.Add((two, "TEST"));
            }
        }
        return result;
    }

    private PrototxtMessage NetOf(List<(ResolvedLayer Layer, string? Phase)> layers)
    {
        var message = new PrototxtMessage("net");
        message.AddText("name", net.Name);
        if (net.ForceBackward)
            message.AddWord("force_backward", "true");
        foreach (var (layer, phase) in layers)
        {
            var (made, line) = new CaffeLayerWriter(layer, phase).Write();
            foreach (var one in made)
                message.Add(new PrototxtField("layer", one.Message));
            // Of a layer in several phases and files, the first is told.
            if (!report.Lines.Contains(line))
                report.Add(line);
            written.TryAdd($"{line.Layer}:{line.Type}", (layer, made));
        }
        return message;
    }

    private List<CaffeLayerBlobs> Blobs(SafeTensors weights, string source)
    {
        var owners = OwnersOfNames();
        var result = new List<CaffeLayerBlobs>();
        foreach (var (layer, made) in written.Values)
            foreach (var one in made.Where(one => one.Blobs.Count > 0))
            {
                var blobs = one.Blobs.Select(index => BlobOf(layer.Config, index, weights, owners))
                    .OfType<CaffeBlob>().ToList();
                if (blobs.Count > 0)
                    result.Add(new CaffeLayerBlobs(one.Name, one.Type, Arranged(one.Type, blobs)));
            }
        return result.Count > 0 ? result : throw new DataException($"{source}: received "
            + $"{string.Join(", ", weights.Names)}, allowed: weights of the net '{net.Name}'");
    }

    private static List<CaffeBlob> Arranged(string type, List<CaffeBlob> blobs)
    {
        // Caffe's gates are i, f, o, g.
        if (type == "LSTM")
            return blobs.ConvertAll(blob => CaffeWeights.Permuted(blob, [0, 1, 3, 2])!);
        // A weight of 0 means there that mean and variance are 0; here, that they are as they stand.
        if (type == "BatchNorm" && blobs is [_, _, { Values: [0] }])
            blobs[2] = blobs[2] with { Values = [1] };
        return blobs;
    }

    private static CaffeBlob? BlobOf(LayerConfig layer, int index, SafeTensors weights, Dictionary<string, string> owners)
    {
        var name = $"param/{layer.Name}/{index}";
        if (weights.ShapeOf(name) is null && layer.ParamName is { } shared && index < shared.Count)
            name = owners.GetValueOrDefault(shared[index], name);
        if (weights.ShapeOf(name) is not { } shape)
            return null;
        var values = new float[shape.Size];
        weights.CopyTo<float>(name, values);
        return new CaffeBlob([.. shape.Select(extent => (long)extent)], [.. values]);
    }

    private Dictionary<string, string> OwnersOfNames()
    {
        var owners = new Dictionary<string, string>();
        foreach (var layer in net.Layers)
            for (var i = 0; i < (layer.ParamName?.Count ?? 0); i++)
                if (layer.ParamName![i].Length > 0)
                    owners.TryAdd(layer.ParamName[i], $"param/{layer.Name}/{i}");
        return owners;
    }
}
