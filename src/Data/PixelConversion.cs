using System.Numerics;
using System.Runtime.InteropServices;

namespace NeuralFramework.Data;

/// <summary>Makes bytes values: (x − mean) · scale, vectorised.</summary>
internal static class PixelConversion
{
    /// <summary>Converts all of <paramref name="pixels"/>; <paramref name="values"/> has the same length.</summary>
    public static void Convert<T>(ReadOnlySpan<byte> pixels, T mean, T scale, Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var done = 0;
        if (typeof(T) == typeof(float))
            done = ToFloats(pixels, float.CreateTruncating(mean), float.CreateTruncating(scale),
                MemoryMarshal.Cast<T, float>(values));
        else if (typeof(T) == typeof(double))
            done = ToDoubles(pixels, double.CreateTruncating(mean), double.CreateTruncating(scale),
                MemoryMarshal.Cast<T, double>(values));
        for (var i = done; i < pixels.Length; i++)
            values[i] = (T.CreateTruncating(pixels[i]) - mean) * scale;
    }

    private static int ToFloats(ReadOnlySpan<byte> pixels, float mean, float scale, Span<float> values)
    {
        ref var source = ref MemoryMarshal.GetReference(pixels);
        ref var target = ref MemoryMarshal.GetReference(values);
        var means = new Vector<float>(mean);
        var scales = new Vector<float>(scale);
        var i = 0;
        for (; i <= pixels.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(Vector.LoadUnsafe(ref source, (nuint)i), out var low, out var high);
            Store(low, ref target, i);
            Store(high, ref target, i + Vector<ushort>.Count);
        }
        return i;

        void Store(Vector<ushort> pixels, ref float target, int at)
        {
            Vector.Widen(pixels, out var low, out var high);
            // Signed, because only that conversion is one instruction everywhere; the values are at most 255.
            ((Vector.ConvertToSingle(low.As<uint, int>()) - means) * scales).StoreUnsafe(ref target, (nuint)at);
            ((Vector.ConvertToSingle(high.As<uint, int>()) - means) * scales)
                .StoreUnsafe(ref target, (nuint)(at + Vector<float>.Count));
        }
    }

    private static int ToDoubles(ReadOnlySpan<byte> pixels, double mean, double scale, Span<double> values)
    {
        ref var source = ref MemoryMarshal.GetReference(pixels);
        ref var target = ref MemoryMarshal.GetReference(values);
        var means = new Vector<double>(mean);
        var scales = new Vector<double>(scale);
        var i = 0;
        for (; i <= pixels.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(Vector.LoadUnsafe(ref source, (nuint)i), out var low, out var high);
            StoreShorts(low, ref target, i);
            StoreShorts(high, ref target, i + Vector<ushort>.Count);
        }
        return i;

        void StoreShorts(Vector<ushort> pixels, ref double target, int at)
        {
            Vector.Widen(pixels, out var low, out var high);
            Store(low, ref target, at);
            Store(high, ref target, at + Vector<uint>.Count);
        }

        void Store(Vector<uint> pixels, ref double target, int at)
        {
            Vector.Widen(pixels, out var low, out var high);
            ((Vector.ConvertToDouble(low.As<ulong, long>()) - means) * scales).StoreUnsafe(ref target, (nuint)at);
            ((Vector.ConvertToDouble(high.As<ulong, long>()) - means) * scales)
                .StoreUnsafe(ref target, (nuint)(at + Vector<double>.Count));
        }
    }
}
