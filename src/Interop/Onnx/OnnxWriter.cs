using Google.Protobuf;

namespace NeuralFramework.Interop;

/// <summary>Writes the few messages of <c>onnx.proto</c> that a graph of layers needs, in Protobuf's binary form. The
/// numbers are the fields' in that file.</summary>
internal static class OnnxWriter
{
    // The IR version that came with the opset in use.
    private const long IrVersion = 8;

    public static byte[] Write(OnnxModel model) => Message(output =>
    {
        Int(output, 1, IrVersion);
        Text(output, 2, model.Producer);
        Bytes(output, 7, Message(graph => WriteGraph(graph, model)));
        Bytes(output, 8, Message(opset =>
        {
            Text(opset, 1, "");
            Int(opset, 2, model.Opset);
        }));
    });

    private static void WriteGraph(CodedOutputStream output, OnnxModel model)
    {
        foreach (var node in model.Nodes)
            Bytes(output, 1, Message(to => WriteNode(to, node)));
        Text(output, 2, model.GraphName);
        foreach (var tensor in model.Initializers)
            Bytes(output, 5, Message(to => WriteTensor(to, tensor)));
        foreach (var value in model.Inputs)
            Bytes(output, 11, Message(to => WriteValue(to, value)));
        foreach (var value in model.Outputs)
            Bytes(output, 12, Message(to => WriteValue(to, value)));
    }

    private static void WriteNode(CodedOutputStream output, OnnxNode node)
    {
        foreach (var name in node.Inputs)
            Text(output, 1, name);
        foreach (var name in node.Outputs)
            Text(output, 2, name);
        Text(output, 3, node.Name);
        Text(output, 4, node.Type);
        foreach (var attribute in node.Attributes)
            Bytes(output, 5, Message(to => WriteAttribute(to, attribute)));
    }

    private static void WriteAttribute(CodedOutputStream output, OnnxAttribute attribute)
    {
        Text(output, 1, attribute.Name);
        switch (attribute.Value)
        {
            case float value:
                output.WriteTag(2, WireFormat.WireType.Fixed32);
                output.WriteFloat(value);
                Int(output, 20, 1);
                break;
            case long value:
                Int(output, 3, value);
                Int(output, 20, 2);
                break;
            case string value:
                Text(output, 4, value);
                Int(output, 20, 3);
                break;
            case long[] values:
                foreach (var value in values)
                    Int(output, 8, value);
                Int(output, 20, 7);
                break;
            case string[] values:
                foreach (var value in values)
                    Text(output, 9, value);
                Int(output, 20, 8);
                break;
            default:
                throw new ArgumentException($"attribute '{attribute.Name}': {attribute.Value} is of no kind that is written");
        }
    }

    private static void WriteTensor(CodedOutputStream output, OnnxTensor tensor)
    {
        foreach (var extent in tensor.Dims)
            Int(output, 1, extent);
        Int(output, 2, (long)tensor.Type);
        Text(output, 8, tensor.Name);
        Bytes(output, 9, tensor.Bytes);
    }

    private static void WriteValue(CodedOutputStream output, OnnxValue value)
    {
        Text(output, 1, value.Name);
        Bytes(output, 2, Message(type => Bytes(type, 1, Message(tensor =>
        {
            Int(tensor, 1, (long)value.Type);
            Bytes(tensor, 2, Message(shape =>
            {
                foreach (var dim in value.Dims ?? [])
                    Bytes(shape, 1, Message(to => WriteDim(to, dim)));
            }));
        }))));
    }

    private static void WriteDim(CodedOutputStream output, OnnxDim dim)
    {
        if (dim.Extent is { } extent)
            Int(output, 1, extent);
        else
            Text(output, 2, dim.Name ?? "");
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
            write(output);
        return stream.ToArray();
    }

    private static void Int(CodedOutputStream output, int field, long value)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt64(value);
    }

    private static void Text(CodedOutputStream output, int field, string text)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteString(text);
    }

    private static void Bytes(CodedOutputStream output, int field, ReadOnlyMemory<byte> bytes)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(UnsafeByteOperations.UnsafeWrap(bytes));
    }
}
