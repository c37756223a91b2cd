using System.ComponentModel.DataAnnotations;
using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="ArgMaxLayer{T}"/>.</summary>
public sealed record ArgMaxOptions : LayerOptions
{
    /// <summary>Whether the largest values themselves are given: with an axis in place of their indices, without in
    /// addition to them.</summary>
    public bool OutMaxVal { get; init; }

    /// <summary>How many of the largest values are looked for.</summary>
    [Range(1, int.MaxValue)]
    public int TopK { get; init; } = 1;

    /// <summary>The axis that is searched; -1 is the last. When left out, all values of a sample are.</summary>
    public int? Axis { get; init; }
}

/// <summary>
/// The indices of the top_k largest values, the largest first; of equal values, the one with the larger index. NaN is
/// found only where nothing else is left.
/// <para>Bottom: any shape that has the axis; N×… without one. Top: with <c>axis</c>, the bottom's shape with the
/// extent top_k there: indices, or values with <c>out_max_val</c>. Without, N×1×K indices, or with <c>out_max_val</c> N×2×K,
/// indices and values, and as many axes of extent 1 as the bottom has more than three.</para>
/// <para>Backward: nothing; there is no gradient.</para>
/// <para>Source: Caffe's <c>ArgMax</c>.</para>
/// </summary>
[LayerType("ArgMax")]
public sealed class ArgMaxLayer<T>(ArgMaxOptions options) : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int[] best = new int[options.TopK];
    private AxisView view;

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => false;

    /// <inheritdoc/>
    public override bool PropagatesTo(int bottomIndex) => false;

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        var shape = bottom[0].Shape;
        if (options.Axis is null && shape.Rank < 1)
            throw ShapeError($"the bottom {bottom[0]}", "samples × values, or more axes");
        var axis = options.Axis is { } given ? AxisOf(bottom[0], given) : 0;
        view = options.Axis is null ? new AxisView(shape[0], shape.SizeOf(1), 1) : AxisView.Of(shape, axis);
        if (options.TopK > view.Extent)
            throw ShapeError($"top_k {options.TopK} for the bottom {bottom[0]}", $"at most {view.Extent}");
        top[0].Reshape(options.Axis is null
            ? [shape[0], options.OutMaxVal ? 2 : 1, options.TopK, .. Enumerable.Repeat(1, Math.Max(0, shape.Rank - 3))]
            : [.. shape.Take(axis), options.TopK, .. shape.Skip(axis + 1)]);
    }

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        var hasBoth = options.Axis is null && options.OutMaxVal;
        var size = options.TopK * view.Inner * (hasBoth ? 2 : 1);
        for (var place = 0; place < view.Positions; place++)
        {
            var (outer, inner) = Math.DivRem(place, view.Inner);
            var values = bottom[0].Data.Slice(outer * view.Extent * view.Inner, view.Extent * view.Inner)[inner..];
            var result = top[0].Data.Slice(outer * size, size)[inner..];
            Find(values);
            for (var i = 0; i < best.Length; i++)
                result[i * view.Inner] = options.OutMaxVal && !hasBoth
                    ? values[best[i] * view.Inner] : T.CreateTruncating(best[i]);
            for (var i = 0; hasBoth && i < best.Length; i++)
                result[best.Length + i] = values[best[i]];
        }
    }

    /// <summary>Does nothing: there is no gradient.</summary>
    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
    }

    /// <summary>Fills <see cref="best"/>; the values stand <c>Inner</c> apart.</summary>
    private void Find(ReadOnlySpan<T> values)
    {
        for (var i = 0; i < view.Extent; i++)
        {
            var value = values[i * view.Inner];
            var found = Math.Min(i, best.Length);
            var at = found;
            while (at > 0 && IsNotBelow(value, values[best[at - 1] * view.Inner]))
                at--;
            if (at == best.Length)
                continue;
            best.AsSpan(at, Math.Min(found, best.Length - 1) - at).CopyTo(best.AsSpan(at + 1));
            best[at] = i;
        }
    }

    private static bool IsNotBelow(T value, T other) => value >= other || T.IsNaN(other);
}
