using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="InfogainLossLayer{T}"/>.</summary>
public sealed record InfogainLossOptions : LayerOptions
{
    /// <summary>With two bottoms: the rows of H, one for each label, as many as there are classes.</summary>
    public double[][]? Matrix { get; init; }

    /// <summary>The axis of the classes; -1 is the last.</summary>
    public int Axis { get; init; } = 1;

    /// <summary>A label that does not count: no loss and no gradient where it stands. It need not be the number of a
    /// class.</summary>
    public int? IgnoreLabel { get; init; }

    /// <summary>What the sum of the losses is divided by.</summary>
    public LossNormalization Normalization { get; init; } = LossNormalization.Valid;

    /// <inheritdoc/>
    public override IEnumerable<string> Problems()
    {
        if (Matrix is null)
            yield break;
        foreach (var (index, row) in Matrix.Index())
            if (row is null || row.Length != Matrix.Length || !row.All(double.IsFinite))
                yield return $"member 'matrix': received the row {index} "
                    + (row is null ? "null" : $"[{string.Join(", ", row)}]")
                    + $", allowed: {Matrix.Length} numbers, as many as there are rows";
    }
}

/// <summary>
/// Cross-entropy of the softmax of scores, in which the label's row of a matrix H says what each class counts:
/// L = 1/Z · Σ_i Σ_c H_(y_i)c · −ln max(p_ic, 10⁻²⁰), where i runs over the samples (and places behind the axis), y_i
/// is the label of i and p the softmax. With the identity for H it is <c>SoftmaxLoss</c>.
/// <para>Bottoms: scores, of any shape that has the axis, such as N×C or N×C×H×W; labels, one class number from 0 to
/// C − 1, or <c>ignore_label</c>, for each place; optionally H, C×C, else it is the option <c>matrix</c>. Tops: the
/// loss, a scalar; optionally the probabilities p, of the scores' shape.</para>
/// <para>The divisor Z, by <c>normalization</c>: full, the number of places; valid, of those that are not ignored;
/// batch_size, the number of samples; none, 1.</para>
/// <para>Backward: ∂L/∂s_ic = g/Z · (p_ic · Σ_k H_(y_i)k − H_(y_i)c), where g is the gradient of the loss top; 0 where
/// the label is ignored. None goes to labels and H.</para>
/// <para>Source: Caffe's <c>InfogainLoss</c> (its softmax included since 2017), which reads H from a file.</para>
/// </summary>
[LayerType("InfogainLoss")]
public sealed class InfogainLossLayer<T>(InfogainLossOptions options)
    : SoftmaxCostLayer<T>(options.Axis, options.Normalization, options.IgnoreLabel)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly T LeastLogarithm = T.Log(T.CreateTruncating(1e-20));

    private readonly Blob<T> ownMatrix = new([0]);
    private readonly Blob<T> rowSums = new([0]);
    private Blob<T> matrix = new([0]);

    /// <inheritdoc/>
    public override BlobCount Bottoms => BlobCount.Between(2, 3);

    /// <inheritdoc/>
    public override void SetUp(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        RequireBlobCounts(bottom.Count, top.Count);
        if (options.Problems().FirstOrDefault() is { } problem)
            throw new ConfigException($"{this}: {problem}");
        if (options.Matrix is null == (bottom.Count == 2))
            throw new ConfigException($"{this}: member 'matrix': received {(bottom.Count == 2 ? "none" : "one")} with "
                + $"{bottom.Count} bottoms, allowed: a list of rows, or a third bottom, and not both");
        if (options.Matrix is { } rows)
        {
            ownMatrix.Reshape([rows.Length, rows.Length]);
            ownMatrix.Set([.. rows.SelectMany(row => row).Select(T.CreateTruncating)]);
        }
        base.SetUp(bottom, top);
    }

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        base.Reshape(bottom, top);
        matrix = bottom.Count > 2 ? bottom[2] : ownMatrix;
        if (matrix.Count != Classes * Classes)
            throw ShapeError($"a matrix of the shape {matrix.Shape} for the scores {bottom[0]}",
                $"{Classes}×{Classes}");
        rowSums.Reshape([Classes]);
    }

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        for (var label = 0; label < Classes; label++)
            rowSums.Data[label] = TensorPrimitives.Sum(RowOf(label));
        base.Forward(bottom, top);
    }

    private protected override void SetLosses(ReadOnlySpan<T> scores, ReadOnlySpan<T> max, ReadOnlySpan<T> sum,
        ReadOnlySpan<int> labels, Span<T> losses)
    {
        var inner = labels.Length;
        for (var i = 0; i < inner; i++)
        {
            if (labels[i] == ClassLabels<T>.Ignored)
                continue;
            var row = RowOf(labels[i]);
            var shift = max[i] + T.Log(sum[i]);
            var loss = T.Zero;
            for (var c = 0; c < row.Length; c++)
                loss -= row[c] * T.Max(scores[c * inner + i] - shift, LeastLogarithm);
            losses[i] = loss;
        }
    }

    private protected override void SetGradient(ReadOnlySpan<T> probabilities, ReadOnlySpan<int> labels, T factor,
        Span<T> dx)
    {
        var inner = labels.Length;
        for (var i = 0; i < inner; i++)
        {
            if (labels[i] == ClassLabels<T>.Ignored)
                continue;
            var row = RowOf(labels[i]);
            var sum = rowSums.Data[labels[i]];
            for (var c = 0; c < row.Length; c++)
                dx[c * inner + i] = factor * (probabilities[c * inner + i] * sum - row[c]);
        }
    }

    private ReadOnlySpan<T> RowOf(int label) => matrix.Data.Slice(label * Classes, Classes);
}
