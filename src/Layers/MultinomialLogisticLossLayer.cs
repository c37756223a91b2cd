using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>
/// Minus the mean logarithm of the labels' probabilities: L = 1/N · Σ_i −ln max(p_iy, 10⁻²⁰), where y is the label of
/// sample i. <c>SoftmaxLoss</c> takes scores and is stable; this is for what already is a probability.
/// <para>Bottoms: probabilities of N×C (in N×C×… all but the first axis count the classes); labels, N class numbers
/// from 0 to C − 1. Top: the loss, a scalar.</para>
/// <para>Backward: ∂L/∂p_iy = −g/N · 1 / max(p_iy, 10⁻²⁰), where g is the gradient of the top: its loss weight; 0 for
/// the other classes. None goes to the labels.</para>
/// <para>Source: Caffe's <c>MultinomialLogisticLoss</c>.</para>
/// </summary>
[LayerType("MultinomialLogisticLoss")]
public sealed class MultinomialLogisticLossLayer<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly T LeastProbability = T.CreateTruncating(1e-20);

    private readonly ClassLabels<T> labels;
    private AxisView view;

    /// <summary>Creates the layer.</summary>
    public MultinomialLogisticLossLayer() => labels = new ClassLabels<T>(this);

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
        view = new AxisView(bottom[0].Shape[AxisOf(bottom[0], 0)], bottom[0].Shape.SizeOf(1), 1);
        labels.Reshape(bottom[0], bottom[1], view);
        top[0].Reshape(Shape.Scalar);
    }

    /// <inheritdoc/>
    /// <exception cref="DataException">A label is not the number of a class.</exception>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        labels.Read(bottom[1]);
        var sum = T.Zero;
        for (var i = 0; i < view.Outer; i++)
            sum -= T.Log(LabelProbability(bottom[0].Data, i));
        top[0].Data[0] = sum / T.CreateTruncating(view.Outer);
    }

    /// <inheritdoc/>
    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        if (!propagateDown[0])
            return;
        var factor = -top[0].Diff[0] / T.CreateTruncating(view.Outer);
        bottom[0].Diff.Clear();
        for (var i = 0; i < view.Outer; i++)
            bottom[0].Diff[Place(i)] = factor / LabelProbability(bottom[0].Data, i);
    }

    private int Place(int sample) => sample * view.Extent + labels.Values[sample];

    private T LabelProbability(ReadOnlySpan<T> probabilities, int sample) =>
        T.Max(probabilities[Place(sample)], LeastProbability);
}
