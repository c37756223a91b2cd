using System.Numerics;

namespace NeuralFramework;

/// <summary>
/// Turns the names in a net's definition into a graph: which layer's top each bottom is, what runs in place, where a
/// split is needed. Looks at no data and no shapes. All problems are reported at once.
/// </summary>
internal sealed class Wiring<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Phase phase;
    private readonly Dictionary<string, Wire> current = [];
    private readonly Dictionary<string, WiredLayer> layersByName = [];
    private readonly HashSet<string> madeInOtherPhases;
    private readonly List<string> problems = [];
    private WiredLayer? previous;

    /// <summary>One top of one layer, and who reads it. A name may stand for several wires one after the other, when
    /// layers overwrite it in place.</summary>
    internal sealed class Wire(string name, WiredLayer maker)
    {
        public string Name => name;

        public WiredLayer Maker => maker;

        public List<(WiredLayer Layer, int Index)> Readers { get; } = [];

        public IEnumerable<(WiredLayer Layer, int Index)> GradientReaders =>
            Readers.Where(reader => reader.Layer.Layer.PropagatesTo(reader.Index));
    }

    internal sealed class WiredLayer(LayerConfig config, Layer<T> layer)
    {
        public LayerConfig Config => config;

        public Layer<T> Layer => layer;

        public List<Wire> Bottoms { get; } = [];

        public List<Wire> Tops { get; } = [];

        /// <summary>Whether the first top may be the same memory as the first bottom, if nobody minds.</summary>
        public bool WantsInPlace { get; set; }

        /// <summary>Whether the first top is the same blob as the first bottom.</summary>
        public bool IsInPlace => WantsInPlace && Bottoms[0].Readers.Count == 1 && Bottoms[0].Maker.MayBeOverwritten;

        // A value that counts in the loss is looked at after the pass as well, and a gradient check passes inputs
        // through the net again and again.
        private bool MayBeOverwritten =>
            Bottoms.Count > 0 && !layer.BackwardReadsTopData && !layer.IsLoss && config.LossWeight is null;
    }

    private Wiring(NetConfig config, Phase phase)
    {
        this.phase = phase;
        madeInOtherPhases = [.. config.Layers.Where(layer => !layer.IsIn(phase)).SelectMany(TopNames)];
        foreach (var layer in config.Layers.Where(layer => layer.IsIn(phase)))
            Connect(layer);
        if (layersByName.Count == 0 && problems.Count == 0)
            problems.Add($"{config.Source}: net '{config.Name}' has no layer for the phase {Word(phase)}");
    }

    public static List<WiredLayer> Of(NetConfig config, Phase phase)
    {
        var wiring = new Wiring<T>(config, phase);
        return wiring.problems.Count == 0 ? [.. wiring.layersByName.Values] : throw new ConfigException(wiring.problems);
    }

    private static string Word(Phase phase) => phase.ToString().ToLowerInvariant();

    private static IEnumerable<string> TopNames(LayerConfig config) => config.Top ?? [config.Name ?? config.Type];

    private void Connect(LayerConfig config)
    {
        var layer = LayerRegistry.Create<T>(config);
        var bottoms = BottomNames(config, layer).ToList();
        // Deployed without labels: what needs a blob of the training or test data alone has no place here.
        if (phase == Phase.Deploy && bottoms.Any(name => !current.ContainsKey(name) && madeInOtherPhases.Contains(name)))
        {
            madeInOtherPhases.UnionWith(TopNames(config));
            return;
        }
        var wired = new WiredLayer(config, layer);
        if (!layersByName.TryAdd(layer.Name, wired))
        {
            problems.Add($"{config}: received a name that {layersByName[layer.Name].Config.Place} has already, "
                + "allowed: a name of its own");
            return;
        }
        foreach (var name in bottoms)
            ConnectBottom(wired, name);
        ConnectTops(wired, [.. TopNames(config)]);
        if (!layer.Bottoms.Allows(bottoms.Count))
            problems.Add($"{config}: member 'bottom': received {bottoms.Count} blobs ({string.Join(", ", bottoms)}), "
                + $"allowed: {layer.Bottoms}");
        previous = wired;
    }

    private IEnumerable<string> BottomNames(LayerConfig config, Layer<T> layer) =>
        config.Bottom ?? (layer.Bottoms.Max > 0 && previous?.Tops.Count > 0 ? [previous.Tops[0].Name] : []);

    private void ConnectBottom(WiredLayer wired, string name)
    {
        if (current.TryGetValue(name, out var wire))
        {
            wire.Readers.Add((wired, wired.Bottoms.Count));
            wired.Bottoms.Add(wire);
            return;
        }
        problems.Add($"{wired.Config}: member 'bottom': received '{name}', which no layer before it makes in the phase "
            + $"{Word(phase)}; allowed: {(current.Count > 0 ? string.Join(", ", current.Keys) : "nothing yet")}"
            + Suggestion.For(name, current.Keys) + Trace());
    }

    private void ConnectTops(WiredLayer wired, List<string> names)
    {
        var (config, layer) = (wired.Config, wired.Layer);
        if (config.Top is null && layer.Tops.Max == 0)
            names.Clear();
        if (!layer.Tops.Allows(names.Count))
            problems.Add($"{config}: member 'top': received {names.Count} names ({string.Join(", ", names)}), "
                + $"allowed: {layer.Tops}");
        foreach (var name in names)
        {
            var repeats = current.TryGetValue(name, out var earlier);
            var inPlace = repeats && wired.Tops.Count == 0 && wired.Bottoms.Count > 0 && wired.Bottoms[0] == earlier;
            if (repeats && !inPlace)
                problems.Add($"{config}: member 'top': received '{name}', which {earlier!.Maker.Layer} makes already, "
                    + "allowed: a new name, or that of the first bottom to run in place");
            wired.WantsInPlace |= inPlace;
            wired.Tops.Add(current[name] = new Wire(name, wired));
        }
        wired.WantsInPlace |= config.InPlace;
        if (wired.WantsInPlace && !layer.CanRunInPlace)
            problems.Add($"{config}: member '{(config.InPlace ? "in_place" : "top")}': received a layer that is to run in "
                + "place, allowed: a type that can, such as ReLU; this one needs its bottom's values");
        wired.WantsInPlace &= layer.CanRunInPlace && wired.Bottoms.Count > 0;
    }

    private string Trace() => string.Concat(layersByName.Values.SkipLast(1).Select(wired =>
        $"{Environment.NewLine}    {wired.Layer.Name} ({wired.Layer.Type}): "
        + $"{string.Join(", ", wired.Bottoms.Select(wire => wire.Name))} -> {string.Join(", ", wired.Tops.Select(wire => wire.Name))}"));
}
