using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>
/// Half the mean squared distance: L = 1/(2N) · Σ (a − b)², the sum over all elements, N the samples (axis 0).
/// <para>Bottoms: a and b, with equal N and equally many elements. Top: the loss, a scalar.</para>
/// <para>Backward: ∂L/∂a = w/N · (a − b), ∂L/∂b = −∂L/∂a, where w is the gradient of the top: its loss weight.</para>
/// <para>Source: Caffe's <c>EuclideanLoss</c>.</para>
/// </summary>
[LayerType("EuclideanLoss")]
public sealed class EuclideanLossLayer<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // The sum is made of parts of this many elements, added in order: the same for any number of threads.
    private const int Grain = WorkPool.ElementGrain;

    private readonly Blob<T> difference = new([0]);
    private readonly Blob<T> partSums = new([0]);
    private int samples;

    /// <inheritdoc/>
    public override BlobCount Bottoms => BlobCount.Exactly(2);

    /// <inheritdoc/>
    public override bool IsLoss => true;

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => false;

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        samples = bottom[0].Shape[AxisOf(bottom[0], 0)];
        if (bottom[1].Shape[AxisOf(bottom[1], 0)] != samples || bottom[1].Count != bottom[0].Count)
            throw ShapeError($"the bottoms {bottom[0]} and {bottom[1]}",
                "two with the same first extent and the same number of elements");
        difference.Reshape(bottom[0].Shape);
        partSums.Reshape([(difference.Count + Grain - 1) / Grain]);
        top[0].Reshape(Shape.Scalar);
    }

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        var work = new ForwardWork(bottom[0].Data, bottom[1].Data, difference.Data, partSums.Data);
        WorkPool.For(difference.Count, Grain, ref work);
        top[0].Data[0] = TensorPrimitives.Sum<T>(partSums.Data) / T.CreateTruncating(2L * samples);
    }

    /// <inheritdoc/>
    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        var scale = top[0].Diff[0] / T.CreateTruncating(samples);
        if (propagateDown[0])
            SetGradient(bottom[0], scale);
        if (propagateDown[1])
            SetGradient(bottom[1], -scale);
    }

    private void SetGradient(Blob<T> bottom, T scale)
    {
        var work = new BackwardWork(difference.Data, bottom.Diff, scale);
        WorkPool.For(difference.Count, Grain, ref work);
    }

    private readonly ref struct ForwardWork(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> difference, Span<T> partSums)
        : IRangeWork
    {
        private readonly ReadOnlySpan<T> a = a;
        private readonly ReadOnlySpan<T> b = b;
        private readonly Span<T> difference = difference;
        private readonly Span<T> partSums = partSums;

        public void Run(int from, int to)
        {
            var part = difference[from..to];
            TensorPrimitives.Subtract(a[from..to], b[from..to], part);
            partSums[from / Grain] = TensorPrimitives.SumOfSquares<T>(part);
        }
    }

    private readonly ref struct BackwardWork(ReadOnlySpan<T> difference, Span<T> dx, T scale) : IRangeWork
    {
        private readonly ReadOnlySpan<T> difference = difference;
        private readonly Span<T> dx = dx;

        public void Run(int from, int to) => TensorPrimitives.Multiply(difference[from..to], scale, dx[from..to]);
    }
}
