using System.ComponentModel.DataAnnotations;
using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="CropLayer{T}"/>.</summary>
public sealed record CropOptions : LayerOptions
{
    /// <summary>The first axis that is cropped; all behind it are too. -1 is the last.</summary>
    public int Axis { get; init; } = 2;

    /// <summary>The index at which the top begins: one for all cropped axes, or one for each.</summary>
    [Range(0, int.MaxValue)]
    public OneOrMany<int> Offset { get; init; } = 0;
}

/// <summary>
/// Cuts a blob to the extents of another from an axis on: y[i] = x[i + offset].
/// <para>Bottoms: x, of any shape that has the axis; a reference with as many axes, whose values do not matter. Top:
/// the extents of x before <c>axis</c>, those of the reference from it on.</para>
/// <para>Backward: ∂L/∂x[i + offset] = ∂L/∂y[i], 0 outside of the top. None goes to the reference.</para>
/// <para>Source: Caffe's <c>Crop</c>.</para>
/// </summary>
[LayerType("Crop")]
public sealed class CropLayer<T>(CropOptions options) : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Where in x each run of the top begins, and how long a run is.
    private int[] starts = [];
    private int runLength;

    /// <inheritdoc/>
    public override BlobCount Bottoms => BlobCount.Exactly(2);

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => false;

    private int RunsPerPart => Math.Max(1, WorkPool.ElementGrain / Math.Max(1, runLength));

    /// <inheritdoc/>
    public override bool PropagatesTo(int bottomIndex) => bottomIndex == 0;

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        var shape = bottom[0].Shape;
        var first = AxisOf(bottom[0], options.Axis);
        if (bottom[1].Shape.Rank != shape.Rank)
            throw ShapeError($"the bottoms {bottom[0]} and {bottom[1]}", "two with the same number of axes");
        if (options.Offset.Count != 1 && options.Offset.Count != shape.Rank - first)
            throw ShapeError($"{options.Offset.Count} values of offset for the bottom {bottom[0]}",
                $"1, or {shape.Rank - first}, one for each axis from axis {options.Axis} on");
        int[] extents = [.. shape.Take(first), .. bottom[1].Shape.Skip(first)];
        var start = 0;
        for (var axis = first; axis < shape.Rank; axis++)
            start += CheckedOffset(bottom, axis, axis - first) * shape.SizeOf(axis + 1);
        runLength = extents[^1];
        starts = StridedOffsets.Of(extents.AsSpan(0, extents.Length - 1),
            [.. Enumerable.Range(1, extents.Length - 1).Select(axis => shape.SizeOf(axis))]);
        foreach (ref var value in starts.AsSpan())
            value += start;
        top[0].Reshape(extents);
    }

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        var work = new ForwardWork(this, bottom[0].Data, top[0].Data);
        WorkPool.For(starts.Length, RunsPerPart, ref work);
    }

    /// <inheritdoc/>
    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        if (!propagateDown[0])
            return;
        bottom[0].Diff.Clear();
        var work = new BackwardWork(this, top[0].Diff, bottom[0].Diff);
        WorkPool.For(starts.Length, RunsPerPart, ref work);
    }

    private int CheckedOffset(IReadOnlyList<Blob<T>> bottom, int axis, int index)
    {
        var offset = options.Offset[options.Offset.Count == 1 ? 0 : index];
        var (extent, wanted) = (bottom[0].Shape[axis], bottom[1].Shape[axis]);
        return (long)offset + wanted <= extent
            ? offset
            : throw ShapeError($"the bottoms {bottom[0]} and {bottom[1]} with the offset {offset} along axis {axis}",
                wanted > extent
                    ? $"a reference of at most {extent} there"
                    : $"an offset of at most {extent - wanted} there");
    }

    private readonly ref struct ForwardWork(CropLayer<T> layer, ReadOnlySpan<T> x, Span<T> y) : IRangeWork
    {
        private readonly ReadOnlySpan<T> x = x;
        private readonly Span<T> y = y;

        public void Run(int from, int to)
        {
            var length = layer.runLength;
            for (var run = from; run < to; run++)
                x.Slice(layer.starts[run], length).CopyTo(y[(run * length)..]);
        }
    }

    private readonly ref struct BackwardWork(CropLayer<T> layer, ReadOnlySpan<T> dy, Span<T> dx) : IRangeWork
    {
        private readonly ReadOnlySpan<T> dy = dy;
        private readonly Span<T> dx = dx;

        public void Run(int from, int to)
        {
            var length = layer.runLength;
            for (var run = from; run < to; run++)
                dy.Slice(run * length, length).CopyTo(dx[layer.starts[run]..]);
        }
    }
}
