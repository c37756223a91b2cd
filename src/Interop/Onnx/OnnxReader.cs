using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Google.Protobuf;

namespace NeuralFramework.Interop;

/// <summary>Reads the messages of <c>onnx.proto</c> that a graph of layers needs. Nothing is allocated for what a file
/// merely claims to have: arrays grow by what is there. Graphs inside of attributes are not read, so that nothing is
/// nested deeper than the format's own messages.</summary>
internal static class OnnxReader
{
    public static OnnxModel Read(byte[] bytes, string source)
    {
        try
        {
            var model = ReadModel(ByteString.CopyFrom(bytes));
            return model.Nodes.Count > 0 || model.Outputs.Count > 0 ? model
                : throw new DataException($"{source}: has no graph; allowed: an ONNX file");
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new DataException($"{source}: damaged, or no ONNX file: {error.Message}", error);
        }
    }

    private static uint Varint(int field) => (uint)(field << 3);

    private static uint Delimited(int field) => (uint)(field << 3 | 2);

    private static OnnxModel ReadModel(ByteString bytes)
    {
        var model = new OnnxModel();
        long opset = 0;
        Each(bytes, (tag, input) =>
        {
            if (tag == Delimited(2))
                model = model with { Producer = input.ReadString() };
            else if (tag == Delimited(7))
                model = ReadGraph(input.ReadBytes(), model);
            else if (tag == Delimited(8))
                opset = Math.Max(opset, ReadOpset(input.ReadBytes()));
            else
                return false;
            return true;
        });
        return model with { Opset = opset };
    }

    private static long ReadOpset(ByteString bytes)
    {
        var (domain, version) = ("", 0L);
        Each(bytes, (tag, input) =>
        {
            if (tag == Delimited(1))
                domain = input.ReadString();
            else if (tag == Varint(2))
                version = input.ReadInt64();
            else
                return false;
            return true;
        });
        return domain is "" or "ai.onnx" ? version : 0;
    }

    private static OnnxModel ReadGraph(ByteString bytes, OnnxModel model)
    {
        var (nodes, tensors) = (new List<OnnxNode>(), new List<OnnxTensor>());
        var (inputs, outputs) = (new List<OnnxValue>(), new List<OnnxValue>());
        var name = "";
        Each(bytes, (tag, input) =>
        {
            if (tag == Delimited(1))
                nodes.Add(ReadNode(input.ReadBytes()));
            else if (tag == Delimited(2))
                name = input.ReadString();
            else if (tag == Delimited(5))
                tensors.Add(ReadTensor(input.ReadBytes()));
            else if (tag == Delimited(11))
                inputs.Add(ReadValue(input.ReadBytes()));
            else if (tag == Delimited(12))
                outputs.Add(ReadValue(input.ReadBytes()));
            else
                return false;
            return true;
        });
        return model with { GraphName = name, Nodes = nodes, Initializers = tensors, Inputs = inputs, Outputs = outputs };
    }

    private static OnnxNode ReadNode(ByteString bytes)
    {
        var (inputs, outputs, attributes) = (new List<string>(), new List<string>(), new List<OnnxAttribute>());
        var (name, type, domain) = ("", "", "");
        Each(bytes, (tag, input) =>
        {
            if (tag == Delimited(1))
                inputs.Add(input.ReadString());
            else if (tag == Delimited(2))
                outputs.Add(input.ReadString());
            else if (tag == Delimited(3))
                name = input.ReadString();
            else if (tag == Delimited(4))
                type = input.ReadString();
            else if (tag == Delimited(5))
                attributes.Add(ReadAttribute(input.ReadBytes()));
            else if (tag == Delimited(7))
                domain = input.ReadString();
            else
                return false;
            return true;
        });
        return new OnnxNode(type, name, [.. inputs], [.. outputs], attributes, domain);
    }

    private static OnnxAttribute ReadAttribute(ByteString bytes)
    {
        var name = "";
        object? value = null;
        var (ints, floats, texts) = (new List<long>(), new List<float>(), new List<string>());
        Each(bytes, (tag, input) =>
        {
            if (tag == Delimited(1))
                name = input.ReadString();
            else if (tag == (2u << 3 | 5))
                value = input.ReadFloat();
            else if (tag == Varint(3))
                value = input.ReadInt64();
            else if (tag == Delimited(4))
                value = input.ReadString();
            else if (tag == Delimited(5))
                value = ReadTensor(input.ReadBytes());
            else if (tag == Delimited(9))
                texts.Add(input.ReadString());
            else
                return ReadNumbers(tag, 8, input, ints) || ReadNumbers(tag, 7, input, floats);
            return true;
        });
        value = ints.Count > 0 ? ints.ToArray() : floats.Count > 0 ? floats.ToArray() : texts.Count > 0 ? texts.ToArray() : value;
        return new OnnxAttribute(name, value);
    }

    private static OnnxTensor ReadTensor(ByteString bytes)
    {
        var dims = new List<long>();
        var (ints, floats, doubles) = (new List<long>(), new List<float>(), new List<double>());
        var raw = ByteString.Empty;
        var name = "";
        var type = 0L;
        string? problem = null;
        Each(bytes, (tag, input) =>
        {
            if (tag == Varint(2))
                type = input.ReadInt64();
            else if (tag == Delimited(8))
                name = input.ReadString();
            else if (tag == Delimited(9))
                raw = input.ReadBytes();
            else if (tag == Varint(14))
                problem = input.ReadInt64() == 0 ? problem : "its values are in another file";
            else
                return ReadNumbers(tag, 1, input, dims) || ReadNumbers(tag, 4, input, floats)
                    || ReadNumbers(tag, 5, input, ints) || ReadNumbers(tag, 7, input, ints)
                    || ReadDoubles(tag, input, doubles);
            return true;
        });
        var values = raw.Length > 0 ? raw.Memory : Encoded((OnnxType)type, ints, floats, doubles);
        return Checked(new OnnxTensor(name, (OnnxType)type, dims, values) { Problem = problem });
    }

