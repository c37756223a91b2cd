using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>How values become one.</summary>
public enum ReductionOperation
{
    /// <summary>Σ x.</summary>
    Sum,

    /// <summary>Σ |x|.</summary>
    Asum,

    /// <summary>Σ x².</summary>
    Sumsq,

    /// <summary>Σ x / the number of values.</summary>
    Mean,
}

/// <summary>Base of layers that make one value of all axes from one on: y = coeff · op(x) for each row of the axes
/// before it. With the axis 0, all is one row, and the top a scalar.</summary>
public abstract class RowReductionLayer<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // How many elements of a part are worth waking a thread for.
    private const int Grain = WorkPool.ElementGrain;

    private readonly ReductionOperation operation;
    private readonly int axis;
    private readonly double coefficient;
    private readonly Blob<T> scaledDiff = new([0]);
    private BroadcastMap? map;
    private int columns;

    private protected RowReductionLayer(ReductionOperation operation, int axis, double coefficient)
    {
        this.operation = operation;
        this.axis = axis;
        this.coefficient = coefficient;
    }

    /// <inheritdoc/>
    public sealed override bool BackwardReadsTopData => false;

    // Of the sum; the slope of Σ x² has another 2.
    private T Factor => T.CreateTruncating(operation == ReductionOperation.Mean ? coefficient / columns : coefficient);

    /// <inheritdoc/>
    public sealed override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        var shape = bottom[0].Shape;
        // A scalar has no axis, but is one row.
        var first = shape.Rank == 0 && axis is 0 or -1 ? 0 : AxisOf(bottom[0], axis);
        columns = shape.SizeOf(first);
        top[0].Reshape([.. shape.Take(first)]);
        scaledDiff.Reshape(top[0].Shape);
        map = BroadcastMap.Of([.. shape.Take(first), .. Enumerable.Repeat(1, shape.Rank - first)], shape);
    }

    /// <inheritdoc/>
    public sealed override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        var work = new ReduceWork(operation, bottom[0].Data, top[0].Data, columns, Factor);
        WorkPool.For(top[0].Count, Math.Max(1, Grain / Math.Max(1, columns)), ref work);
    }

    /// <inheritdoc/>
    public sealed override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        if (!propagateDown[0])
            return;
        var x = bottom[0].Data;
        var dx = bottom[0].Diff;
        var dy = scaledDiff.Data;
        TensorPrimitives.Multiply(top[0].Diff, Factor, dy);
        switch (operation)
        {
            case ReductionOperation.Asum:
                map!.Apply<T, SignOperator<T>>(x, dy, dx);
                break;
            case ReductionOperation.Sumsq:
                TensorPrimitives.Add(dy, dy, dy);
                map!.Apply<T, MultiplyOperator<T>>(x, dy, dx);
                break;
            default:
                map!.Expand(dy, dx);
                break;
        }
    }

    private readonly ref struct ReduceWork(ReductionOperation operation, ReadOnlySpan<T> x, Span<T> y, int columns,
        T factor) : IRangeWork
    {
        private readonly ReadOnlySpan<T> x = x;
        private readonly Span<T> y = y;

        public void Run(int from, int to)
        {
            for (var row = from; row < to; row++)
                y[row] = factor * Reduce(x.Slice(row * columns, columns));
        }

        private T Reduce(ReadOnlySpan<T> row) => operation switch
        {
            ReductionOperation.Asum => TensorPrimitives.SumOfMagnitudes(row),
            ReductionOperation.Sumsq => TensorPrimitives.SumOfSquares(row),
            _ => TensorPrimitives.Sum(row),
        };
    }
}
