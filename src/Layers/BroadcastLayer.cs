using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>
/// Base of gates on two or more bottoms, element by element. Shapes are broadcast as in numpy: aligned from the last
/// axis, extents must be equal or 1, and what is 1 or missing is repeated; a scalar goes with anything. The gradient of
/// a bottom that is repeated is the sum over its repetitions.
/// </summary>
public abstract class BroadcastLayer<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Blob<T> repeated = new([0]);
    private BroadcastMap[] maps = [];

    private protected BroadcastLayer()
    {
    }

    /// <inheritdoc/>
    public override BlobCount Bottoms => BlobCount.AtLeast(2);

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        var shape = bottom[0].Shape;
        foreach (var other in bottom.Skip(1))
            shape = BroadcastMap.ResultOf(shape, other.Shape)
                ?? throw ShapeError($"the bottoms {string.Join(", ", bottom)}",
                    "shapes whose extents, aligned from the last axis, are equal or 1");
        maps = [.. bottom.Select(blob => BroadcastMap.Of(blob.Shape, shape))];
        top[0].Reshape(shape);
        if (maps.Any(map => !map.IsIdentity))
            repeated.Reshape(shape);
    }

    /// <inheritdoc/>
    public sealed override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        for (var i = 0; i < bottom.Count; i++)
        {
            if (!propagateDown[i])
                continue;
            if (maps[i].IsIdentity)
            {
                ComputeGradient(i, bottom, top[0], bottom[i].Diff);
                continue;
            }
            ComputeGradient(i, bottom, top[0], repeated.Data);
            bottom[i].Diff.Clear();
            maps[i].AddSums(repeated.Data, bottom[i].Diff);
        }
    }

    /// <summary>The gradient of one bottom as if it had the top's shape. Overwrites <paramref name="gradient"/>, which
    /// has as many elements as the top.</summary>
    private protected abstract void ComputeGradient(int index, IReadOnlyList<Blob<T>> bottom, Blob<T> top,
        Span<T> gradient);

    /// <summary>result = x ∘ bottom, repeated to the top's shape. The result may be the same memory as x.</summary>
    private protected void Apply<TOperator>(int index, ReadOnlySpan<T> x, IReadOnlyList<Blob<T>> bottom, Span<T> result)
        where TOperator : struct, IBroadcastOperator<T> =>
        maps[index].Apply<T, TOperator>(x, bottom[index].Data, result);

    /// <summary>result = bottom 0 ∘ bottom 1 ∘ …, from the left.</summary>
    private protected void Fold<TOperator>(IReadOnlyList<Blob<T>> bottom, Span<T> result)
        where TOperator : struct, IBroadcastOperator<T>
    {
        var left = RepeatedFirst(bottom, result);
        for (var i = 1; i < bottom.Count; i++)
        {
            Apply<TOperator>(i, left, bottom, result);
            left = result;
        }
    }

    /// <summary>A bottom's values in the top's shape. Valid until the next call.</summary>
    private protected ReadOnlySpan<T> Repeated(int index, IReadOnlyList<Blob<T>> bottom)
    {
        if (maps[index].IsIdentity)
            return bottom[index].Data;
        maps[index].Expand(bottom[index].Data, repeated.Data);
        return repeated.Data;
    }

    private ReadOnlySpan<T> RepeatedFirst(IReadOnlyList<Blob<T>> bottom, Span<T> result)
    {
        if (maps[0].IsIdentity)
            return bottom[0].Data;
        maps[0].Expand(bottom[0].Data, result);
        return result;
    }
}
