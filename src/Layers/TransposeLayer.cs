using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="TransposeLayer{T}"/>.</summary>
public sealed record TransposeOptions : LayerOptions
{
    /// <summary>For each axis of the top, the axis of the bottom that it is; negative ones count from the end. The
    /// bottom's in reverse when left out.</summary>
    public OneOrMany<int>? Axes { get; init; }
}

/// <summary>
/// Permutes axes: y[i_{axes[0]}, i_{axes[1]}, …] = x[i₀, i₁, …]. By default the order is reversed: y = xᵀ.
/// <para>Bottom: any shape. Top: its extents in the order of <c>axes</c>.</para>
/// <para>Backward: ∂L/∂x = ∂L/∂y permuted back.</para>
/// <para>Source: numpy's <c>transpose</c>; SSD's fork of Caffe has it as <c>Permute</c>, with <c>order</c>.</para>
/// </summary>
[LayerType("Transpose")]
public sealed class TransposeLayer<T>(TransposeOptions options) : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // How many elements of a part are worth waking a thread for.
    private const int Grain = 4 * 1024;

    // The bottom's offset of the first value of each row of the top, and the distance between two.
    private int[] offsets = [];
    private int stride;
    private int rowLength;

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => false;

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        var shape = bottom[0].Shape;
        var axes = AxesFor(bottom[0]);
        top[0].Reshape([.. axes.Select(axis => shape[axis])]);
        int[] strides = [.. axes.Select(axis => shape.SizeOf(axis + 1))];
        var outer = Math.Max(0, axes.Length - 1);
        offsets = StridedOffsets.Of([.. top[0].Shape.Take(outer)], strides.AsSpan(0, outer));
        (rowLength, stride) = axes.Length == 0 ? (1, 1) : (top[0].Shape[-1], strides[^1]);
    }

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        var work = new GatherWork(this, bottom[0].Data, top[0].Data);
        WorkPool.For(offsets.Length, RowGrain, ref work);
    }

    /// <inheritdoc/>
    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        if (!propagateDown[0])
            return;
        var work = new ScatterWork(this, top[0].Diff, bottom[0].Diff);
        WorkPool.For(offsets.Length, RowGrain, ref work);
    }

    private int RowGrain => Math.Max(1, Grain / Math.Max(1, rowLength));

    private int[] AxesFor(Blob<T> bottom)
    {
        var rank = bottom.Shape.Rank;
        if (options.Axes is null)
            return [.. Enumerable.Range(0, rank).Reverse()];
        int[] axes = [.. options.Axes.Select(axis => AxisOf(bottom, axis))];
        return axes.Order().SequenceEqual(Enumerable.Range(0, rank))
            ? axes
            : throw ShapeError($"the axes [{string.Join(", ", options.Axes)}] for the bottom {bottom}",
                $"each of its {rank} axes once");
    }

    private readonly ref struct GatherWork(TransposeLayer<T> layer, ReadOnlySpan<T> x, Span<T> y) : IRangeWork
    {
        private readonly ReadOnlySpan<T> x = x;
        private readonly Span<T> y = y;

        public void Run(int from, int to)
        {
            for (var row = from; row < to; row++)
            {
                var values = y.Slice(row * layer.rowLength, layer.rowLength);
                var source = layer.offsets[row];
                for (var i = 0; i < values.Length; i++)
                    values[i] = x[source + i * layer.stride];
            }
        }
    }

    private readonly ref struct ScatterWork(TransposeLayer<T> layer, ReadOnlySpan<T> dy, Span<T> dx) : IRangeWork
    {
        private readonly ReadOnlySpan<T> dy = dy;
        private readonly Span<T> dx = dx;

        public void Run(int from, int to)
        {
            for (var row = from; row < to; row++)
            {
                var values = dy.Slice(row * layer.rowLength, layer.rowLength);
                var target = layer.offsets[row];
                for (var i = 0; i < values.Length; i++)
                    dx[target + i * layer.stride] = values[i];
            }
        }
    }
}