    private static ReadOnlyMemory<byte> Encoded(OnnxType type, List<long> ints, List<float> floats, List<double> doubles) =>
        type switch
        {
            OnnxType.Float => MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(floats)).ToArray(),
            OnnxType.Double => MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(doubles)).ToArray(),
            OnnxType.Int64 => MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(ints)).ToArray(),
            OnnxType.Int32 => MemoryMarshal.AsBytes<int>([.. ints.Select(value => (int)value)]).ToArray(),
            _ => ints.Select(value => (byte)value).ToArray(),
        };

    private static OnnxTensor Checked(OnnxTensor tensor)
    {
        var size = tensor.Type switch
        {
            OnnxType.Float or OnnxType.Int32 => 4,
            OnnxType.Double or OnnxType.Int64 => 8,
            OnnxType.Int8 or OnnxType.UInt8 or OnnxType.Bool => 1,
            _ => 0,
        };
        if (size == 0)
            return tensor with { Problem = tensor.Problem ?? $"its element type is number {(long)tensor.Type}, allowed: float, "
                + "double, int8, uint8, int32, int64, bool" };
        if (tensor.Problem is not null)
            return tensor;
        var count = tensor.Dims.Aggregate((Int128)1, (product, extent) => extent < 0 || product > int.MaxValue ? Int128.MaxValue / 16
            : product * extent);
        return count * size == tensor.Bytes.Length ? tensor : throw new DataException(
            $"tensor '{tensor.Name}': received the extents {string.Join('×', tensor.Dims)} and {tensor.Bytes.Length} bytes of "
            + "values, allowed: as many values as the extents say");
    }

    private static OnnxValue ReadValue(ByteString bytes)
    {
        var name = "";
        var type = 0L;
        List<OnnxDim>? dims = null;
        Each(bytes, (tag, input) =>
        {
            if (tag == Delimited(1))
                name = input.ReadString();
            else if (tag == Delimited(2))
                Each(input.ReadBytes(), (_, tensors) => Each(tensors.ReadBytes(), (inner, tensor) =>
                {
                    if (inner == Varint(1))
                        type = tensor.ReadInt64();
                    else if (inner == Delimited(2))
                        dims = ReadDims(tensor.ReadBytes());
                    else
                        return false;
                    return true;
                }), only: Delimited(1));
            else
                return false;
            return true;
        });
        return new OnnxValue(name, (OnnxType)type, dims);
    }

    private static List<OnnxDim> ReadDims(ByteString bytes)
    {
        var dims = new List<OnnxDim>();
        Each(bytes, (_, input) =>
        {
            var dim = new OnnxDim(null);
            Each(input.ReadBytes(), (tag, inner) =>
            {
                if (tag == Varint(1))
                    dim = inner.ReadInt64();
                else if (tag == Delimited(2))
                    dim = inner.ReadString();
                else
                    return false;
                return true;
            });
            dims.Add(dim);
            return true;
        }, only: Delimited(1));
        return dims;
    }

    // Hands each field to a reader, which says whether it took it.
    private static bool Each(ByteString bytes, Func<uint, CodedInputStream, bool> read, uint? only = null)
    {
        MemoryMarshal.TryGetArray(bytes.Memory, out var segment);
        var input = new CodedInputStream(segment.Array!, segment.Offset, segment.Count);
        while (input.ReadTag() is var tag and not 0)
            if ((only is { } wanted && wanted != tag) || !read(tag, input))
                input.SkipLastField();
        return true;
    }

    private static bool ReadNumbers(uint tag, int field, CodedInputStream input, List<long> to)
    {
        if (tag == Varint(field))
            to.Add(input.ReadInt64());
        else if (tag == Delimited(field))
        {
            MemoryMarshal.TryGetArray(input.ReadBytes().Memory, out var segment);
            for (var packed = new CodedInputStream(segment.Array!, segment.Offset, segment.Count); !packed.IsAtEnd;)
                to.Add(packed.ReadInt64());
        }
        else
            return false;
        return true;
    }

    private static bool ReadNumbers(uint tag, int field, CodedInputStream input, List<float> to)
    {
        if (tag == (uint)(field << 3 | 5))
            to.Add(input.ReadFloat());
        else if (tag == Delimited(field))
        {
            var bytes = input.ReadBytes().Span;
            for (; bytes.Length >= sizeof(float); bytes = bytes[sizeof(float)..])
                to.Add(BinaryPrimitives.ReadSingleLittleEndian(bytes));
        }
        else
            return false;
        return true;
    }

    private static bool ReadDoubles(uint tag, CodedInputStream input, List<double> to)
    {
        if (tag != Delimited(10))
            return false;
        var bytes = input.ReadBytes().Span;
        for (; bytes.Length >= sizeof(double); bytes = bytes[sizeof(double)..])
            to.Add(BinaryPrimitives.ReadDoubleLittleEndian(bytes));
        return true;
    }
}
