using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="SoftmaxLossLayer{T}"/>.</summary>
public sealed record SoftmaxLossOptions : LayerOptions
{
    /// <summary>The axis of the classes; -1 is the last.</summary>
    public int Axis { get; init; } = 1;
}

/// <summary>
/// Cross-entropy of the softmax of scores: L = 1/P · Σ_i (ln Σ_k e^(s_ik − m_i) − (s_iy − m_i)), where i runs over the
/// P samples (and places behind the axis), y is the label of i, and m_i = max_k s_ik keeps the sum from overflowing.
/// <para>Bottoms: scores, of any shape that has the axis, such as N×C or N×C×H×W; labels, one class number from 0 to
/// C − 1 for each place, such as N or N×H×W. Tops: the loss, a scalar; optionally the probabilities p, of the scores'
/// shape.</para>
/// <para>Backward: ∂L/∂s_ic = w/P · (p_ic − [c = y_i]), where w is the gradient of the loss top: its loss weight. None
/// goes to the labels, and none is taken from the probabilities.</para>
/// <para>Source: Caffe's <c>SoftmaxWithLoss</c>, which limits p from below where this takes the logarithm of the sum,
/// and has <c>ignore_label</c> and <c>normalization</c>: here no label is left out and the mean is over all.</para>
/// </summary>
[LayerType("SoftmaxLoss")]
public sealed class SoftmaxLossLayer<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly SoftmaxLossOptions options;
    private readonly ClassLabels<T> labels;
    private readonly Blob<T> ownProbabilities = new([0]);
    private readonly Blob<T> max = new([0]);
    private readonly Blob<T> sum = new([0]);

    // A blob rather than an array: a vectorised sum's order depends on how the memory is aligned.
    private readonly Blob<T> losses = new([0]);
    private AxisView view;

    /// <summary>Creates the layer.</summary>
    public SoftmaxLossLayer(SoftmaxLossOptions options) => (this.options, labels) = (options, new ClassLabels<T>(this));

    /// <inheritdoc/>
    public override BlobCount Bottoms => BlobCount.Exactly(2);

    /// <inheritdoc/>
    public override BlobCount Tops => BlobCount.Between(1, 2);

    /// <inheritdoc/>
    public override bool IsLoss => true;

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => true;

    /// <inheritdoc/>
    public override bool PropagatesTo(int bottomIndex) => bottomIndex == 0;

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        view = AxisView.Of(bottom[0].Shape, AxisOf(bottom[0], options.Axis));
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
        top[0].Data[0] = TensorPrimitives.Sum<T>(losses.Data) / T.CreateTruncating(view.Positions);
    }

    /// <inheritdoc/>
    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        if (!propagateDown[0])
            return;
        var scale = top[0].Diff[0] / T.CreateTruncating(view.Positions);
        var work = new BackwardWork(this, Probabilities(top).Data, bottom[0].Diff, scale);
        WorkPool.For(view.Outer, SoftmaxKernel<T>.ItemsPerPart(view), ref work);
    }

    private Blob<T> Probabilities(IReadOnlyList<Blob<T>> top) => top.Count > 1 ? top[1] : ownProbabilities;

    private void ForwardItem(int item, ReadOnlySpan<T> scores, Span<T> probabilities)
    {
        var inner = view.Inner;
        var itemMax = max.Data.Slice(item * inner, inner);
        var itemSum = sum.Data.Slice(item * inner, inner);
        var itemLosses = losses.Data.Slice(item * inner, inner);
        var itemLabels = labels.Values.Slice(item * inner, inner);
        SoftmaxKernel<T>.Forward(scores, probabilities, itemMax, itemSum);
        for (var i = 0; i < inner; i++)
            itemLosses[i] = T.Log(itemSum[i]) - (scores[itemLabels[i] * inner + i] - itemMax[i]);
    }

    private void BackwardItem(int item, ReadOnlySpan<T> probabilities, Span<T> dx, T scale)
    {
        var inner = view.Inner;
        var itemLabels = labels.Values.Slice(item * inner, inner);
        TensorPrimitives.Multiply(probabilities, scale, dx);
        for (var i = 0; i < inner; i++)
            dx[itemLabels[i] * inner + i] -= scale;
    }

    private readonly ref struct ForwardWork(SoftmaxLossLayer<T> layer, ReadOnlySpan<T> scores, Span<T> probabilities)
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

    private readonly ref struct BackwardWork(SoftmaxLossLayer<T> layer, ReadOnlySpan<T> probabilities, Span<T> dx,
        T scale)
        : IRangeWork
    {
        private readonly ReadOnlySpan<T> probabilities = probabilities;
        private readonly Span<T> dx = dx;

        public void Run(int from, int to)
        {
            var size = layer.view.Extent * layer.view.Inner;
            for (var item = from; item < to; item++)
                layer.BackwardItem(item, probabilities.Slice(item * size, size), dx.Slice(item * size, size), scale);
        }
    }
}
