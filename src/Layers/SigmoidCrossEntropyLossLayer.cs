using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="SigmoidCrossEntropyLossLayer{T}"/>.</summary>
public sealed record SigmoidCrossEntropyLossOptions : LayerOptions
{
    /// <summary>A target that does not count: no loss and no gradient where it stands.</summary>
    public int? IgnoreLabel { get; init; }

    /// <summary>What the sum of the losses is divided by.</summary>
    public LossNormalization Normalization { get; init; } = LossNormalization.BatchSize;
}

/// <summary>
/// Cross-entropy of independent probabilities: L = 1/Z · Σ_i −(t_i · ln σ(x_i) + (1 − t_i) · ln(1 − σ(x_i))), computed
/// as max(x, 0) − x · t + ln(1 + e^−|x|), which neither overflows nor takes the logarithm of 0.
/// <para>Bottoms: scores x; targets t from 0 to 1; with equal N (axis 0) and equally many elements. Top: the loss, a
/// scalar.</para>
/// <para>The divisor Z, by <c>normalization</c>: full, the number of elements; valid, of those that are not ignored;
/// batch_size, N; none, 1.</para>
/// <para>Backward: ∂L/∂x_i = g/Z · (σ(x_i) − t_i), where g is the gradient of the top: its loss weight; 0 where the
/// target is ignored. None goes to the targets.</para>
/// <para>Source: Caffe's <c>SigmoidCrossEntropyLoss</c>, also in that a target is ignored where its whole part is
/// <c>ignore_label</c>.</para>
/// </summary>
[LayerType("SigmoidCrossEntropyLoss")]
public sealed class SigmoidCrossEntropyLossLayer<T>(SigmoidCrossEntropyLossOptions options) : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // The sum is made of parts of this many elements, added in order: the same for any number of threads.
    private const int Grain = WorkPool.ElementGrain;

    private readonly Blob<T> losses = new([0]);
    private readonly Blob<T> partSums = new([0]);
    private AxisView view;
    private T divisor = T.One;

    /// <inheritdoc/>
    public override BlobCount Bottoms => BlobCount.Exactly(2);

    /// <inheritdoc/>
    public override bool IsLoss => true;

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => false;

    /// <inheritdoc/>
    public override bool PropagatesTo(int bottomIndex) => bottomIndex == 0;

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        var samples = bottom[0].Shape[AxisOf(bottom[0], 0)];
        if (bottom[1].Shape[AxisOf(bottom[1], 0)] != samples || bottom[1].Count != bottom[0].Count)
            throw ShapeError($"the bottoms {bottom[0]} and {bottom[1]}",
                "two with the same first extent and the same number of elements");
        view = new AxisView(samples, 1, bottom[0].Shape.SizeOf(1));
        losses.Reshape(bottom[0].Shape);
        partSums.Reshape([(losses.Count + Grain - 1) / Grain]);
        top[0].Reshape(Shape.Scalar);
    }

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        var work = new ForwardWork(this, bottom[0].Data, bottom[1].Data);
        WorkPool.For(losses.Count, Grain, ref work);
        divisor = options.Normalization.Divisor(view, T.CreateTruncating(ValidCount(bottom[1].Data)));
        top[0].Data[0] = TensorPrimitives.Sum<T>(partSums.Data) / divisor;
    }

    /// <inheritdoc/>
    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        if (!propagateDown[0])
            return;
        var work = new BackwardWork(this, bottom[0].Data, bottom[1].Data, bottom[0].Diff, top[0].Diff[0] / divisor);
        WorkPool.For(losses.Count, Grain, ref work);
    }

    private int ValidCount(ReadOnlySpan<T> targets)
    {
        var count = targets.Length;
        if (options.IgnoreLabel is { } ignored)
            foreach (var target in targets)
                if (IsIgnored(target, ignored))
                    count--;
        return count;
    }

    private void ClearIgnored(ReadOnlySpan<T> targets, Span<T> values)
    {
        if (options.IgnoreLabel is { } ignored)
            for (var i = 0; i < values.Length; i++)
                if (IsIgnored(targets[i], ignored))
                    values[i] = T.Zero;
    }

    private static bool IsIgnored(T target, int ignored) => T.Truncate(target) == T.CreateTruncating(ignored);

    private readonly ref struct ForwardWork(SigmoidCrossEntropyLossLayer<T> layer, ReadOnlySpan<T> x,
        ReadOnlySpan<T> targets) : IRangeWork
    {
        private readonly ReadOnlySpan<T> x = x;
        private readonly ReadOnlySpan<T> targets = targets;

        public void Run(int from, int to)
        {
            var scores = x[from..to];
            var aims = targets[from..to];
            var part = layer.losses.Data[from..to];
            TensorPrimitives.Abs(scores, part);
            TensorPrimitives.Negate(part, part);
            TensorPrimitives.Exp(part, part);
            TensorPrimitives.LogP1(part, part);
            for (var i = 0; i < part.Length; i++)
                part[i] += T.Max(scores[i], T.Zero) - scores[i] * aims[i];
            layer.ClearIgnored(aims, part);
            layer.partSums.Data[from / Grain] = TensorPrimitives.Sum<T>(part);
        }
    }

    private readonly ref struct BackwardWork(SigmoidCrossEntropyLossLayer<T> layer, ReadOnlySpan<T> x,
        ReadOnlySpan<T> targets, Span<T> dx, T factor) : IRangeWork
    {
        private readonly ReadOnlySpan<T> x = x;
        private readonly ReadOnlySpan<T> targets = targets;
        private readonly Span<T> dx = dx;

        public void Run(int from, int to)
        {
            var aims = targets[from..to];
            var part = dx[from..to];
            TensorPrimitives.Sigmoid(x[from..to], part);
            TensorPrimitives.Subtract(part, aims, part);
            TensorPrimitives.Multiply(part, factor, part);
            layer.ClearIgnored(aims, part);
        }
    }
}
