using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>Softmax of one item: channels × inner scores, normalised over the channels.</summary>
internal static class SoftmaxKernel<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // How many elements of a part are worth waking a thread for.
    private const int Grain = 4 * 1024;

    /// <summary>How many items make a part of the work.</summary>
    public static int ItemsPerPart(AxisView view) => Math.Max(1, Grain / Math.Max(1, view.Extent * view.Inner));

    /// <summary>y = exp(x − max) / sum; also gives max and sum for each inner position.</summary>
    public static void Forward(ReadOnlySpan<T> x, Span<T> y, Span<T> max, Span<T> sum)
    {
        if (max.Length == 1)
            ForwardRow(x, y, out max[0], out sum[0]);
        else
            ForwardPlanes(x, y, max, sum);
    }

    /// <summary>dx = y · (dy − Σ dy·y); <paramref name="dot"/> is scratch for each inner position.</summary>
    public static void Backward(ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx, Span<T> dot)
    {
        if (dot.Length == 1)
            TensorPrimitives.AddMultiply(dy, -TensorPrimitives.Dot(dy, y), y, dx);
        else
            BackwardPlanes(y, dy, dx, dot);
    }

    private static void ForwardRow(ReadOnlySpan<T> x, Span<T> y, out T max, out T sum)
    {
        max = TensorPrimitives.Max(x);
        TensorPrimitives.Subtract(x, max, y);
        TensorPrimitives.Exp(y, y);
        sum = TensorPrimitives.Sum<T>(y);
        TensorPrimitives.Divide(y, sum, y);
    }

    private static void ForwardPlanes(ReadOnlySpan<T> x, Span<T> y, Span<T> max, Span<T> sum)
    {
        var inner = max.Length;
        max.Fill(T.NegativeInfinity);
        sum.Clear();
        for (var i = 0; i < x.Length; i += inner)
            TensorPrimitives.Max(max, x.Slice(i, inner), max);
        for (var i = 0; i < x.Length; i += inner)
        {
            var plane = y.Slice(i, inner);
            TensorPrimitives.Subtract(x.Slice(i, inner), max, plane);
            TensorPrimitives.Exp(plane, plane);
            TensorPrimitives.Add(sum, plane, sum);
        }
        for (var i = 0; i < y.Length; i += inner)
            TensorPrimitives.Divide(y.Slice(i, inner), sum, y.Slice(i, inner));
    }

    private static void BackwardPlanes(ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx, Span<T> dot)
    {
        var inner = dot.Length;
        dot.Clear();
        for (var i = 0; i < y.Length; i += inner)
            TensorPrimitives.MultiplyAdd(dy.Slice(i, inner), y.Slice(i, inner), dot, dot);
        for (var i = 0; i < y.Length; i += inner)
        {
            var plane = dx.Slice(i, inner);
            TensorPrimitives.Subtract(dy.Slice(i, inner), dot, plane);
            TensorPrimitives.Multiply(plane, y.Slice(i, inner), plane);
        }
    }
}
