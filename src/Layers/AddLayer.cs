using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>
/// Sum: y = x₀ + x₁ + …, element by element.
/// <para>Bottoms: two or more, of equal shapes or such as broadcast (see <see cref="BroadcastLayer{T}"/>). Top: the
/// shape that they fill.</para>
/// <para>Backward: ∂L/∂x_i = ∂L/∂y, summed over the repetitions of a bottom that is repeated: the gradient is
/// distributed to all.</para>
/// <para>Source: the add gate of the CS231n notes; Caffe's <c>Eltwise</c> with <c>sum</c>, for equal shapes.</para>
/// </summary>
[LayerType("Add")]
public sealed class AddLayer<T> : BroadcastLayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override bool BackwardReadsTopData => false;

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top) =>
        Fold<AddOperator<T>>(bottom, top[0].Data);

    private protected override void ComputeGradient(int index, IReadOnlyList<Blob<T>> bottom, Blob<T> top,
        Span<T> gradient) => top.Diff.CopyTo(gradient);
}
