using System.Numerics;

namespace NeuralFramework;

/// <summary>What the layers of a net know of the meaning of its weights; see <see cref="IWeightsMetadata"/>.</summary>
public static class WeightsMetadata
{
    // More of it would hide the message.
    private const int MostShown = 60;

    /// <summary>Refuses nets that do not mean the same, before one reads the weights of the other.</summary>
    /// <exception cref="ConfigException">Two layers have other texts of a key; the message names both.</exception>
    public static void RequireSame<T>(params ReadOnlySpan<Net<T>> nets)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var known = new Dictionary<string, (Layer<T> Layer, string Text)>();
        foreach (var net in nets)
            foreach (var (layer, key, text) in Of(net))
                if (known.TryAdd(key, (layer, text)) is false && known[key].Text != text)
                    throw new ConfigException($"{layer}: received the {key} {Shown(text, known[key].Text)}, allowed: "
                        + $"{Shown(known[key].Text, text)}, that of {known[key].Layer}");
    }

    internal static void AddTo<T>(SafeTensors file, Net<T> net) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RequireSame(net);
        foreach (var (_, key, text) in Of(net))
            file.Metadata[key] = text;
    }

    /// <summary>Refuses weights that were learned on something else. Files without the metadata, of other programs, are
    /// taken.</summary>
    internal static void Require<T>(SafeTensors file, Net<T> net, string path)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (var (layer, key, text) in Of(net))
            if (file.Metadata.TryGetValue(key, out var received) && received != text)
                throw new DataException($"{path}: was learned with another {key}: received {Shown(received, text)}, "
                    + $"allowed: {Shown(text, received)}, that of {layer}");
    }

    private static IEnumerable<(Layer<T> Layer, string Key, string Text)> Of<T>(Net<T> net)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (var layer in net.Layers)
            if (layer is IWeightsMetadata known)
                yield return (layer, known.MetadataKey, known.MetadataText);
    }

    /// <summary>The part of a text around the first place where it differs from another.</summary>
    private static string Shown(string text, string other)
    {
        var place = text.AsSpan().CommonPrefixLength(other);
        var from = Math.Clamp(place - MostShown / 2, 0, Math.Max(0, text.Length - MostShown));
        var to = Math.Min(text.Length, from + MostShown);
        return $"{(from > 0 ? "… " : "")}{text[from..to]}{(to < text.Length ? " …" : "")}";
    }
}
