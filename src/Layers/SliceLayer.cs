using System.ComponentModel.DataAnnotations;
using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="SliceLayer{T}"/>.</summary>
public sealed record SliceOptions : LayerOptions
{
    /// <summary>The axis that is cut; -1 is the last.</summary>
    public int Axis { get; init; } = 1;

    /// <summary>The indices at which each top after the first begins; equal parts when left out.</summary>
    [Range(1, int.MaxValue)]
    public OneOrMany<int>? SlicePoint { get; init; }
}

/// <summary>
/// Cuts a blob along an axis: [y₀, y₁, …] = x, the reverse of <c>Concat</c>.
/// <para>Bottom: any shape that has the axis. Tops: one or more, each with its part of the axis.</para>
/// <para>Backward: ∂L/∂x = [∂L/∂y₀, ∂L/∂y₁, …].</para>
/// <para>Source: Caffe's <c>Slice</c>.</para>
/// </summary>
[LayerType("Slice")]
public sealed class SliceLayer<T>(SliceOptions options) : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private AxisBlocks[] parts = [];

    /// <inheritdoc/>
    public override BlobCount Tops => BlobCount.AtLeast(1);

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => false;

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        var shape = bottom[0].Shape;
        var axis = AxisOf(bottom[0], options.Axis);
        var borders = Borders(bottom[0], axis, top.Count);
        parts = new AxisBlocks[top.Count];
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = AxisBlocks.Of(shape, axis, borders[i], borders[i + 1]);
            top[i].Reshape([.. shape.Take(axis), borders[i + 1] - borders[i], .. shape.Skip(axis + 1)]);
        }
    }

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        for (var i = 0; i < parts.Length; i++)
            parts[i].Gather(bottom[0].Data, top[i].Data);
    }

    /// <inheritdoc/>
    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        if (!propagateDown[0])
            return;
        for (var i = 0; i < parts.Length; i++)
            parts[i].Scatter(top[i].Diff, bottom[0].Diff);
    }

    private int[] Borders(Blob<T> bottom, int axis, int count)
    {
        var extent = bottom.Shape[axis];
        if (options.SlicePoint is not { } points)
            return extent % count == 0
                ? [.. Enumerable.Range(0, count + 1).Select(i => i * (extent / count))]
                : throw ShapeError($"the bottom {bottom} to cut into {count} equal parts along axis {axis}",
                    $"an extent that {count} divides, or a slice_point");
        int[] borders = [0, .. points, extent];
        if (points.Count == count - 1 && borders.Zip(borders.Skip(1)).All(pair => pair.First < pair.Second))
            return borders;
        throw ShapeError($"the slice_point [{string.Join(", ", points)}] for the bottom {bottom} and {count} "
            + (count == 1 ? "top" : "tops"), $"{count - 1} in rising order, above 0 and below {extent}");
    }
}
