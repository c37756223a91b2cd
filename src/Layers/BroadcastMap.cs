using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>
/// How a small shape is repeated to fill a larger one, as numpy broadcasts: axes are aligned from the last; where the
/// small shape has the extent 1 or no axis, its values are repeated. Neighbouring axes of a kind are merged, so that
/// the innermost are one run: either of neighbouring values or of one value repeated.
/// </summary>
internal sealed class BroadcastMap
{
    // A range below this is not worth waking a thread for; the borders must not depend on the number of threads.
    private const int Grain = WorkPool.ElementGrain;

    private readonly int[] offsets;
    private readonly int runLength;
    private readonly bool isRepeated;

    private BroadcastMap(int[] offsets, int runLength, bool isRepeated)
    {
        this.offsets = offsets;
        this.runLength = runLength;
        this.isRepeated = isRepeated;
    }

    /// <summary>Whether nothing is repeated: both shapes have the same elements in the same order.</summary>
    public bool IsIdentity => offsets.Length == 1 && !isRepeated;

    /// <summary>The shape that both fill, or null when they do not fit.</summary>
    public static Shape? ResultOf(Shape a, Shape b)
    {
        var result = new int[Math.Max(a.Rank, b.Rank)];
        for (var axis = 0; axis < result.Length; axis++)
        {
            var (ofA, ofB) = (ExtentOf(a, axis, result.Length), ExtentOf(b, axis, result.Length));
            if (ofA != ofB && ofA != 1 && ofB != 1)
                return null;
            result[axis] = ofA == 1 ? ofB : ofA;
        }
        return result;
    }

    /// <summary>The map of a shape to a result that it fits.</summary>
    public static BroadcastMap Of(Shape shape, Shape result)
    {
        List<(int Extent, int Stride)> groups = [];
        var stride = 1;
        for (var axis = result.Rank - 1; axis >= 0; axis--)
        {
            var extent = result[axis];
            if (extent == 1)
                continue;
            var isKept = ExtentOf(shape, axis, result.Rank) == extent;
            if (groups.Count > 0 && groups[0].Stride > 0 == isKept)
                groups[0] = (groups[0].Extent * extent, groups[0].Stride);
            else
                groups.Insert(0, (extent, isKept ? stride : 0));
            if (isKept)
                stride *= extent;
        }
        if (groups.Count == 0)
            groups.Add((1, 1));
        var outer = groups.SkipLast(1).ToArray();
        return new BroadcastMap(
            StridedOffsets.Of([.. outer.Select(group => group.Extent)], [.. outer.Select(group => group.Stride)]),
            groups[^1].Extent, groups[^1].Stride == 0);
    }

    /// <summary>result = x ∘ y, where x has the large shape and y the small one, repeated. The result may be the same
    /// memory as x.</summary>
    public void Apply<T, TOperator>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> where TOperator : struct, IBroadcastOperator<T>
    {
        var work = new ApplyWork<T, TOperator>(this, x, y, result);
        WorkPool.For(result.Length, Grain, ref work);
    }

    /// <summary>Fills the large shape with the small one's values.</summary>
    public void Expand<T>(ReadOnlySpan<T> y, Span<T> result) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Apply<T, SecondOperator<T>>(result, y, result);

    /// <summary>The reverse of repeating: adds each element of the large shape to the one of the small shape that it
    /// comes from.</summary>
    public void AddSums<T>(ReadOnlySpan<T> x, Span<T> sums) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var run = 0; run < offsets.Length; run++)
        {
            var values = x.Slice(run * runLength, runLength);
            if (isRepeated)
                sums[offsets[run]] += TensorPrimitives.Sum(values);
            else
            {
                var part = sums.Slice(offsets[run], runLength);
                TensorPrimitives.Add(part, values, part);
            }
        }
    }

    private static int ExtentOf(Shape shape, int axis, int rank)
    {
        var own = axis - (rank - shape.Rank);
        return own < 0 ? 1 : shape[own];
    }

    private readonly ref struct ApplyWork<T, TOperator>(BroadcastMap map, ReadOnlySpan<T> x, ReadOnlySpan<T> y,
        Span<T> result) : IRangeWork
        where T : unmanaged, IBinaryFloatingPointIeee754<T> where TOperator : struct, IBroadcastOperator<T>
    {
        private readonly ReadOnlySpan<T> x = x;
        private readonly ReadOnlySpan<T> y = y;
        private readonly Span<T> result = result;

        public void Run(int from, int to)
        {
            for (var at = from; at < to;)
            {
                var (run, column) = Math.DivRem(at, map.runLength);
                var length = Math.Min(map.runLength - column, to - at);
                var offset = map.offsets[run];
                if (map.isRepeated)
                    TOperator.Apply(x.Slice(at, length), y[offset], result.Slice(at, length));
                else
                    TOperator.Apply(x.Slice(at, length), y.Slice(offset + column, length), result.Slice(at, length));
                at += length;
            }
        }
    }
}
