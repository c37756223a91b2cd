namespace NeuralFramework.Interop;

/// <summary>
/// Makes a net of an ONNX graph of the standard operators: docs/onnx.md lists those for which there are layers. An
/// operator without one is named in the report and left out, with what depends on it.
/// </summary>
public static class OnnxImporter
{
    /// <summary>The largest file that is read. Protobuf allows no larger one.</summary>
    public const long MaxBytes = int.MaxValue;

    /// <summary>The operators that become layers, in ordinal order.</summary>
    public static IReadOnlyCollection<string> Operators => OnnxOperators.Types;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="shapes">Shapes of inputs by name. An extent that the file leaves open is 1 otherwise.</param>
    /// <exception cref="DataException">The file is missing, damaged or contradicts itself.</exception>
    /// <exception cref="ConfigException">A shape is given for an input that the graph does not have.</exception>
    /// <exception cref="ShapeException">A shape is larger than the memory allows.</exception>
    public static ImportedModel Import(string path, IReadOnlyDictionary<string, Shape>? shapes = null)
    {
        try
        {
            var length = new FileInfo(path) is { Exists: true } file ? file.Length
                : throw new DataException($"{path}: no such file; allowed: an ONNX file");
            return length <= MaxBytes
                ? Import(File.ReadAllBytes(path), path, shapes)
                : throw new DataException($"{path}: received {length:N0} bytes, allowed: {MaxBytes:N0}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Reads a file in memory; <paramref name="source"/> names it in messages.</summary>
    /// <inheritdoc cref="Import(string, IReadOnlyDictionary{string, Shape}?)" path="/exception"/>
    public static ImportedModel Import(byte[] bytes, string source, IReadOnlyDictionary<string, Shape>? shapes = null) =>
        new OnnxNetReader(OnnxReader.Read(bytes, source), source).Read(shapes ?? new Dictionary<string, Shape>());
}
