using System.Numerics;
using System.Text.Json.Nodes;

namespace NeuralFramework.Solvers;

/// <summary>Runs the step of a <see cref="DivergenceBundle"/> again, layer by layer, and finds the first number that is
/// not finite.</summary>
/// <typeparam name="T">The element type of the training.</typeparam>
public sealed class Replay<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly string path;
    private readonly SafeTensors batch;
    private readonly Net<T> net;
    private readonly NonFiniteFinder<T> finder;

    private Replay(string path)
    {
        this.path = path;
        Bundle = DivergenceBundle.Read(path);
        batch = SafeTensors.Load(DivergenceBundle.BatchIn(path));
        net = BuildNet();
        net.LoadWeights(DivergenceBundle.WeightsIn(path));
        net.Context.Iteration = Bundle.Pass;
        foreach (var name in batch.Names)
            batch.CopyTo(name, net.Blobs[name].Data);
        finder = new NonFiniteFinder<T>(batch.Names.Select(name => batch.ShapeOf(name)!)
            .FirstOrDefault(shape => shape.Rank > 0)?[0]);
    }

    /// <summary>What the bundle says of itself.</summary>
    public DivergenceBundle Bundle { get; }

    /// <summary>Opens a bundle.</summary>
    /// <exception cref="ConfigException">The folder is no bundle, or its definitions have problems.</exception>
    /// <exception cref="DataException">Weights or batch are missing or damaged.</exception>
    public static Replay<T> Open(string path) => new(path);

    /// <summary>Runs the step: forward, then backward.</summary>
    /// <returns>The first number that is not finite; null when all are.</returns>
    public ReplayFinding? Run() => InBatch() ?? Forward() ?? Backward();

    private ReplayFinding? InBatch()
    {
        foreach (var name in batch.Names)
            if (finder.InBlob(net.Blobs[name], net.Blobs[name].Data) is { } found)
            {
                var layer = DivergenceBundle.LayerOf(batch, name);
                var type = NetConfig.Load(path).Layers.FirstOrDefault(config => config.Name == layer)?.Type ?? "";
                return found with { Layer = layer, LayerType = type, Part = ReplayPart.Data };
            }
        return null;
    }

    private ReplayFinding? Forward()
    {
        for (var i = 0; i < net.Nodes.Count; i++)
        {
            var node = net.Nodes[i];
            if (finder.InWeights(node) is { } weight)
                return weight;
            net.ForwardNode(i);
            if (finder.InValues(node) is { } value)
                return value;
        }
        return null;
    }

    private ReplayFinding? Backward()
    {
        net.ClearGradients();
        for (var i = net.Nodes.Count - 1; i >= 0; i--)
        {
            net.BackwardNode(i);
            if (net.Nodes[i].NeedsBackward && finder.InGradients(net.Nodes[i]) is { } gradient)
                return gradient;
        }
        return null;
    }

    // The layers that served the batch are replaced by inputs of its shapes, so that no data set is needed.
    private Net<T> BuildNet()
    {
        var config = NetConfig.Load(path);
        var served = batch.Names.Select(name => DivergenceBundle.LayerOf(batch, name)).ToHashSet();
        var others = config.Layers.Where(layer => layer.IsIn(Phase.Train) && !served.Contains(layer.Name!));
        var inputs = new JsonArray([.. batch.Names.Select(name => (JsonNode)new JsonObject
        {
            ["name"] = $"{DivergenceBundle.LayerOf(batch, name)}/{name}",
            ["type"] = "Input",
            ["top"] = name,
            ["shape"] = new JsonArray([.. batch.ShapeOf(name)!.Select(extent => (JsonNode)extent)]),
        })]);
        var layers = inputs.Count == 0 ? []
            : NetConfig.Read(ConfigDocument.FromNode(new JsonObject { ["layers"] = inputs },
                DivergenceBundle.BatchIn(path))).Layers;
        return Net<T>.FromConfig(config with { Layers = [.. layers, .. others] }, Phase.Train, Bundle.Seed);
    }
}
