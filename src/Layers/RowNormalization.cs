using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>Normalising one row of values to the mean 0, and to a deviation of 1, and back.</summary>
internal static class RowNormalization<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Grain = WorkPool.ElementGrain;

    /// <summary>How many rows make a part of the work.</summary>
    public static int RowsPerPart(int columns) => Math.Max(1, Grain / Math.Max(1, columns));

    /// <summary>Subtracts the mean and returns the (biased) variance.</summary>
    public static T Center(ReadOnlySpan<T> x, Span<T> centered)
    {
        TensorPrimitives.Subtract(x, Average(TensorPrimitives.Sum(x), x.Length), centered);
        return Average(TensorPrimitives.SumOfSquares<T>(centered), x.Length);
    }

    /// <summary>dx = inverse · (dy − mean of dy − x̂ · correction · mean of dy · x̂). dx may be the same memory as
    /// dy.</summary>
    public static void Backward(ReadOnlySpan<T> dy, ReadOnlySpan<T> xHat, T inverse, T correction, Span<T> dx)
    {
        var mean = Average(TensorPrimitives.Sum(dy), dy.Length);
        var slope = correction * Average(TensorPrimitives.Dot(dy, xHat), dy.Length);
        TensorPrimitives.Subtract(dy, mean, dx);
        TensorPrimitives.MultiplyAdd(xHat, -slope, dx, dx);
        TensorPrimitives.Multiply(dx, inverse, dx);
    }

    private static T Average(T sum, int count) => sum / T.CreateTruncating(count);
}
