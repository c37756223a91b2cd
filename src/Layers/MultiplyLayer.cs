using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>
/// Product: y = x₀ · x₁ · …, element by element.
/// <para>Bottoms: two or more, of equal shapes or such as broadcast (see <see cref="BroadcastLayer{T}"/>). Top: the
/// shape that they fill.</para>
/// <para>Backward: ∂L/∂x_i = ∂L/∂y · Π_{j≠i} x_j, summed over the repetitions of a bottom that is repeated. The product
/// of the others is multiplied out rather than y / x_i, so that an x_i of 0 does no harm.</para>
/// <para>Source: the multiply gate of the CS231n notes; Caffe's <c>Eltwise</c> with <c>prod</c>, for equal
/// shapes.</para>
/// </summary>
[LayerType("Multiply")]
public sealed class MultiplyLayer<T> : BroadcastLayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override bool BackwardReadsTopData => false;

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top) =>
        Fold<MultiplyOperator<T>>(bottom, top[0].Data);

    private protected override void ComputeGradient(int index, IReadOnlyList<Blob<T>> bottom, Blob<T> top,
        Span<T> gradient)
    {
        ReadOnlySpan<T> product = top.Diff;
        for (var i = 0; i < bottom.Count; i++)
        {
            if (i == index)
                continue;
            Apply<MultiplyOperator<T>>(i, product, bottom, gradient);
            product = gradient;
        }
    }
}
