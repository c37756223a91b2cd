using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NeuralFramework;

/// <summary>
/// Copies a panel, some neighbouring rows of A or columns of B, so that what the kernel needs at one step of the depth
/// lies side by side: target[p·width + i] is line i at depth p. Lines that are missing to the width are padding, whose
/// products are thrown away.
/// </summary>
internal static unsafe class GemmPacking
{
    /// <summary>Panel widths are multiples of this.</summary>
    public const int RowsAtOnce = 4;

    // The part of a panel that is packed at a time, so that what is written stays in the first level cache until all
    // its lines are there.
    private const int DepthInCache = 128;

    // The lines that a transpose writes at a time: so few that all stay in the first level cache although they lie far
    // apart, and as many as the vectors take.
    private const int DepthAtOnce = 8;

    /// <summary>The width of a panel for some lines: filled up to whole vectors, and to as many lines as are packed at
    /// once.</summary>
    public static int PaddedTo(int vector, int lines) => RoundUp(lines, Math.Max(vector, RowsAtOnce));

    /// <summary>The least multiple of a unit that is not below a value.</summary>
    public static int RoundUp(int value, int unit) => (value + unit - 1) / unit * unit;

    /// <summary>Packs lines that lie across the depth: line i at depth p is source[p·ld + i].</summary>
    public static void PackAcross<T>(T* source, int ld, int count, int width, int depth, T* target) where T : unmanaged
    {
        if (count < width)
            CopyRowsPadded(source, ld, count, width, depth, target);
        else if (width % Vector512<T>.Count == 0 && Vector512.IsHardwareAccelerated)
            CopyRows<Simd512<T>, Vector512<T>, T>(source, ld, width, depth, target);
        else if (width % Vector256<T>.Count == 0)
            CopyRows<Simd256<T>, Vector256<T>, T>(source, ld, width, depth, target);
        else
            CopyRows<Simd128<T>, Vector128<T>, T>(source, ld, width, depth, target);
    }

    /// <summary>Packs lines that lie along the depth: line i at depth p is source[i·ld + p].</summary>
    public static void PackAlong<T>(T* source, int ld, int count, int width, int depth, T* target) where T : unmanaged
    {
        for (var start = 0; start < depth; start += DepthInCache)
        {
            var length = Math.Min(DepthInCache, depth - start);
            for (var i = 0; i < width; i += RowsAtOnce)
            {
                // A missing line repeats the last one, a padding as good as any.
                var line0 = source + (long)Math.Min(i, count - 1) * ld + start;
                var line1 = source + (long)Math.Min(i + 1, count - 1) * ld + start;
                var line2 = source + (long)Math.Min(i + 2, count - 1) * ld + start;
                var line3 = source + (long)Math.Min(i + 3, count - 1) * ld + start;
                InterleaveLines(line0, line1, line2, line3, length, target + start * width + i, width);
            }
        }
    }

    /// <summary>target[p·targetLd + i] is line i at depth p, source[i·ld + p].</summary>
    public static void Transpose<T>(T* source, int ld, int count, int depth, T* target, int targetLd) where T : unmanaged
    {
        var whole = count / RowsAtOnce * RowsAtOnce;
        for (var start = 0; start < depth; start += DepthAtOnce)
        {
            var length = Math.Min(DepthAtOnce, depth - start);
            var from = source + start;
            var to = target + (long)start * targetLd;
            for (var i = 0; i < whole; i += RowsAtOnce, from += (long)RowsAtOnce * ld)
                InterleaveLines(from, from + ld, from + 2L * ld, from + 3L * ld, length, to + i, targetLd);
            for (var i = whole; i < count; i++, from += ld)
                for (var p = 0; p < length; p++)
                    to[(long)p * targetLd + i] = from[p];
        }
    }

    private static void InterleaveLines<T>(T* line0, T* line1, T* line2, T* line3, int depth, T* target, int width)
        where T : unmanaged
    {
        for (var p = Avx.IsSupported ? Interleave(line0, line1, line2, line3, depth, target, width) : 0; p < depth; p++)
        {
            target[p * width] = line0[p];
            target[p * width + 1] = line1[p];
            target[p * width + 2] = line2[p];
            target[p * width + 3] = line3[p];
        }
    }

