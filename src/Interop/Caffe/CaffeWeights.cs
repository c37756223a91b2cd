using System.Text.Json.Nodes;

namespace NeuralFramework.Interop;

/// <summary>Takes the blobs of a caffemodel over into weights of ours: with the axes that our parameters have, and in our
/// order.</summary>
/// <param name="path">The caffemodel, for messages.</param>
internal sealed class CaffeWeights(string path)
{
    // Caffe's gates are i, f, o, g.
    private static readonly int[] LstmGates = [0, 1, 3, 2];

    /// <summary>The weights.</summary>
    public SafeTensors Tensors { get; } = new();

    /// <summary>Adds the blobs of a layer.</summary>
    /// <param name="layer">The blobs.</param>
    /// <param name="type">The type of the layer in the net file.</param>
    /// <param name="made">The layers of ours that it became.</param>
    /// <exception cref="DataException">The blobs do not fit the layer.</exception>
    public void Add(CaffeLayerBlobs layer, string type, IReadOnlyList<JsonObject> made)
    {
        var name = (string)made[0]["name"]!;
        if (type == "LSTM")
        {
            Require(layer, 3);
            Add(name, 0, Gates(layer.Blobs[0], layer), 2, layer);
            Add(name, 1, Gates(layer.Blobs[2], layer), 2, layer);
            Add(name, 2, Gates(layer.Blobs[1], layer), 1, layer);
        }
        else if (type == "RNN")
        {
            Require(layer, 5);
            Add(name, 0, layer.Blobs[0], 2, layer);
            Add(name, 1, layer.Blobs[2], 2, layer);
            Add(name, 2, layer.Blobs[1], 1, layer);
            var product = (string)made[1]["name"]!;
            Add(product, 0, layer.Blobs[3], 2, layer);
            Add(product, 1, layer.Blobs[4], 1, layer);
        }
        else if (CaffeMapping.Of(type) is { Ranks.Length: > 0 } mapping)
            AddInOrder(name, layer, type, mapping.Ranks);
    }

    private void AddInOrder(string name, CaffeLayerBlobs layer, string type, int?[] ranks)
    {
        if (layer.Blobs.Count > ranks.Length)
            throw Misfit(layer, $"received {layer.Blobs.Count} blobs, allowed: at most {ranks.Length} for {type}");
        // Without a batch seen, Caffe takes mean and variance as 0, whatever is stored.
        var isUnused = type == "BatchNorm" && layer.Blobs is [_, _, { Values: [0] }];
        for (var i = 0; i < layer.Blobs.Count; i++)
        {
            var blob = layer.Blobs[i];
            if (isUnused)
                blob = blob with { Values = [.. new float[blob.Values.Count]] };
            Add(name, i, blob, ranks[i], layer);
        }
    }

    private void Add(string name, int index, CaffeBlob blob, int? rank, CaffeLayerBlobs layer)
    {
        var extents = blob.Extents.ToList();
        // Old files have four extents for all: those in front that are 1 are no axes.
        while (extents.Count > (rank ?? (blob.IsLegacy ? 1 : extents.Count)) && extents[0] == 1)
            extents.RemoveAt(0);
        if (rank is { } wanted && extents.Count != wanted)
            throw Misfit(layer, $"blob {index}: received the shape {string.Join('×', blob.Extents)}, allowed: {wanted} "
                + "axes");
        Tensors.Add($"param/{name}/{index}", new Shape([.. extents.Select(extent => (int)extent)]), blob.Span);
    }

    private CaffeBlob Gates(CaffeBlob blob, CaffeLayerBlobs layer) => Permuted(blob, LstmGates)
        ?? throw Misfit(layer, $"received {blob.Values.Count} values, allowed: a multiple of 4, one part a gate");

    /// <summary>The blob with its four gates in another order; null when it has not four parts.</summary>
    public static CaffeBlob? Permuted(CaffeBlob blob, IReadOnlyList<int> order)
    {
        if (blob.Values.Count % order.Count != 0)
            return null;
        var part = blob.Values.Count / order.Count;
        var values = new List<float>(blob.Values.Count);
        foreach (var gate in order)
            values.AddRange(blob.Span.Slice(gate * part, part));
        return blob with { Values = values };
    }

    private void Require(CaffeLayerBlobs layer, int count)
    {
        if (layer.Blobs.Count != count)
            throw Misfit(layer, $"received {layer.Blobs.Count} blobs, allowed: {count}");
    }

    private DataException Misfit(CaffeLayerBlobs layer, string what) => new($"{path}: layer '{layer.Name}': {what}");
}
