using System.Runtime.InteropServices;
using Google.Protobuf;

namespace NeuralFramework.Interop;

/// <summary>A blob of a caffemodel.</summary>
/// <param name="Extents">Its shape.</param>
/// <param name="Values">Its values, row-major.</param>
/// <param name="IsLegacy">Whether it has four extents because the file is of an old format, whatever the layer.</param>
internal sealed record CaffeBlob(IReadOnlyList<long> Extents, List<float> Values, bool IsLegacy = false)
{
    public ReadOnlySpan<float> Span => CollectionsMarshal.AsSpan(Values);
}

/// <summary>The blobs of one layer of a caffemodel.</summary>
internal sealed record CaffeLayerBlobs(string Name, string Type, IReadOnlyList<CaffeBlob> Blobs);

/// <summary>
/// Reads caffemodels, which are a <c>NetParameter</c> in protobuf's binary format; of it, the names and blobs of the
/// layers (<c>layer</c>, V1 <c>layers</c>, V0 <c>layers</c> with a <c>layer</c> inside). A length is believed only as far
/// as the file goes, and a shape only as far as there are values, so that a damaged file costs no more memory than its
/// size.
/// </summary>
internal sealed class CaffeModelFile
{
    private const int LayersV1 = 2;
    private const int Layer = 100;

    private readonly string path;
    private readonly CodedInputStream input;

    private CaffeModelFile(string path, CodedInputStream input) => (this.path, this.input) = (path, input);

    /// <summary>The numbers of the fields of a kind of layer message: V0, V1, and the newest.</summary>
    private sealed record LayerFields(int Name, int Type, int Blobs, int Inner = 0);

    private static readonly LayerFields V0 = new(1, 2, 50);
    private static readonly LayerFields V1 = new(4, 5, 6, Inner: 1);
    private static readonly LayerFields V2 = new(1, 2, 7);

