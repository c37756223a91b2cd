namespace NeuralFramework.Interop;

/// <summary>What an export made.</summary>
/// <param name="Operators">How many operators the graph has.</param>
/// <param name="Inputs">The inputs with their shapes, open extents by name, such as <c>data (batch×3×32×32)</c>.</param>
/// <param name="Outputs">The outputs, likewise.</param>
/// <param name="Remarks">What the reader of the file has to know, such as that the batch is fixed, and why.</param>
public sealed record OnnxExport(int Operators, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs,
    IReadOnlyList<string> Remarks);

/// <summary>
/// Writes a net as an ONNX graph: every layer as operators of the standard set, parameters as initializers, all in
/// float. What layers of type <c>Input</c> and data layers give become the graph's inputs; the batch is left open where
/// the net allows, and so are the steps of recurrent nets. A net built for the phase deploy has no losses, which have
/// no operators.
/// </summary>
public static class OnnxExporter
{
    /// <summary>The version of the standard operators that graphs are written for.</summary>
    public const int Opset = 17;

    // The format's limit is that of Protobuf, 2 GiB for the file.
    private const long MaxBytes = 2_000_000_000;

    /// <summary>The types of layers that can be exported, in ordinal order.</summary>
    public static IReadOnlyCollection<string> LayerTypes => OnnxLayerWriters.Types;

    /// <summary>Writes a net, whole or not at all.</summary>
    /// <param name="net">The net, built for the phase deploy or test.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="ConfigException">Layers cannot be exported; all of them are named, with why.</exception>
    /// <exception cref="DataException">The file cannot be written, or would be larger than the format allows.</exception>
    public static OnnxExport Write(Net<float> net, string path)
    {
        var bytes = net.Parameters.Sum(parameter => (long)parameter.Count * sizeof(float));
        if (bytes > MaxBytes)
            throw new DataException($"{path}: received {bytes:N0} bytes of parameters, allowed: {MaxBytes:N0} in an ONNX file");
        var graph = new OnnxNetWriter(net);
        var model = graph.Write();
        var encoded = OnnxWriter.Write(model);
        AtomicFile.Write(path, stream => stream.Write(encoded));
        return new OnnxExport(model.Nodes.Count, [.. model.Inputs.Select(Describe)], [.. model.Outputs.Select(Describe)],
            graph.Remarks);
    }

    private static string Describe(OnnxValue value) => $"{value.Name} ("
        + (value.Dims is { Count: > 0 } dims
            ? string.Join('×', dims.Select(dim => dim.Extent?.ToString() ?? dim.Name)) : "scalar") + ")";
}
