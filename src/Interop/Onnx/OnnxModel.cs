namespace NeuralFramework.Interop;

/// <summary>The element types of ONNX that are read or written, by their numbers in the format.</summary>
internal enum OnnxType
{
    Float = 1,
    Int8 = 3,
    UInt8 = 2,
    Int32 = 6,
    Int64 = 7,
    Bool = 9,
    Double = 11,
}

/// <summary>A tensor: extents and little-endian values. Where the values stand in another file, or are of a type that is
/// not read, <see cref="Problem"/> says so.</summary>
internal sealed record OnnxTensor(string Name, OnnxType Type, IReadOnlyList<long> Dims, ReadOnlyMemory<byte> Bytes)
{
    public string? Problem { get; init; }

    public static OnnxTensor OfFloats(string name, IReadOnlyList<long> dims, ReadOnlySpan<float> values) =>
        new(name, OnnxType.Float, dims, System.Runtime.InteropServices.MemoryMarshal.AsBytes(values).ToArray());

    public static OnnxTensor OfInts(string name, IReadOnlyList<long> dims, ReadOnlySpan<long> values) =>
        new(name, OnnxType.Int64, dims, System.Runtime.InteropServices.MemoryMarshal.AsBytes(values).ToArray());
}

/// <summary>A named value of a node. The value is a long, float, string or tensor, or an array of the first
/// three; null where it is of a kind that is not read, such as a graph.</summary>
internal sealed record OnnxAttribute(string Name, object? Value)
{
    public static implicit operator OnnxAttribute((string Name, long Value) entry) => new(entry.Name, entry.Value);

    public static implicit operator OnnxAttribute((string Name, float Value) entry) => new(entry.Name, entry.Value);

    public static implicit operator OnnxAttribute((string Name, string Value) entry) => new(entry.Name, entry.Value);

    public static implicit operator OnnxAttribute((string Name, long[] Value) entry) => new(entry.Name, entry.Value);

    public static implicit operator OnnxAttribute((string Name, string[] Value) entry) => new(entry.Name, entry.Value);
}

/// <summary>One operator in its place. An empty name stands for an input or output that is left out.</summary>
internal sealed record OnnxNode(string Type, string Name, string[] Inputs, string[] Outputs,
    IReadOnlyList<OnnxAttribute> Attributes, string Domain = "");

/// <summary>An extent: a number, or the name of one that is known when the graph runs.</summary>
internal readonly record struct OnnxDim(long? Extent, string? Name = null)
{
    public static implicit operator OnnxDim(long extent) => new(extent);

    public static implicit operator OnnxDim(string name) => new(null, name);
}

/// <summary>An input or output of a graph. The extents are null where the rank is not known.</summary>
internal sealed record OnnxValue(string Name, OnnxType Type, IReadOnlyList<OnnxDim>? Dims);

/// <summary>A graph and the version of the operators in it.</summary>
internal sealed record OnnxModel
{
    public long Opset { get; init; }

    public string Producer { get; init; } = "";

    public string GraphName { get; init; } = "";

    public IReadOnlyList<OnnxNode> Nodes { get; init; } = [];

    public IReadOnlyList<OnnxTensor> Initializers { get; init; } = [];

    public IReadOnlyList<OnnxValue> Inputs { get; init; } = [];

    public IReadOnlyList<OnnxValue> Outputs { get; init; } = [];
}