    /// <summary>Reads a file.</summary>
    /// <exception cref="DataException">It is missing or damaged.</exception>
    public static List<CaffeLayerBlobs> Load(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            if (stream.Length > int.MaxValue)
                throw new DataException($"{path}: received {stream.Length} bytes, allowed: less than 2 GiB, protobuf's "
                    + "limit");
            using var input = new CodedInputStream(stream, leaveOpen: true);
            return new CaffeModelFile(path, input).ReadNet(stream.Length);
        }
        catch (Exception error) when (error is InvalidProtocolBufferException or IOException or UnauthorizedAccessException)
        {
            throw new DataException(error switch
            {
                FileNotFoundException or DirectoryNotFoundException => $"{path}: no such file; allowed: a caffemodel",
                InvalidProtocolBufferException => $"{path}: received bytes that are not protobuf's: "
                    + $"{error.Message.ReplaceLineEndings(" ")} Allowed: a whole caffemodel",
                _ => $"{path}: cannot be read: {error.Message}",
            }, error);
        }
    }

    private List<CaffeLayerBlobs> ReadNet(long end)
    {
        var layers = new List<CaffeLayerBlobs>();
        ReadFields(end, "the net", (field, isMessage) =>
        {
            if (!isMessage || field is not (LayersV1 or Layer))
                return false;
            layers.Add(ReadLayer(EndOf("a layer", end), field == Layer ? V2 : V1));
            return true;
        });
        return layers.Exists(layer => layer.Blobs.Count > 0)
            ? layers : throw Damaged($"received {layers.Count} layers without weights");
    }

    private CaffeLayerBlobs ReadLayer(long end, LayerFields fields)
    {
        var (name, type, blobs) = ("", "", new List<CaffeBlob>());
        ReadFields(end, $"layer '{name}'", (field, isBytes) =>
        {
            if (isBytes && field == fields.Name)
                name = ReadText(end);
            else if (isBytes && field == fields.Type)
                type = ReadText(end);
            else if (isBytes && field == fields.Blobs)
                blobs.Add(ReadBlob(EndOf($"a blob of layer '{name}'", end), $"layer '{name}', blob {blobs.Count}"));
            else if (isBytes && field == fields.Inner)
            {
                var inner = ReadLayer(EndOf("a layer", end), V0);
                (name, type) = (inner.Name, inner.Type);
                blobs.AddRange(inner.Blobs);
            }
            else
                return false;
            return true;
        });
        return new CaffeLayerBlobs(name, type, blobs);
    }

    private CaffeBlob ReadBlob(long end, string owner)
    {
        var (values, legacy, hasLegacy) = (new List<float>(), new long[4], false);
        List<long>? shape = null;
        ReadFields(end, owner, (field, isBytes) =>
        {
            switch (field)
            {
                case >= 1 and <= 4 when !isBytes:
                    (legacy[field - 1], hasLegacy) = (input.ReadInt32(), true);
                    return true;
                case 5 or 8:
                    ReadValues(values, isBytes ? EndOf($"the values of {owner}", end) : null, field == 8, owner);
                    return true;
                case 7 when isBytes:
                    shape = ReadShape(EndOf($"the shape of {owner}", end), owner);
                    return true;
                default:
                    return false;
            }
        });
        var extents = shape ?? (hasLegacy ? [.. legacy] : [values.Count]);
        return CountOf(extents) == values.Count
            ? new CaffeBlob(extents, values, shape is null)
            : throw Damaged($"{owner}: received the shape {string.Join('×', extents)} and {values.Count} values");
    }

    // Null where a product is out of all bounds, or an extent below 0.
    private static long? CountOf(IReadOnlyList<long> extents)
    {
        Int128 count = 1;
        foreach (var extent in extents)
        {
            count *= extent;
            if (extent is < 0 or > int.MaxValue || count > int.MaxValue)
                return null;
        }
        return (long)count;
    }

    private List<long> ReadShape(long end, string owner)
    {
        var extents = new List<long>();
        ReadFields(end, owner, (field, isBytes) =>
        {
            if (field != 1)
                return false;
            if (!isBytes)
                extents.Add(input.ReadInt64());
            else
                for (var last = EndOf($"the extents of {owner}", end); input.Position < last;)
                    extents.Add(input.ReadInt64());
            if (extents.Count > 32)
                throw Damaged($"{owner}: received {extents.Count} extents or more, Caffe has at most 32");
            return true;
        });
        return extents;
    }

    /// <summary>Reads values one behind the other up to an end, or a single one.</summary>
    private void ReadValues(List<float> values, long? end, bool isDouble, string owner)
    {
        var size = isDouble ? sizeof(double) : sizeof(float);
        var count = end is { } last ? (last - input.Position) / size : 1;
        if (end is { } stop && (stop - input.Position) % size != 0)
            throw Damaged($"{owner}: received {stop - input.Position} bytes of values of {size} bytes each");
        values.EnsureCapacity(values.Count + (int)count);
        for (var i = 0L; i < count; i++)
            values.Add(isDouble ? (float)input.ReadDouble() : input.ReadFloat());
    }

    private string ReadText(long end)
    {
        var at = input.Position;
        // protobuf itself asks for memory only as the bytes arrive.
        var text = input.ReadString();
        return input.Position <= end ? text : throw Damaged($"the text at byte {at} reaches over the end of its layer");
    }

    /// <summary>Reads the fields of a message up to its end; skips those that <paramref name="take"/> does not take.</summary>
    /// <param name="end">The position behind the message.</param>
    /// <param name="owner">How messages name it.</param>
    /// <param name="take">Takes the number of a field, and whether its value has a length before it.</param>
    private void ReadFields(long end, string owner, Func<int, bool, bool> take)
    {
        while (input.Position < end)
        {
            var tag = input.ReadTag();
            var isBytes = WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited;
            if (tag == 0)
                throw Damaged($"{owner} ends at byte {input.Position}, before its {end}");
            if (!take(WireFormat.GetTagFieldNumber(tag), isBytes))
                input.SkipLastField();
        }
        if (input.Position > end)
            throw Damaged($"a field of {owner} reaches over its end at byte {end}");
    }

    private long EndOf(string what, long limit)
    {
        var length = input.ReadLength();
        return length >= 0 && length <= limit - input.Position
            ? input.Position + length
            : throw Damaged($"{what} is said to have {(uint)length} bytes from byte {input.Position} on, where "
                + $"{Math.Max(0, limit - input.Position)} are left");
    }

    private DataException Damaged(string what) => new($"{path}: {what}; allowed: a whole caffemodel");
}
