using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>
/// Difference: y = a − b, element by element.
/// <para>Bottoms: a and b, of equal shapes or such as broadcast (see <see cref="BroadcastLayer{T}"/>). Top: the shape
/// that they fill.</para>
/// <para>Backward: ∂L/∂a = ∂L/∂y, ∂L/∂b = −∂L/∂y, summed over the repetitions of a bottom that is repeated.</para>
/// <para>Source: the gates of the CS231n notes; Caffe's <c>Eltwise</c> with <c>coeff</c> 1, −1, for equal
/// shapes.</para>
/// </summary>
[LayerType("Subtract")]
public sealed class SubtractLayer<T> : BroadcastLayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override BlobCount Bottoms => BlobCount.Exactly(2);

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => false;

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top) =>
        Fold<SubtractOperator<T>>(bottom, top[0].Data);

    private protected override void ComputeGradient(int index, IReadOnlyList<Blob<T>> bottom, Blob<T> top,
        Span<T> gradient)
    {
        if (index == 0)
            top.Diff.CopyTo(gradient);
        else
            TensorPrimitives.Negate(top.Diff, gradient);
    }
}
