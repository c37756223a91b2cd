namespace NeuralFramework.Interop;

/// <summary>A layer of a net with the names of its blobs, those left out in the file too.</summary>
internal sealed record ResolvedLayer(LayerConfig Config, IReadOnlyList<string> Bottoms, IReadOnlyList<string> Tops)
{
    /// <summary>The layers of a phase. A net that can be built is taken for granted: names are not checked.</summary>
    public static List<ResolvedLayer> Of(NetConfig net, Phase phase)
    {
        var result = new List<ResolvedLayer>();
        var known = new HashSet<string>();
        var elsewhere = net.Layers.Where(layer => !layer.IsIn(phase)).SelectMany(TopNames).ToHashSet();
        foreach (var config in net.Layers.Where(layer => layer.IsIn(phase)))
        {
            var layer = LayerRegistry.Create<float>(config);
            IReadOnlyList<string> bottoms = config.Bottom is { } given ? [.. given]
                : layer.Bottoms.Max > 0 && result is [.., { Tops: [var top, ..] }] ? [top] : [];
            if (phase == Phase.Deploy && bottoms.Any(name => !known.Contains(name) && elsewhere.Contains(name)))
            {
                elsewhere.UnionWith(TopNames(config));
                continue;
            }
            var hasNone = config.Top is null && layer.Tops.Max == 0;
            result.Add(new ResolvedLayer(config, bottoms, hasNone ? [] : [.. TopNames(config)]));
            known.UnionWith(result[^1].Tops);
        }
        return result;
    }

    /// <summary>Whether both are the same layer with the same blobs.</summary>
    public bool IsSame(ResolvedLayer other) =>
        Config == other.Config && Bottoms.SequenceEqual(other.Bottoms) && Tops.SequenceEqual(other.Tops);

    private static IEnumerable<string> TopNames(LayerConfig config) => config.Top ?? [config.Name ?? config.Type];
}
