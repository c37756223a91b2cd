using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework;

/// <summary>
/// Hands one blob to several layers and sums the gradients that come back: y_i = x; ∂L/∂x = Σ_i ∂L/∂y_i. The net
/// inserts it where a blob branches; a definition may name it as well. Bottom: any shape; tops: the same shape, values
/// shared without a copy. The source is Caffe's <c>SplitLayer</c>.
/// </summary>
[LayerType("Split")]
public sealed class SplitLayer<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override BlobCount Tops => BlobCount.AtLeast(1);

    // Nothing reads them here, but who overwrites one top's values overwrites the bottom's and the other tops'.
    /// <inheritdoc/>
    public override bool BackwardReadsTopData => true;

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        foreach (var branch in top)
        {
            branch.ShareData(bottom[0], bottom[0].Shape);
        }
    }

    /// <summary>Does nothing: the tops share the bottom's values.</summary>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
    }

    /// <inheritdoc/>
    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        if (!propagateDown[0])
            return;
        var sum = bottom[0].Diff;
        if (top.Count == 1)
            top[0].Diff.CopyTo(sum);
        else
            Add(top[0].Diff, top[1].Diff, sum);
        for (var branch = 2; branch < top.Count; branch++)
            Add(sum, top[branch].Diff, sum);
    }

    private static void Add(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> sum)
    {
        var work = new AddWork(x, y, sum);
        WorkPool.For(sum.Length, WorkPool.ElementGrain, ref work);
    }

    private readonly ref struct AddWork(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> sum) : IRangeWork
    {
        private readonly ReadOnlySpan<T> x = x;
        private readonly ReadOnlySpan<T> y = y;
        private readonly Span<T> sum = sum;

        public void Run(int from, int to) => TensorPrimitives.Add(x[from..to], y[from..to], sum[from..to]);
    }
}