    private static void CopyRowsPadded<T>(T* source, int ld, int count, int width, int depth, T* target)
        where T : unmanaged
    {
        for (var p = 0; p < depth; p++, source += ld, target += width)
        {
            new ReadOnlySpan<T>(source, count).CopyTo(new Span<T>(target, width));
            new Span<T>(target + count, width - count).Clear();
        }
    }

    private static void CopyRows<TSimd, TVector, T>(T* source, int ld, int width, int depth, T* target)
        where TSimd : ISimd<TVector, T>
        where T : unmanaged
    {
        for (var p = 0; p < depth; p++, source += ld, target += width)
            for (var i = 0; i < width; i += TSimd.Count)
                TSimd.Store(TSimd.Load(source + i), target + i);
    }

    // Returns how much of the depth is done, the largest part that vectors can do.
    private static int Interleave<T>(T* line0, T* line1, T* line2, T* line3, int depth, T* target, int width)
        where T : unmanaged => typeof(T) == typeof(float)
        ? Interleave((float*)line0, (float*)line1, (float*)line2, (float*)line3, depth, (float*)target, width)
        : Interleave((double*)line0, (double*)line1, (double*)line2, (double*)line3, depth, (double*)target, width);

    private static int Interleave(float* line0, float* line1, float* line2, float* line3, int depth, float* target,
        int width)
    {
        var p = 0;
        for (; p <= depth - 8; p += 8, target += 8 * width)
        {
            var (a, b) = (Vector256.Load(line0 + p), Vector256.Load(line1 + p));
            var (c, d) = (Vector256.Load(line2 + p), Vector256.Load(line3 + p));
            var (abLow, abHigh) = (Avx.UnpackLow(a, b), Avx.UnpackHigh(a, b));
            var (cdLow, cdHigh) = (Avx.UnpackLow(c, d), Avx.UnpackHigh(c, d));
            var steps0And4 = Avx.Shuffle(abLow, cdLow, 0b01_00_01_00);
            var steps1And5 = Avx.Shuffle(abLow, cdLow, 0b11_10_11_10);
            var steps2And6 = Avx.Shuffle(abHigh, cdHigh, 0b01_00_01_00);
            var steps3And7 = Avx.Shuffle(abHigh, cdHigh, 0b11_10_11_10);
            steps0And4.GetLower().Store(target);
            steps1And5.GetLower().Store(target + width);
            steps2And6.GetLower().Store(target + 2 * width);
            steps3And7.GetLower().Store(target + 3 * width);
            steps0And4.GetUpper().Store(target + 4 * width);
            steps1And5.GetUpper().Store(target + 5 * width);
            steps2And6.GetUpper().Store(target + 6 * width);
            steps3And7.GetUpper().Store(target + 7 * width);
        }
        return p;
    }

    private static int Interleave(double* line0, double* line1, double* line2, double* line3, int depth, double* target,
        int width)
    {
        var p = 0;
        for (; p <= depth - 4; p += 4, target += 4 * width)
        {
            var (a, b) = (Vector256.Load(line0 + p), Vector256.Load(line1 + p));
            var (c, d) = (Vector256.Load(line2 + p), Vector256.Load(line3 + p));
            var (abEven, abOdd) = (Avx.UnpackLow(a, b), Avx.UnpackHigh(a, b));
            var (cdEven, cdOdd) = (Avx.UnpackLow(c, d), Avx.UnpackHigh(c, d));
            Avx.Permute2x128(abEven, cdEven, 0x20).Store(target);
            Avx.Permute2x128(abOdd, cdOdd, 0x20).Store(target + width);
            Avx.Permute2x128(abEven, cdEven, 0x31).Store(target + 2 * width);
            Avx.Permute2x128(abOdd, cdOdd, 0x31).Store(target + 3 * width);
        }
        return p;
    }
}

/// <summary>Memory for packed panels, kept by each thread from one product to the next.</summary>
internal static unsafe class PackingBuffer<T> where T : unmanaged
{
    private const int CacheLine = 64;

    [ThreadStatic]
    private static T[]? array;

    /// <summary>At least <paramref name="count"/> elements from a 64-byte boundary on, valid until the thread asks
    /// again.</summary>
    public static T* Take(long count)
    {
        var needed = checked((int)(count + CacheLine / sizeof(T)));
        if (array is null || array.Length < needed)
            array = GC.AllocateUninitializedArray<T>(needed, pinned: true);
        var address = (nuint)Unsafe.AsPointer(ref array[0]);
        return (T*)((address + CacheLine - 1) / CacheLine * CacheLine);
    }
}
