using System.ComponentModel.DataAnnotations;
using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="SoftmaxLossLayer{T}"/>.</summary>
public sealed record SoftmaxLossOptions : LayerOptions
{
    /// <summary>The axis of the classes; -1 is the last.</summary>
    public int Axis { get; init; } = 1;

    /// <summary>A label that does not count: no loss and no gradient where it stands. It need not be the number of a
    /// class.</summary>
    public int? IgnoreLabel { get; init; }

    /// <summary>What the sum of the losses is divided by.</summary>
    public LossNormalization Normalization { get; init; } = LossNormalization.Valid;

    /// <summary>The part ε of the target that is spread over all classes, the label's included.</summary>
    [Range(0.0, 1.0)]
    public double LabelSmoothing { get; init; }

    /// <summary>What each class costs; 1 when left out.</summary>
    [Range(0.0, double.MaxValue)]
    public OneOrMany<double>? ClassWeights { get; init; }
}

/// <summary>
/// Cross-entropy of the softmax of scores: L = 1/Z · Σ_i −ln p_iy with −ln p_ic = ln Σ_k e^(s_ik − m_i) − (s_ic − m_i),
/// where i runs over the samples (and places behind the axis), y is the label of i, and m_i = max_k s_ik keeps the sum
/// from overflowing.
/// <para>Bottoms: scores, of any shape that has the axis, such as N×C or N×C×H×W; labels, one class number from 0 to
/// C − 1, or <c>ignore_label</c>, for each place, such as N or N×H×W. Tops: the loss, a scalar; optionally the
/// probabilities p, of the scores' shape.</para>
/// <para>With <c>class_weights</c> w and <c>label_smoothing</c> ε the loss of place i is Σ_c a_ic · −ln p_ic with
/// a_ic = w_c · ((1 − ε) · [c = y_i] + ε/C).</para>
/// <para>The divisor Z, by <c>normalization</c>: full, the number of places P; valid, of those that are not ignored or,
/// with <c>class_weights</c>, the sum of their labels' weights w_y; batch_size, the number of samples; none, 1. So
/// valid is PyTorch's reduction mean, with weights as well, and none its sum. Where Z is 0, it is taken as 1.</para>
/// <para>Backward: ∂L/∂s_ic = g/Z · (p_ic · Σ_k a_ik − a_ic), without weights g/Z · (p_ic − a_ic), where g is the
/// gradient of the loss top: its loss weight; 0 where the label is ignored. None goes to the labels, and none is taken
/// from the probabilities.</para>
/// <para>Source: Caffe's <c>SoftmaxWithLoss</c>, which limits p from below where this takes the logarithm of the sum;
/// PyTorch's <c>cross_entropy</c> for weights and smoothing (Szegedy et al. 2016), which Caffe lacks.</para>
/// </summary>
[LayerType("SoftmaxLoss")]
public sealed class SoftmaxLossLayer<T>(SoftmaxLossOptions options)
    : SoftmaxCostLayer<T>(options.Axis, options.Normalization, options.IgnoreLabel)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T labelPart = T.CreateTruncating(1 - options.LabelSmoothing);
    private T[] weights = [];

    // The costs that every class has, whatever the label: w_c · ε/C.
    private T[] spread = [];
    private T spreadSum;

    private bool IsSmooth => options.LabelSmoothing > 0;

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        base.Reshape(bottom, top);
        if (options.ClassWeights is { } given && given.Count != Classes)
            throw ShapeError($"{given.Count} class_weights for the scores {bottom[0]}",
                $"{Classes}, one for each class");
        if (weights.Length == Classes)
            return;
        weights = new T[Classes];
        for (var label = 0; label < Classes; label++)
            weights[label] = options.ClassWeights is { } values ? T.CreateTruncating(values[label]) : T.One;
        spread = new T[Classes];
        TensorPrimitives.Multiply(weights, T.CreateTruncating(options.LabelSmoothing / Classes), spread);
        spreadSum = TensorPrimitives.Sum<T>(spread);
    }

    private protected override T ValidWeight(ReadOnlySpan<int> labels, int validCount)
    {
        if (options.ClassWeights is null)
            return base.ValidWeight(labels, validCount);
        var sum = T.Zero;
        foreach (var label in labels)
            if (label != ClassLabels<T>.Ignored)
                sum += weights[label];
        return sum;
    }

    private protected override void SetLosses(ReadOnlySpan<T> scores, ReadOnlySpan<T> max, ReadOnlySpan<T> sum,
        ReadOnlySpan<int> labels, Span<T> losses)
    {
        var inner = labels.Length;
        for (var i = 0; i < inner; i++)
            if (labels[i] is not ClassLabels<T>.Ignored and var label)
                losses[i] = CostSum(label) * T.Log(sum[i]) - LabelCost(label) * (scores[label * inner + i] - max[i]);
        for (var label = 0; label < Classes && IsSmooth; label++)
            for (var i = 0; i < inner; i++)
                losses[i] -= spread[label] * (scores[label * inner + i] - max[i]);
    }

    private protected override void SetGradient(ReadOnlySpan<T> probabilities, ReadOnlySpan<int> labels, T factor,
        Span<T> dx)
    {
        var inner = labels.Length;
        if (options.ClassWeights is null)
            TensorPrimitives.Multiply(probabilities, factor, dx);
        else
            MultiplyByCostSums(probabilities, labels, factor, dx);
        for (var label = 0; label < Classes && IsSmooth; label++)
        {
            var plane = dx.Slice(label * inner, inner);
            TensorPrimitives.Subtract(plane, factor * spread[label], plane);
        }
        for (var i = 0; i < inner; i++)
            if (labels[i] is not ClassLabels<T>.Ignored and var label)
                dx[label * inner + i] -= factor * LabelCost(label);
    }

    private void MultiplyByCostSums(ReadOnlySpan<T> probabilities, ReadOnlySpan<int> labels, T factor, Span<T> dx)
    {
        var inner = labels.Length;
        for (var i = 0; i < inner; i++)
            if (labels[i] is not ClassLabels<T>.Ignored and var label)
                for (var at = i; at < dx.Length; at += inner)
                    dx[at] = factor * CostSum(label) * probabilities[at];
    }

    private T LabelCost(int label) => labelPart * weights[label];

    // Without weights, 1 exactly.
    private T CostSum(int label) => options.ClassWeights is null ? T.One : LabelCost(label) + spreadSum;
}
