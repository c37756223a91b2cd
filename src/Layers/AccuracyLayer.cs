using System.ComponentModel.DataAnnotations;
using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="AccuracyLayer{T}"/>.</summary>
public sealed record AccuracyOptions : LayerOptions
{
    /// <summary>A prediction is right when the label is among this many classes with the highest scores.</summary>
    [Range(1, int.MaxValue)]
    public int TopK { get; init; } = 1;

    /// <summary>The axis of the classes; -1 is the last.</summary>
    public int Axis { get; init; } = 1;

    /// <summary>A label that does not count. It need not be the number of a class.</summary>
    public int? IgnoreLabel { get; init; }
}

/// <summary>
/// The share of predictions that are right: 1/P · Σ_i [fewer than top_k other classes have s_ij ≥ s_iy], where i runs
/// over the P samples (and places behind the axis) and y is the label of i. A tie counts against the prediction: a net
/// that gives all classes the same score has the accuracy 0. Labels equal to <c>ignore_label</c> are left out; a batch
/// of nothing else has the accuracy 0.
/// <para>Bottoms: scores, of any shape that has the axis; labels, one class number from 0 to C − 1 for each place.
/// Tops: the accuracy, a scalar; optionally the accuracy of each class, C values, 0 for a class without a
/// sample.</para>
/// <para>Backward: nothing; there is no gradient.</para>
/// <para>Source: Caffe's <c>Accuracy</c> (1.0), ties included. NaN counts as a tie, where Caffe lets a net of NaN have
/// the accuracy 1.</para>
/// </summary>
[LayerType("Accuracy")]
public sealed class AccuracyLayer<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly AccuracyOptions options;
    private readonly ClassLabels<T> labels;
    private int[] samplesOf = [];
    private int[] rightOf = [];
    private AxisView view;

    /// <summary>Creates the layer.</summary>
    public AccuracyLayer(AccuracyOptions options) =>
        (this.options, labels) = (options, new ClassLabels<T>(this, options.IgnoreLabel));

    /// <inheritdoc/>
    public override BlobCount Bottoms => BlobCount.Exactly(2);

    /// <inheritdoc/>
    public override BlobCount Tops => BlobCount.Between(1, 2);

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => false;

    /// <inheritdoc/>
    public override bool PropagatesTo(int bottomIndex) => false;

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        view = AxisView.Of(bottom[0].Shape, AxisOf(bottom[0], options.Axis));
        if (options.TopK > view.Extent)
            throw ShapeError($"top_k {options.TopK} for the scores {bottom[0]}", $"at most {view.Extent}, the classes");
        labels.Reshape(bottom[0], bottom[1], view);
        samplesOf = new int[view.Extent];
        rightOf = new int[view.Extent];
        top[0].Reshape(Shape.Scalar);
        if (top.Count > 1)
            top[1].Reshape([view.Extent]);
    }

    /// <inheritdoc/>
    /// <exception cref="DataException">A label is not the number of a class.</exception>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        labels.Read(bottom[1]);
        Count(bottom[0].Data);
        var right = 0;
        foreach (var count in rightOf)
            right += count;
        top[0].Data[0] = T.CreateTruncating(right) / T.CreateTruncating(Math.Max(1, labels.ValidCount));
        if (top.Count == 1)
            return;
        for (var label = 0; label < view.Extent; label++)
            top[1].Data[label] = T.CreateTruncating(rightOf[label]) / T.CreateTruncating(Math.Max(1, samplesOf[label]));
    }

    /// <summary>Does nothing: there is no gradient.</summary>
    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
    }

    private void Count(ReadOnlySpan<T> scores)
    {
        Array.Clear(samplesOf);
        Array.Clear(rightOf);
        var size = view.Extent * view.Inner;
        var values = labels.Values;
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] == ClassLabels<T>.Ignored)
                continue;
            samplesOf[values[i]]++;
            if (IsRight(scores.Slice(i / view.Inner * size, size)[(i % view.Inner)..], values[i]))
                rightOf[values[i]]++;
        }
    }

    /// <summary>Whether the label of one place is among the best; its scores stand <c>Inner</c> apart.</summary>
    private bool IsRight(ReadOnlySpan<T> scores, int label)
    {
        var score = scores[label * view.Inner];
        // The label's own score is among those not below it.
        var others = -1;
        for (var i = 0; i < scores.Length && others < options.TopK; i += view.Inner)
            if (!(scores[i] < score))
                others++;
        return others < options.TopK;
    }
}
