using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>
/// Base of losses that are a cost of each class times −ln of its softmax, where the label chooses the costs:
/// L = 1/Z · Σ_i Σ_c a(y_i, c) · −ln p_ic, with the divisor Z of <c>normalization</c>.
/// </summary>
public abstract class SoftmaxCostLayer<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int axis;
    private readonly LossNormalization normalization;
    private readonly ClassLabels<T> labels;
    private readonly Blob<T> ownProbabilities = new([0]);
    private readonly Blob<T> max = new([0]);
    private readonly Blob<T> sum = new([0]);

    // A blob rather than an array: a vectorised sum's order depends on how the memory is aligned.
    private readonly Blob<T> losses = new([0]);
    private AxisView view;
    private T divisor = T.One;

    private protected SoftmaxCostLayer(int axis, LossNormalization normalization, int? ignoreLabel)
    {
        this.axis = axis;
        this.normalization = normalization;
        labels = new ClassLabels<T>(this, ignoreLabel);
    }

    /// <inheritdoc/>
    public override BlobCount Bottoms => BlobCount.Exactly(2);

    /// <inheritdoc/>
    public sealed override BlobCount Tops => BlobCount.Between(1, 2);

    /// <inheritdoc/>
    public sealed override bool IsLoss => true;

    /// <inheritdoc/>
    public sealed override bool BackwardReadsTopData => true;

    private protected int Classes => view.Extent;

    /// <inheritdoc/>
    public sealed override bool PropagatesTo(int bottomIndex) => bottomIndex == 0;

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        view = AxisView.Of(bottom[0].Shape, AxisOf(bottom[0], axis));
        labels.Reshape(bottom[0], bottom[1], view);
        max.Reshape([view.Positions]);
        sum.Reshape([view.Positions]);
        losses.Reshape([view.Positions]);
        top[0].Reshape(Shape.Scalar);
        Probabilities(top).Reshape(bottom[0].Shape);
    }

    /// <inheritdoc/>
    /// <exception cref="DataException">A label is not the number of a class.</exception>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        labels.Read(bottom[1]);
        var work = new ForwardWork(this, bottom[0].Data, Probabilities(top).Data);
        WorkPool.For(view.Outer, SoftmaxKernel<T>.ItemsPerPart(view), ref work);
        divisor = normalization.Divisor(view, ValidWeight(labels.Values, labels.ValidCount));
        top[0].Data[0] = TensorPrimitives.Sum<T>(losses.Data) / divisor;
    }

    /// <inheritdoc/>
    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        if (!propagateDown[0])
            return;
        var work = new BackwardWork(this, Probabilities(top).Data, bottom[0].Diff, top[0].Diff[0] / divisor);
        WorkPool.For(view.Outer, SoftmaxKernel<T>.ItemsPerPart(view), ref work);
    }

    /// <summary>The divisor where <c>normalization</c> is valid.</summary>
    private protected virtual T ValidWeight(ReadOnlySpan<int> labels, int validCount) => T.CreateTruncating(validCount);

    /// <summary>The losses of one sample's places, from ln p = s − max − ln sum. What it sets where the label is
    /// ignored does not count.</summary>
    private protected abstract void SetLosses(ReadOnlySpan<T> scores, ReadOnlySpan<T> max, ReadOnlySpan<T> sum,
        ReadOnlySpan<int> labels, Span<T> losses);

    /// <summary>The gradients of one sample's scores, times a factor. What it sets where the label is ignored does not
    /// count.</summary>
    private protected abstract void SetGradient(ReadOnlySpan<T> probabilities, ReadOnlySpan<int> labels, T factor,
        Span<T> dx);

    private Blob<T> Probabilities(IReadOnlyList<Blob<T>> top) => top.Count > 1 ? top[1] : ownProbabilities;

    private void ForwardItem(int item, ReadOnlySpan<T> scores, Span<T> probabilities)
    {
        var inner = view.Inner;
        var itemMax = max.Data.Slice(item * inner, inner);
        var itemSum = sum.Data.Slice(item * inner, inner);
        var itemLosses = losses.Data.Slice(item * inner, inner);
        var itemLabels = labels.Values.Slice(item * inner, inner);
        SoftmaxKernel<T>.Forward(scores, probabilities, itemMax, itemSum);
        SetLosses(scores, itemMax, itemSum, itemLabels, itemLosses);
        for (var i = 0; i < inner; i++)
            if (itemLabels[i] == ClassLabels<T>.Ignored)
                itemLosses[i] = T.Zero;
    }

    private void BackwardItem(int item, ReadOnlySpan<T> probabilities, T factor, Span<T> dx)
    {
        var inner = view.Inner;
        var itemLabels = labels.Values.Slice(item * inner, inner);
        SetGradient(probabilities, itemLabels, factor, dx);
        for (var i = 0; i < inner; i++)
            if (itemLabels[i] == ClassLabels<T>.Ignored)
                for (var at = i; at < dx.Length; at += inner)
                    dx[at] = T.Zero;
    }

    private readonly ref struct ForwardWork(SoftmaxCostLayer<T> layer, ReadOnlySpan<T> scores, Span<T> probabilities)
        : IRangeWork
    {
        private readonly ReadOnlySpan<T> scores = scores;
        private readonly Span<T> probabilities = probabilities;

        public void Run(int from, int to)
        {
            var size = layer.view.Extent * layer.view.Inner;
            for (var item = from; item < to; item++)
                layer.ForwardItem(item, scores.Slice(item * size, size), probabilities.Slice(item * size, size));
        }
    }

    private readonly ref struct BackwardWork(SoftmaxCostLayer<T> layer, ReadOnlySpan<T> probabilities, Span<T> dx,
        T factor)
        : IRangeWork
    {
        private readonly ReadOnlySpan<T> probabilities = probabilities;
        private readonly Span<T> dx = dx;

        public void Run(int from, int to)
        {
            var size = layer.view.Extent * layer.view.Inner;
            for (var item = from; item < to; item++)
                layer.BackwardItem(item, probabilities.Slice(item * size, size), factor, dx.Slice(item * size, size));
        }
    }
}
