using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NeuralFramework.Embeddings;

/// <summary>Rows of numbers, each padded with zeros to whole cache lines, and what is done to them.</summary>
internal sealed unsafe class VectorTable
{
    private const int Line = 16;

    // Keeps the memory where it is for as long as the table lives.
    private readonly float[] memory;
    private readonly float* start;

    public VectorTable(int rows, int width)
    {
        (Rows, Width) = (rows, width);
        Stride = (width + Line - 1) / Line * Line;
        memory = GC.AllocateArray<float>(checked(rows * Stride + Line), pinned: true);
        var address = (nuint)Unsafe.AsPointer(ref memory[0]);
        start = (float*)((address + 63) / 64 * 64);
    }

    public int Rows { get; }

    public int Width { get; }

    /// <summary>From one row to the next.</summary>
    public int Stride { get; }

    public float* this[int row] => start + (nint)row * Stride;

    public Span<float> Row(int row) => new(this[row], Width);

    /// <summary>Uniform numbers of −1/2 to 1/2, divided by the width, as word2vec begins.</summary>
    public void FillAtRandom(Random random)
    {
        for (var row = 0; row < Rows; row++)
            foreach (ref var value in Row(row))
                value = (float)((random.NextDouble() - 0.5) / Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Dot(float* a, float* b, int stride)
    {
        var (even, odd) = (Vector256<float>.Zero, Vector256<float>.Zero);
        for (var i = 0; i < stride; i += Line)
        {
            even = Vector256.FusedMultiplyAdd(Vector256.LoadAligned(a + i), Vector256.LoadAligned(b + i), even);
            odd = Vector256.FusedMultiplyAdd(Vector256.LoadAligned(a + i + 8), Vector256.LoadAligned(b + i + 8), odd);
        }
        return Vector256.Sum(even + odd);
    }

    /// <summary>The product of two vectors, and that of the second with itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (float Product, float Square) DotAndSquare(float* a, float* b, int stride)
    {
        var (even, odd) = (Vector256<float>.Zero, Vector256<float>.Zero);
        var (evenSquares, oddSquares) = (Vector256<float>.Zero, Vector256<float>.Zero);
        for (var i = 0; i < stride; i += Line)
        {
            var (first, second) = (Vector256.LoadAligned(b + i), Vector256.LoadAligned(b + i + 8));
            even = Vector256.FusedMultiplyAdd(Vector256.LoadAligned(a + i), first, even);
            odd = Vector256.FusedMultiplyAdd(Vector256.LoadAligned(a + i + 8), second, odd);
            evenSquares = Vector256.FusedMultiplyAdd(first, first, evenSquares);
            oddSquares = Vector256.FusedMultiplyAdd(second, second, oddSquares);
        }
        return (Vector256.Sum(even + odd), Vector256.Sum(evenSquares + oddSquares));
    }

    /// <summary>target += factor · source.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddScaled(float* target, float* source, float factor, int stride)
    {
        var scale = Vector256.Create(factor);
        for (var i = 0; i < stride; i += Line)
        {
            Vector256.FusedMultiplyAdd(Vector256.LoadAligned(source + i), scale, Vector256.LoadAligned(target + i))
                .StoreAligned(target + i);
            Vector256.FusedMultiplyAdd(Vector256.LoadAligned(source + i + 8), scale, Vector256.LoadAligned(target + i + 8))
                .StoreAligned(target + i + 8);
        }
    }
}
