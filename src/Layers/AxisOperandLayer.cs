using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>
/// Base of layers that join x with a smaller operand, which has some of x's axes and is repeated along the others. The
/// operand is the second bottom or, with one bottom, the layer's own parameter.
/// </summary>
public abstract class AxisOperandLayer<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int axis;
    private readonly int numAxes;
    private readonly Filler filler;

    private protected AxisOperandLayer(int axis, int numAxes, Filler filler)
    {
        this.axis = axis;
        this.numAxes = numAxes;
        this.filler = filler;
    }

    /// <inheritdoc/>
    public sealed override BlobCount Bottoms => BlobCount.Between(1, 2);

    /// <inheritdoc/>
    public sealed override bool BackwardReadsTopData => false;

    /// <summary>How the operand is repeated to the shape of x.</summary>
    private protected BroadcastMap Map { get; private set; } = BroadcastMap.Of(Shape.Scalar, Shape.Scalar);

    /// <inheritdoc/>
    public override void SetUp(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        RequireBlobCounts(bottom.Count, top.Count);
        if (bottom.Count == 1)
            AddParameter(OwnShape(bottom[0]), filler);
        base.SetUp(bottom, top);
    }

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        var shape = bottom[0].Shape;
        var operand = Operand(bottom).Shape;
        // A scalar has no axis to be laid along.
        var first = operand.Rank == 0 ? 0 : AxisOf(bottom[0], axis);
        if (!shape.Skip(first).Take(operand.Rank).SequenceEqual(operand))
            throw bottom.Count > 1
                ? ShapeError($"the bottoms {bottom[0]} and {bottom[1]}",
                    $"a second one with the extents of the first from axis {axis} on, or the first of them")
                : ShapeError($"the bottom {bottom[0]}",
                    $"the extents {operand} from axis {axis} on, for which the parameter was made");
        Map = BroadcastMap.Of([.. operand, .. Enumerable.Repeat(1, shape.Rank - first - operand.Rank)], shape);
        top[0].Reshape(shape);
    }

    /// <summary>The second bottom or the parameter.</summary>
    private protected Blob<T> Operand(IReadOnlyList<Blob<T>> bottom) => bottom.Count > 1 ? bottom[1] : Parameters[0];

    /// <summary>Whether the operand's gradient is asked for.</summary>
    private protected bool OperandNeedsGradient(IReadOnlyList<bool> propagateDown) =>
        propagateDown.Count > 1 ? propagateDown[1] : Parameters[0].NeedsGradient;

    /// <summary>Sums a gradient as large as x into the operand's: overwrites that of a bottom, adds to that of a
    /// parameter.</summary>
    private protected void SumGradient(ReadOnlySpan<T> gradient, IReadOnlyList<Blob<T>> bottom)
    {
        if (bottom.Count > 1)
            bottom[1].Diff.Clear();
        Map.AddSums(gradient, Operand(bottom).Diff);
    }

    private Shape OwnShape(Blob<T> bottom)
    {
        if (numAxes == 0)
            return Shape.Scalar;
        var first = AxisOf(bottom, axis);
        var left = bottom.Shape.Rank - first;
        if (numAxes > left)
            throw ShapeError($"num_axes {numAxes} from axis {axis} on for the bottom {bottom}", $"at most {left}");
        return [.. bottom.Shape.Skip(first).Take(numAxes < 0 ? left : numAxes)];
    }
}
