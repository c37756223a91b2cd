using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="ConcatLayer{T}"/>.</summary>
public sealed record ConcatOptions : LayerOptions
{
    /// <summary>The axis along which the bottoms are put together; -1 is the last.</summary>
    public int Axis { get; init; } = 1;
}

/// <summary>
/// Puts blobs one behind the other along an axis: y = [x₀, x₁, …].
/// <para>Bottoms: one or more with the axis, equal in all other extents. Top: the same, the extent of the axis their
/// sum.</para>
/// <para>Backward: ∂L/∂x_i = the part of ∂L/∂y that x_i went to.</para>
/// <para>Source: Caffe's <c>Concat</c>.</para>
/// </summary>
[LayerType("Concat")]
public sealed class ConcatLayer<T>(ConcatOptions options) : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private AxisBlocks[] parts = [];

    /// <inheritdoc/>
    public override BlobCount Bottoms => BlobCount.AtLeast(1);

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => false;

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        var shape = bottom[0].Shape;
        var axis = AxisOf(bottom[0], options.Axis);
        if (bottom.Any(blob => blob.Shape.Rank != shape.Rank
            || !blob.Shape.Where((_, i) => i != axis).SequenceEqual(shape.Where((_, i) => i != axis))))
            throw ShapeError($"the bottoms {string.Join(", ", bottom)}", $"shapes that differ in axis {axis} alone");
        top[0].Reshape([.. shape.Take(axis), bottom.Sum(blob => blob.Shape[axis]), .. shape.Skip(axis + 1)]);
        parts = new AxisBlocks[bottom.Count];
        var from = 0;
        for (var i = 0; i < parts.Length; i++)
        {
            var to = from + bottom[i].Shape[axis];
            parts[i] = AxisBlocks.Of(top[0].Shape, axis, from, to);
            from = to;
        }
    }

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        for (var i = 0; i < parts.Length; i++)
            parts[i].Scatter(bottom[i].Data, top[0].Data);
    }

    /// <inheritdoc/>
    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        for (var i = 0; i < parts.Length; i++)
            if (propagateDown[i])
                parts[i].Gather(top[0].Diff, bottom[i].Diff);
    }
}
