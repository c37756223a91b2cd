using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>
/// The transforms of Winograd's minimal filtering for windows of 3 with 4 results at a time, and of 5 with 2: both go
/// through 6 products, at the points 0, ±3/4, ±3/2 and ∞. A line is transformed in one axis, lane by lane; a tile, in
/// both. (A. Lavin and S. Gray, Fast Algorithms for Convolutional Neural Networks, 2015, whose letters are used here:
/// y = Aᵀ((G·g) ⊙ (Bᵀ·d)). With their points ±1, ±2 results round twice as much.)
/// </summary>
internal static unsafe class WinogradLines<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Points = WinogradTiling.Points;

    // The points, and what the transforms take of them, all of it exact in binary.
    private const double A = WinogradTiling.NearPoint;
    private const double B = WinogradTiling.FarPoint;
    private const double A2 = A * A;
    private const double B2 = B * B;

    /// <summary>Bᵀ·d·B of a tile of 6×6.</summary>
    /// <param name="source">The first element of the tile, a vector.</param>
    /// <param name="rowStep">The distance to the element below.</param>
    /// <param name="columnStep">The distance to the element on the right.</param>
    /// <param name="target">The first of the 36 products.</param>
    /// <param name="step">The distance between two products.</param>
    /// <param name="scratch">Room for 36 vectors.</param>
    public static void Image(T* source, nint rowStep, nint columnStep, T* target, nint step, T* scratch)
    {
        for (var x = 0; x < Points; x++)
            ImageLine(source + x * columnStep, rowStep, scratch + x * TSimd.Count, Points * TSimd.Count);
        for (var y = 0; y < Points; y++)
            ImageLine(scratch + y * Points * TSimd.Count, TSimd.Count, target + y * Points * step, step);
    }

    /// <summary>Aᵀ·m·A of 36 products, plus a vector of biases: a tile of 4×4 results, or of 2×2.</summary>
    public static void Results(int results, T* source, nint step, T* target, nint rowStep, nint columnStep, T* bias,
        T* scratch)
    {
        for (var x = 0; x < Points; x++)
            ResultLine(results, source + x * step, Points * step, scratch + x * TSimd.Count, Points * TSimd.Count, null);
        for (var y = 0; y < results; y++)
            ResultLine(results, scratch + y * Points * TSimd.Count, TSimd.Count, target + y * rowStep, columnStep, bias);
    }

    /// <summary>A·y·Aᵀ of a tile of gradients of the results.</summary>
    public static void Gradients(int results, T* source, nint rowStep, nint columnStep, T* target, nint step, T* scratch)
    {
        for (var x = 0; x < results; x++)
            GradientLine(results, source + x * columnStep, rowStep, scratch + x * TSimd.Count, Points * TSimd.Count);
        for (var y = 0; y < Points; y++)
            GradientLine(results, scratch + y * Points * TSimd.Count, TSimd.Count, target + y * Points * step, step);
    }

    /// <summary>Left·w·Leftᵀ of a tile of w: rows×inner of <paramref name="left"/>, row by row.</summary>
    public static void Weights(ReadOnlySpan<T> left, int rows, int inner, T* source, nint sourceStep, T* target,
        nint targetStep, T* scratch)
    {
        for (var x = 0; x < inner; x++)
            WeightLine(left, rows, inner, source + x * sourceStep, inner * sourceStep, scratch + x * TSimd.Count,
                inner * TSimd.Count);
        for (var y = 0; y < rows; y++)
            WeightLine(left, rows, inner, scratch + y * inner * TSimd.Count, TSimd.Count, target + y * rows * targetStep,
                targetStep);
    }

    private static TVector Sum(TVector left, TVector right) => TSimd.MultiplyAdd(TSimd.Broadcast(T.One), left, right);

    private static TVector Add(TVector left, double times, TVector right) =>
        TSimd.MultiplyAdd(TSimd.Broadcast(T.CreateTruncating(times)), right, left);

    private static void ImageLine(T* source, nint step, T* target, nint targetStep)
    {
        var d0 = TSimd.Load(source);
        var d1 = TSimd.Load(source + step);
        var d2 = TSimd.Load(source + 2 * step);
        var d3 = TSimd.Load(source + 3 * step);
        var d4 = TSimd.Load(source + 4 * step);
        var d5 = TSimd.Load(source + 5 * step);
        TSimd.Store(Add(Add(d4, -A2 - B2, d2), A2 * B2, d0), target);
        var (even, odd) = (Add(d4, -B2, d2), Add(d3, -B2, d1));
        TSimd.Store(Add(even, A, odd), target + targetStep);
        TSimd.Store(Add(even, -A, odd), target + 2 * targetStep);
        (even, odd) = (Add(d4, -A2, d2), Add(d3, -A2, d1));
        TSimd.Store(Add(even, B, odd), target + 3 * targetStep);
        TSimd.Store(Add(even, -B, odd), target + 4 * targetStep);
        TSimd.Store(Add(Add(d5, -A2 - B2, d3), A2 * B2, d1), target + 5 * targetStep);
    }

    private static void ResultLine(int results, T* source, nint step, T* target, nint targetStep, T* biases)
    {
        var bias = biases == null ? TSimd.Broadcast(T.Zero) : TSimd.Load(biases);
        var m0 = TSimd.Load(source);
        var m1 = TSimd.Load(source + step);
        var m2 = TSimd.Load(source + 2 * step);
        var m3 = TSimd.Load(source + 3 * step);
        var m4 = TSimd.Load(source + 4 * step);
        var last = Sum(bias, TSimd.Load(source + 5 * step));
        var (near, nearOdd) = (Sum(m1, m2), Add(m1, -1, m2));
        var (far, farOdd) = (Sum(m3, m4), Add(m3, -1, m4));
        TSimd.Store(Sum(bias, Sum(Sum(near, far), m0)), target);
        if (results == 2)
        {
            TSimd.Store(Add(Add(last, A, nearOdd), B, farOdd), target + targetStep);
            return;
        }
        TSimd.Store(Add(Add(bias, A, nearOdd), B, farOdd), target + targetStep);
        TSimd.Store(Add(Add(bias, A2, near), B2, far), target + 2 * targetStep);
        TSimd.Store(Add(Add(last, A2 * A, nearOdd), B2 * B, farOdd), target + 3 * targetStep);
    }

    private static void GradientLine(int results, T* source, nint step, T* target, nint targetStep)
    {
        var y0 = TSimd.Load(source);
        var last = TSimd.Load(source + step);
        var (nearEven, nearOdd, farEven, farOdd) = (y0, last, y0, last);
        if (results == 4)
        {
            var y2 = TSimd.Load(source + 2 * step);
            last = TSimd.Load(source + 3 * step);
            (nearEven, farEven) = (Add(y0, A2, y2), Add(y0, B2, y2));
            (nearOdd, farOdd) = (Add(nearOdd, A2, last), Add(farOdd, B2, last));
        }
        TSimd.Store(y0, target);
        TSimd.Store(Add(nearEven, A, nearOdd), target + targetStep);
        TSimd.Store(Add(nearEven, -A, nearOdd), target + 2 * targetStep);
        TSimd.Store(Add(farEven, B, farOdd), target + 3 * targetStep);
        TSimd.Store(Add(farEven, -B, farOdd), target + 4 * targetStep);
        TSimd.Store(last, target + 5 * targetStep);
    }

    private static void WeightLine(ReadOnlySpan<T> left, int rows, int inner, T* source, nint step, T* target,
        nint targetStep)
    {
        for (var row = 0; row < rows; row++)
        {
            var sum = TSimd.Broadcast(T.Zero);
            for (var i = 0; i < inner; i++)
                sum = TSimd.MultiplyAdd(TSimd.Broadcast(left[row * inner + i]), TSimd.Load(source + i * step), sum);
            TSimd.Store(sum, target + row * targetStep);
        }
    }
}
