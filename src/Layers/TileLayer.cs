using System.ComponentModel.DataAnnotations;
using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="TileLayer{T}"/>.</summary>
public sealed record TileOptions : LayerOptions
{
    /// <summary>The axis along which the copies stand; -1 is the last.</summary>
    public int Axis { get; init; } = 1;

    /// <summary>How many copies there are.</summary>
    [Range(1, int.MaxValue)]
    public required int Tiles { get; init; }
}

/// <summary>
/// Puts copies of a blob one behind the other along an axis: y = [x, x, …].
/// <para>Bottom: any shape that has the axis. Top: the same, the extent of the axis times <c>tiles</c>.</para>
/// <para>Backward: ∂L/∂x = the sum of ∂L/∂y over the copies.</para>
/// <para>Source: Caffe's <c>Tile</c>.</para>
/// </summary>
[LayerType("Tile")]
public sealed class TileLayer<T>(TileOptions options) : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private BroadcastMap map = BroadcastMap.Of(Shape.Scalar, Shape.Scalar);

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => false;

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        var shape = bottom[0].Shape;
        var axis = AxisOf(bottom[0], options.Axis);
        top[0].Reshape([.. shape.Take(axis), checked(shape[axis] * options.Tiles), .. shape.Skip(axis + 1)]);
        // The copies are an axis of their own, along which x is repeated.
        int[] outer = [.. shape.Take(axis)];
        int[] inner = [.. shape.Skip(axis)];
        map = BroadcastMap.Of([.. outer, 1, .. inner], [.. outer, options.Tiles, .. inner]);
    }

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top) =>
        map.Expand(bottom[0].Data, top[0].Data);

    /// <inheritdoc/>
    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        if (!propagateDown[0])
            return;
        bottom[0].Diff.Clear();
        map.AddSums(top[0].Diff, bottom[0].Diff);
    }
}
