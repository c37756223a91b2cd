using System.Buffers.Binary;
using System.IO.Compression;

namespace NeuralFramework.Data;

/// <summary>
/// An array of bytes in the IDX format of MNIST (LeCun, Cortes, Burges): two bytes 0, the type of the elements (8:
/// unsigned bytes), the number of axes, the extents as big-endian 32-bit numbers, the elements row-major. Files packed
/// by gzip are unpacked.
/// </summary>
/// <param name="Name">How messages name the file.</param>
/// <param name="Extents">The extents, outermost axis first.</param>
/// <param name="Values">The elements.</param>
public sealed record IdxFile(string Name, int[] Extents, byte[] Values)
{
    private const byte UnsignedBytes = 8;

    // The arrays of any MNIST-like set have 1 or 3; a larger number is a sign of another format.
    private const int MostAxes = 8;

    private const int LabelsStart = 8;

    // What gzip can make of a byte at most: 258 bytes from a code of 2 bits.
    private const int MostUnpacked = 1032;

    /// <summary>Reads a file.</summary>
    /// <exception cref="DataException">It is missing, cannot be read or unpacked, or is not such an array.</exception>
    public static IdxFile Load(string path)
    {
        DataFile.SizeOf(path);
        IdxFile? idx = null;
        DataFile.Reading(path, stream => idx = Read(stream, path));
        return idx!;
    }

    /// <summary>Reads a stream, packed by gzip or not.</summary>
    /// <param name="stream">The stream; it must be able to seek.</param>
    /// <param name="name">How messages name it.</param>
    /// <exception cref="DataException">It cannot be unpacked or is not such an array.</exception>
    public static IdxFile Read(Stream stream, string name)
    {
        Span<byte> start = stackalloc byte[2];
        var isPacked = stream.ReadAtLeast(start, 2, throwOnEndOfStream: false) == 2 && start is [0x1f, 0x8b];
        stream.Position = 0;
        if (!isPacked)
            return ReadPlain(stream, name, stream.Length);
        try
        {
            using var unpacked = new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true);
            return ReadPlain(unpacked, name, stream.Length * MostUnpacked);
        }
        catch (InvalidDataException error)
        {
            throw new DataException($"{name}: cannot be unpacked: {error.Message}", error);
        }
    }

    /// <summary>Makes images and their labels a set.</summary>
    /// <param name="name">How messages name the set.</param>
    /// <param name="images">N×H×W.</param>
    /// <param name="labels">N.</param>
    /// <param name="classNames">The classes' names by number.</param>
    /// <exception cref="DataException">The shapes do not fit, or a label has no class.</exception>
    public static ImageSet ToImages(string name, IdxFile images, IdxFile labels, IReadOnlyList<string> classNames)
    {
        if (images.Extents.Length != 3 || labels.Extents.Length != 1 || images.Extents[0] != labels.Extents[0])
            throw new DataException($"{name}: received images {Describe(images.Extents)} and labels "
                + $"{Describe(labels.Extents)}, allowed: N×H×W and N");
        var wrong = labels.Values.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)(classNames.Count - 1));
        if (wrong >= 0)
            throw new DataException($"{labels.Name}: label {wrong} at offset {LabelsStart + wrong}: received "
                + $"{labels.Values[wrong]}, allowed: 0 to {classNames.Count - 1}");
        return new ImageSet(name, 1, images.Extents[1], images.Extents[2], images.Values, labels.Values, classNames);
    }

    // The most bytes that the stream can have are known before memory is asked for.
    private static IdxFile ReadPlain(Stream stream, string name, long mostBytes)
    {
        Span<byte> magic = stackalloc byte[4];
        RequireBytes(stream, magic, name, 0);
        if (magic is not [0, 0, UnsignedBytes, > 0 and <= MostAxes])
            throw new DataException($"{name}: received the first bytes {Convert.ToHexStringLower(magic)}, allowed: "
                + $"000008 (IDX, unsigned bytes) and 1 to {MostAxes} axes");
        var extents = ReadExtents(stream, magic[3], name);
        var offset = 4 + 4 * extents.Length;
        var size = extents.Aggregate(1L, (product, extent) => Math.Min(product * extent, long.MaxValue / int.MaxValue));
        if (size > Math.Min(Array.MaxLength, mostBytes - offset) || (stream.CanSeek && size != stream.Length - offset))
            throw new DataException($"{name}: received the extents {Describe(extents)}, allowed: "
                + (stream.CanSeek
                    ? $"extents of {stream.Length - offset} elements, as the file has"
                    : $"{Math.Min(Array.MaxLength, mostBytes - offset):N0} elements, the most that the file can have"));
        var values = GC.AllocateUninitializedArray<byte>((int)size);
        RequireBytes(stream, values, name, offset);
        if (stream.ReadByte() >= 0)
            throw new DataException($"{name}: received more than {offset + size} bytes, allowed: "
                + $"{Describe(extents)} elements");
        return new IdxFile(name, extents, values);
    }

    private static int[] ReadExtents(Stream stream, int axes, string name)
    {
        Span<byte> header = stackalloc byte[4 * axes];
        RequireBytes(stream, header, name, 4);
        var extents = new int[axes];
        for (var axis = 0; axis < axes; axis++)
        {
            var extent = BinaryPrimitives.ReadUInt32BigEndian(header[(4 * axis)..]);
            if (extent is 0 or > int.MaxValue)
                throw new DataException($"{name}: axis {axis} at offset {4 + 4 * axis}: received the extent {extent}, "
                    + $"allowed: 1 to {int.MaxValue}");
            extents[axis] = (int)extent;
        }
        return extents;
    }

    private static void RequireBytes(Stream stream, Span<byte> target, string name, int offset)
    {
        var read = stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false);
        if (read < target.Length)
            throw new DataException($"{name}: ends at offset {offset + read}, allowed: {target.Length} bytes from "
                + $"offset {offset} on");
    }

    private static string Describe(int[] extents) => string.Join('×', extents);
}
