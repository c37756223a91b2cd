using System.Buffers.Binary;
using System.Numerics;

namespace NeuralFramework.Reporting;

/// <summary>
/// The framing of TensorFlow's record files: the length as 8 bytes, its checksum, the bytes, their checksum, all
/// little-endian. A checksum is CRC-32C (Castagnoli), turned and shifted so that one of data which itself holds
/// checksums is sound: ((crc ≫ 15) | (crc ≪ 17)) + 0xa282ead8.
/// </summary>
internal static class TfRecord
{
    private const uint MaskDelta = 0xa282ead8;
    private const int LengthBytes = sizeof(ulong);

    /// <summary>CRC-32C.</summary>
    public static uint Crc32C(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
            crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }

    /// <summary>The checksum as records hold it.</summary>
    public static uint MaskedCrc(ReadOnlySpan<byte> data) => BitOperations.RotateRight(Crc32C(data), 15) + MaskDelta;

    /// <summary>A record.</summary>
    public static byte[] Frame(ReadOnlySpan<byte> data)
    {
        var record = new byte[LengthBytes + sizeof(uint) + data.Length + sizeof(uint)];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(LengthBytes), MaskedCrc(record.AsSpan(0, LengthBytes)));
        data.CopyTo(record.AsSpan(LengthBytes + sizeof(uint)));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(record.Length - sizeof(uint)), MaskedCrc(data));
        return record;
    }
}
