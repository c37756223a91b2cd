using System.Numerics;
using System.Runtime.CompilerServices;

namespace NeuralFramework;

/// <summary>
/// Builds a net from its wiring: creates the blobs, inserts splits, sets up each layer in order, applies what the
/// definition says of the parameters, and finds out which gradients are needed. Running is the net's affair.
/// </summary>
internal sealed class NetBuilder<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly NetConfig config;
    private readonly NetContext context;
    private readonly List<NetNode<T>> nodes = [];
    private readonly Dictionary<string, Blob<T>> blobs = [];
    private readonly Dictionary<Wiring<T>.Wire, Blob<T>> blobOf = [];
    private readonly Dictionary<(Wiring<T>.WiredLayer, int), Blob<T>> branchOf = [];
    private readonly Dictionary<string, (Parameter<T> Parameter, LayerConfig Owner)> named = [];

    private NetBuilder(NetConfig config, NetContext context) => (this.config, this.context) = (config, context);

    public static Net<T> Build(NetConfig config, NetContext context)
    {
        var builder = new NetBuilder<T>(config, context);
        using var account = MemoryLimit.BeginNet();
        foreach (var wired in Wiring<T>.Of(config, context.Phase))
            builder.Add(wired);
        var net = new Net<T>(config, context, builder.nodes, new BlobCollection<T>(builder.blobs));
        if (context.Phase == Phase.Train)
            MemoryLimit.Require(BytesOfGradients(net), $"{config.Source}: the gradients of net '{config.Name}'");
        return net;
    }

    private static long BytesOfGradients(Net<T> net) => Unsafe.SizeOf<T>()
        * (net.Parameters.Where(parameter => parameter.NeedsGradient).Sum(parameter => (long)parameter.Count)
            + net.Nodes.SelectMany(node => node.Top).Distinct().Where(net.IsGradientComputed).Sum(blob => (long)blob.Count));

    private void Add(Wiring<T>.WiredLayer wired)
    {
        var bottoms = wired.Bottoms.Select((wire, i) => branchOf.GetValueOrDefault((wired, i)) ?? blobOf[wire]).ToArray();
        var tops = wired.Tops.Select(wire => new Blob<T>(wire.Name, new Shape(0))).ToArray();
        if (wired.IsInPlace)
            tops[0] = bottoms[0];
        Append(new NetNode<T>(wired.Config, wired.Layer, bottoms, tops));
        for (var i = 0; i < tops.Length; i++)
        {
            blobOf[wired.Tops[i]] = blobs[wired.Tops[i].Name] = tops[i];
            InsertSplit(wired.Tops[i], tops[i], wired.Config);
        }
    }

    /// <summary>Hands a blob that several gradients flow back to through a split. Readers that send none back, such as
    /// Accuracy, read the blob itself.</summary>
    private void InsertSplit(Wiring<T>.Wire wire, Blob<T> blob, LayerConfig maker)
    {
        var readers = wire.GradientReaders.ToList();
        if (readers.Count < 2)
            return;
        var name = $"{wire.Name}_{maker.Name}_split";
        var branches = readers.Select((_, i) => new Blob<T>($"{name}_{i}", new Shape(0))).ToArray();
        var layer = new SplitLayer<T> { Name = name };
        Append(new NetNode<T>(new LayerConfig(name, "Split") { Place = maker.Place }, layer, [blob], branches) { IsInserted = true });
        for (var i = 0; i < readers.Count; i++)
        {
            branchOf[readers[i]] = branches[i];
            blobs[branches[i].Name] = branches[i];
        }
    }

    private void Append(NetNode<T> node)
    {
        node.Layer.Context = context;
        try
        {
            node.Layer.SetUp(node.Bottom, node.Top);
            // A layer of a user's may have a SetUp that does not call the base.
            node.Layer.Reshape(node.Bottom, node.Top);
        }
        catch (ShapeException error)
        {
            var trace = string.Concat(nodes.Select(earlier => $"{Environment.NewLine}    {earlier}"));
            throw new ShapeException($"{node.Config.Place}: {node.Named(error.Message)}"
                + (trace.Length > 0 ? $"{Environment.NewLine}  the shapes up to there:{trace}" : ""), error);
        }
        ConfigureParameters(node);
        node.LossWeights = LossWeightsOf(node);
        nodes.Add(node);
    }

    private void ConfigureParameters(NetNode<T> node)
    {
        var definition = node.Config;
        var parameters = node.Layer.Parameters;
        var lrMults = PerParameter(definition.LrMult, "lr_mult");
        var decayMults = PerParameter(definition.DecayMult, "decay_mult");
        // Multiplied, so that what the layer has frozen, such as running statistics, stays frozen.
        for (var i = 0; i < parameters.Count; i++)
        {
            parameters[i].LrMult *= lrMults is null ? 1 : lrMults[lrMults.Count == 1 ? 0 : i];
            parameters[i].DecayMult *= decayMults is null ? 1 : decayMults[decayMults.Count == 1 ? 0 : i];
        }
        var names = definition.ParamName;
        if (names is not null && names.Count > parameters.Count)
            throw new ConfigException($"{definition}: member 'param_name': received {names.Count} names, allowed: at most "
                + $"{parameters.Count}, one a parameter");
        for (var i = 0; i < (names?.Count ?? 0); i++)
            if (names![i].Length > 0)
                Share(node, i, names[i]);

        OneOrMany<double>? PerParameter(OneOrMany<double>? values, string member) =>
            values is null || (values.Count == 1 && parameters.Count > 0) || values.Count == parameters.Count
                ? values
                : throw new ConfigException($"{definition}: member '{member}': received {values.Count} value"
                    + $"{(values.Count == 1 ? "" : "s")}, allowed: " + (parameters.Count == 0
                        ? "none; the layer has no parameters" : $"1, or {parameters.Count}, one a parameter"));
    }

    private void Share(NetNode<T> node, int index, string name)
    {
        var own = node.Layer.Parameters[index];
        if (!named.TryGetValue(name, out var first))
        {
            named[name] = (own, node.Config);
            return;
        }
        var shared = first.Parameter;
        if (own.LrMult != shared.LrMult || own.DecayMult != shared.DecayMult)
            throw new ConfigException($"{node.Config}: the parameter '{name}' is shared with layer '{first.Owner.Name}': received "
                + $"lr_mult {own.LrMult} and decay_mult {own.DecayMult}, allowed: {shared.LrMult} and {shared.DecayMult} as there");
        try
        {
            node.Layer.ShareParameter(index, shared);
        }
        catch (ShapeException error)
        {
            throw new ShapeException($"{node.Config.Place}: {error.Message}", error);
        }
    }

    private static double[] LossWeightsOf(NetNode<T> node)
    {
        var given = node.Config.LossWeight;
        if (given is not null && given.Count != node.Top.Count)
            throw new ConfigException($"{node.Config}: member 'loss_weight': received {given.Count} values, allowed: "
                + $"{node.Top.Count}, one a top");
        return [.. node.Top.Select((_, i) => given?[i] ?? (node.Layer.IsLoss && i == 0 ? 1 : 0))];
    }
}
