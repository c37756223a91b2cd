using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>
/// Quotient: y = a / b, element by element. Where b is 0, y is infinite or NaN.
/// <para>Bottoms: a and b, of equal shapes or such as broadcast (see <see cref="BroadcastLayer{T}"/>). Top: the shape
/// that they fill.</para>
/// <para>Backward: ∂L/∂a = ∂L/∂y / b, ∂L/∂b = −∂L/∂y · y / b, summed over the repetitions of a bottom that is
/// repeated.</para>
/// <para>Source: the gates of the CS231n notes. Caffe has no layer for it.</para>
/// </summary>
[LayerType("Divide")]
public sealed class DivideLayer<T> : BroadcastLayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override BlobCount Bottoms => BlobCount.Exactly(2);

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => true;

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top) =>
        Fold<DivideOperator<T>>(bottom, top[0].Data);

    private protected override void ComputeGradient(int index, IReadOnlyList<Blob<T>> bottom, Blob<T> top,
        Span<T> gradient)
    {
        Apply<DivideOperator<T>>(1, top.Diff, bottom, gradient);
        if (index == 0)
            return;
        TensorPrimitives.Multiply(gradient, top.Data, gradient);
        TensorPrimitives.Negate(gradient, gradient);
    }
}
