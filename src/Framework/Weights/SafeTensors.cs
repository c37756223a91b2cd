using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NeuralFramework;

/// <summary>
/// Named tensors and text metadata in one file of the safetensors format: 8 bytes of header length (little-endian), a
/// JSON header, then the values, each tensor at the offsets that the header gives. Float and double (<c>F32</c>,
/// <c>F64</c>) are read and written. The source is the format's description by Hugging Face.
/// </summary>
public sealed class SafeTensors
{
    // The format's own limit; a damaged length is found before memory is asked for.
    private const long MaxHeaderBytes = 100_000_000;
    private const string MetadataMember = "__metadata__";

    /// <summary>The key of the metadata under which <see cref="Seal"/> puts its checksum.</summary>
    public const string ChecksumKey = "sha256";

    private readonly SortedDictionary<string, Tensor> tensors = new(StringComparer.Ordinal);

    /// <summary>Text that goes with the tensors.</summary>
    public SortedDictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>The names of the tensors, in ordinal order.</summary>
    public IReadOnlyCollection<string> Names => tensors.Keys;

    /// <summary>One tensor: element type, extents, little-endian bytes.</summary>
    private sealed record Tensor(string Type, Shape Shape, ReadOnlyMemory<byte> Bytes);

    /// <summary>Adds a copy of a blob's values, or of other values in its shape.</summary>
    public void Add<T>(string name, Shape shape, ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        tensors.Add(name, new Tensor(TypeName<T>(), shape, MemoryMarshal.AsBytes(values).ToArray()));

    /// <summary>The extents of a tensor; null when there is none of that name.</summary>
    public Shape? ShapeOf(string name) => tensors.GetValueOrDefault(name)?.Shape;

    /// <summary>Copies a tensor's values out, converted where the element type is another.</summary>
    /// <exception cref="DataException">There is none of that name.</exception>
    /// <exception cref="ShapeException">The number of values differs.</exception>
    public void CopyTo<T>(string name, Span<T> target) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!tensors.TryGetValue(name, out var tensor))
            throw new DataException($"tensor: received '{name}', allowed: {string.Join(", ", Names)}"
                + Suggestion.For(name, Names));
        if (tensor.Shape.Size != target.Length)
            throw new ShapeException($"tensor '{name}': received {tensor.Shape} values, allowed: {target.Length}");
        if (tensor.Type == TypeName<T>())
            MemoryMarshal.Cast<byte, T>(tensor.Bytes.Span).CopyTo(target);
        else if (tensor.Type == "F32")
            Convert(MemoryMarshal.Cast<byte, float>(tensor.Bytes.Span), target);
        else
            Convert(MemoryMarshal.Cast<byte, double>(tensor.Bytes.Span), target);
    }

    /// <summary>Whether two files have a tensor of a name with the same type, shape and bits.</summary>
    public bool HasSame(string name, SafeTensors other) =>
        tensors.TryGetValue(name, out var one) && other.tensors.TryGetValue(name, out var two)
        && one.Type == two.Type && one.Shape.Equals(two.Shape) && one.Bytes.Span.SequenceEqual(two.Bytes.Span);

    /// <summary>Puts a checksum of all else into the metadata, by which <see cref="IsIntact"/> finds damage that leaves
    /// the form of the file whole. Call it last.</summary>
    public void Seal() => Metadata[ChecksumKey] = Checksum();

    /// <summary>Whether everything is as it was when it was sealed; true for a file without a seal.</summary>
    public bool IsIntact => !Metadata.TryGetValue(ChecksumKey, out var checksum) || checksum == Checksum();

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <exception cref="DataException">It cannot be written.</exception>
    public void Save(string path) => AtomicFile.Write(path, stream =>
    {
        var header = JsonSerializer.SerializeToUtf8Bytes(Header());
        // The format wants the values aligned to 8 bytes: the header is padded with spaces.
        var padded = (header.Length + 7) / 8 * 8;
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, padded);
        stream.Write(length);
        stream.Write(header);
        for (var i = header.Length; i < padded; i++)
            stream.WriteByte((byte)' ');
        foreach (var tensor in tensors.Values)
            stream.Write(tensor.Bytes.Span);
    });

    /// <summary>Reads and checks a whole file.</summary>
    /// <exception cref="DataException">It is missing or damaged.</exception>
    public static SafeTensors Load(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException(error is FileNotFoundException or DirectoryNotFoundException
                ? $"{path}: no such file; allowed: a safetensors file" : $"{path}: cannot be read: {error.Message}", error);
        }
        var headerLength = bytes.Length < 8 ? -1 : BinaryPrimitives.ReadInt64LittleEndian(bytes);
        if (headerLength < 2 || headerLength > Math.Min(MaxHeaderBytes, bytes.Length - 8))
            throw Damaged(path, $"received {bytes.Length} bytes with a header length of {headerLength}");
        var values = bytes.AsMemory(8 + (int)headerLength);
        try
        {
            return Parse(JsonNode.Parse(bytes.AsSpan(8, (int)headerLength))!.AsObject(), values, path);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException
            or ArgumentException or NullReferenceException or ShapeException or OverflowException)
        {
            var reason = error is NullReferenceException ? "a member is missing or null"
                : error.Message.Split(" LineNumber:")[0].TrimEnd('.');
            throw Damaged(path, $"its header cannot be read: {reason}", error);
        }
    }

    private string Checksum()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (key, text) in Metadata.Where(entry => entry.Key != ChecksumKey))
            Append($"{key}={text}");
        foreach (var (name, tensor) in tensors)
        {
            Append($"{name}: {tensor.Type} {tensor.Shape}");
            hash.AppendData(tensor.Bytes.Span);
        }
        return System.Convert.ToHexStringLower(hash.GetHashAndReset());

        void Append(string line) => hash.AppendData(Encoding.UTF8.GetBytes(line + "\n"));
    }

    private JsonObject Header()
    {
        var header = new JsonObject();
        if (Metadata.Count > 0)
            header[MetadataMember] = new JsonObject(
                Metadata.Select(entry => KeyValuePair.Create<string, JsonNode?>(entry.Key, entry.Value)));
        long offset = 0;
        foreach (var (name, tensor) in tensors)
        {
            header[name] = new JsonObject
            {
                ["dtype"] = tensor.Type,
                ["shape"] = new JsonArray([.. tensor.Shape.Select(extent => (JsonNode)extent)]),
                ["data_offsets"] = new JsonArray(offset, offset += tensor.Bytes.Length),
            };
        }
        return header;
    }

    private static SafeTensors Parse(JsonObject header, ReadOnlyMemory<byte> values, string path)
    {
        var result = new SafeTensors();
        var ranges = new List<(long From, long To)>();
        foreach (var (name, node) in header)
        {
            var members = node!.AsObject();
            if (name == MetadataMember)
            {
                foreach (var (key, text) in members)
                    result.Metadata.Add(key, (string)text!);
                continue;
            }
            var shape = new Shape([.. members["shape"]!.AsArray().Select(extent => (int)extent!)]);
            var type = members["dtype"]!.GetValue<string>();
            var from = (long)members["data_offsets"]![0]!;
            var to = (long)members["data_offsets"]![1]!;
            var size = type switch
            {
                "F32" => sizeof(float),
                "F64" => sizeof(double),
                _ => throw new DataException($"{path}: tensor '{name}': received the type {type}, allowed: F32, F64"),
            };
            if (from < 0 || to > values.Length || to - from != (long)shape.Size * size)
                throw Damaged(path, $"tensor '{name}' ({type}, {shape}) is said to stand at bytes {from} to {to} of "
                    + $"{values.Length}");
            result.tensors.Add(name, new Tensor(type, shape, values[(int)from..(int)to]));
            ranges.Add((from, to));
        }
        RequireNoGaps(ranges, values.Length, path);
        return result;
    }

    // The format has every byte belong to one tensor; what does not is a sign of damage.
    private static void RequireNoGaps(List<(long From, long To)> ranges, long end, string path)
    {
        long covered = 0;
        foreach (var (from, to) in ranges.Order().Append((end, end)))
            covered = from == covered
                ? to : throw Damaged(path, $"byte {covered} of {end} belongs to no tensor or to two");
    }

    private static DataException Damaged(string path, string what, Exception? inner = null) =>
        new($"{path}: {what}; allowed: a whole safetensors file", inner);

    private static string TypeName<T>() => typeof(T) == typeof(float) ? "F32" : "F64";

    private static void Convert<TFrom, TTo>(ReadOnlySpan<TFrom> from, Span<TTo> to)
        where TFrom : unmanaged, INumberBase<TFrom> where TTo : unmanaged, INumberBase<TTo>
    {
        for (var i = 0; i < to.Length; i++)
            to[i] = TTo.CreateTruncating(from[i]);
    }
}
