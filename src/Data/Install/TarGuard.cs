using System.Text;

namespace NeuralFramework.Data;

/// <summary>
/// Hands an archive of the tar format through and refuses headers that claim names or attributes of a size that none
/// has: .NET's reader asks for the memory before it looks whether the archive has as much.
/// </summary>
internal sealed class TarGuard(Stream inner, string archive) : Stream
{
    private const int BlockSize = 512;
    private const int SizeOffset = 124;
    private const int SizeLength = 12;
    private const int TypeOffset = 156;

    // Paths and comments; what archives hold of them is below a few thousand bytes.
    private const long MostDescription = 1 << 20;

    private readonly byte[] header = new byte[BlockSize];
    private int inHeader;
    private long untilHeader;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var count = inner.Read(buffer);
        Look(buffer[..count]);
        return count;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await inner.ReadAsync(buffer, cancellationToken);
        Look(buffer.Span[..count]);
        return count;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    private void Look(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var part = (int)Math.Min(bytes.Length, untilHeader > 0 ? untilHeader : BlockSize - inHeader);
            if (untilHeader > 0)
                untilHeader -= part;
            else
                LookAtHeader(bytes[..part]);
            bytes = bytes[part..];
        }
    }

    private void LookAtHeader(ReadOnlySpan<byte> part)
    {
        part.CopyTo(header.AsSpan(inHeader));
        inHeader += part.Length;
        if (inHeader < BlockSize)
            return;
        inHeader = 0;
        var size = Size(header.AsSpan(SizeOffset, SizeLength));
        if (header[TypeOffset] is (byte)'x' or (byte)'g' or (byte)'L' or (byte)'K' && size is < 0 or > MostDescription)
            throw new DataException($"{archive}: received an entry of type '{(char)header[TypeOffset]}' with "
                + $"{size:N0} bytes of description, allowed: at most {MostDescription:N0}");
        untilHeader = (Math.Max(0, size) + BlockSize - 1) / BlockSize * BlockSize;
    }

    // Octal digits, or, where the first bit is set, a big-endian number. What is neither .NET's reader refuses.
    private static long Size(ReadOnlySpan<byte> field)
    {
        long size = 0;
        if ((field[0] & 0x80) != 0)
        {
            foreach (var part in field[1..])
                size = size > long.MaxValue >> 9 ? long.MaxValue >> 1 : size << 8 | part;
            return size;
        }
        foreach (var letter in Encoding.ASCII.GetString(field).Trim('\0', ' '))
            size = letter is >= '0' and <= '7' ? size << 3 | (long)(letter - '0') : size;
        return size;
    }
}
