namespace NeuralFramework.Interop;

/// <summary>Which code writes the operators of which type of layer.</summary>
internal static class OnnxLayerWriters
{
    private const string Loss = "it is a loss, which needs the labels and has no use when the net answers; build the net "
        + "for the phase deploy, or limit the layer to train and test";

    private static readonly SortedDictionary<string, Action<OnnxLayer>> Writers = new(
        new[]
        {
            OnnxElementwise.Writers, OnnxGates.Writers, OnnxProducts.Writers, OnnxImages.Writers,
            OnnxNormalizations.Writers, OnnxReductions.Writers, OnnxRearrangements.Writers, OnnxRecurrent.Writers,
        }.SelectMany(group => group).ToDictionary(), StringComparer.Ordinal);

    /// <summary>The types of layers that can be exported.</summary>
    public static IReadOnlyCollection<string> Types => Writers.Keys;

    /// <summary>Writes the operators of a layer.</summary>
    /// <exception cref="ConfigException">It cannot be exported.</exception>
    public static void Write(OnnxLayer layer)
    {
        var type = layer.Node.Layer.Type;
        if (Writers.TryGetValue(type, out var write))
            write(layer);
        else
            throw layer.NotExportable(layer.Node.Layer.IsLoss ? Loss
                : type == "Accuracy" ? "it compares with labels and has no use when the net answers; build the net for the "
                    + "phase deploy, or limit the layer to train and test"
                : $"no operators are known for the type; those that are: {string.Join(", ", Types)}");
    }
}
