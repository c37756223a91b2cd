using Google.Protobuf;

namespace NeuralFramework.Interop;

/// <summary>Writes caffemodels of the newest format: a <c>NetParameter</c> with the name, type and blobs of each layer.</summary>
internal static class CaffeModelWriter
{
    /// <summary>Writes a file's contents.</summary>
    /// <exception cref="DataException">It would be larger than protobuf allows.</exception>
    public static void Write(Stream stream, string name, IReadOnlyList<CaffeLayerBlobs> layers)
    {
        var bytes = layers.SelectMany(layer => layer.Blobs).Sum(blob => (long)blob.Values.Count * sizeof(float));
        if (bytes > int.MaxValue - (1 << 20))
            throw new DataException($"caffemodel of '{name}': received {bytes} bytes of weights, allowed: less than 2 GiB, "
                + "protobuf's limit");
        using var output = new CodedOutputStream(stream, leaveOpen: true);
        output.WriteTag(1, WireFormat.WireType.LengthDelimited);
        output.WriteString(name);
        foreach (var layer in layers)
        {
            output.WriteTag(100, WireFormat.WireType.LengthDelimited);
            output.WriteLength(SizeOf(layer));
            Write(output, layer);
        }
    }

    // Every field number but that of the layer has a tag of one byte.
    private static int SizeOf(CaffeLayerBlobs layer) => 1 + CodedOutputStream.ComputeStringSize(layer.Name)
        + 1 + CodedOutputStream.ComputeStringSize(layer.Type)
        + layer.Blobs.Sum(blob => 1 + Prefixed(SizeOf(blob)));

    private static int SizeOf(CaffeBlob blob) =>
        1 + Prefixed(blob.Values.Count * sizeof(float)) + 1 + Prefixed(SizeOfShape(blob));

    private static int SizeOfShape(CaffeBlob blob) => 1 + Prefixed(SizeOfExtents(blob));

    private static int SizeOfExtents(CaffeBlob blob) => blob.Extents.Sum(CodedOutputStream.ComputeInt64Size);

    private static int Prefixed(int size) => CodedOutputStream.ComputeLengthSize(size) + size;

    private static void Write(CodedOutputStream output, CaffeLayerBlobs layer)
    {
        output.WriteTag(1, WireFormat.WireType.LengthDelimited);
        output.WriteString(layer.Name);
        output.WriteTag(2, WireFormat.WireType.LengthDelimited);
        output.WriteString(layer.Type);
        foreach (var blob in layer.Blobs)
        {
            output.WriteTag(7, WireFormat.WireType.LengthDelimited);
            output.WriteLength(SizeOf(blob));
            Write(output, blob);
        }
    }

    private static void Write(CodedOutputStream output, CaffeBlob blob)
    {
        output.WriteTag(5, WireFormat.WireType.LengthDelimited);
        output.WriteLength(blob.Values.Count * sizeof(float));
        foreach (var value in blob.Values)
            output.WriteFloat(value);
        output.WriteTag(7, WireFormat.WireType.LengthDelimited);
        output.WriteLength(SizeOfShape(blob));
        output.WriteTag(1, WireFormat.WireType.LengthDelimited);
        output.WriteLength(SizeOfExtents(blob));
        foreach (var extent in blob.Extents)
            output.WriteInt64(extent);
    }
}
