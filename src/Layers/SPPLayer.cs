using System.ComponentModel.DataAnnotations;
using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>What a window of a <see cref="SPPLayer{T}"/> becomes.</summary>
public enum SPPMethod
{
    /// <summary>Its largest value.</summary>
    Max,

    /// <summary>Its mean.</summary>
    Ave,
}

/// <summary>The options of <see cref="SPPLayer{T}"/>.</summary>
public sealed record SPPOptions : LayerOptions
{
    /// <summary>The number of levels; level l has 2^l × 2^l windows.</summary>
    [Range(1, 15)]
    public required int PyramidHeight { get; init; }

    /// <summary>What a window becomes.</summary>
    public SPPMethod Pool { get; init; }
}

/// <summary>
/// Spatial pyramid pooling: pools each plane over 1, 2×2, 4×4, … windows that cover it, so that images of any extents
/// give equally many values.
/// <para>Bottom: N×C×H×W. Top: N × C·(4^pyramid_height − 1)/3: for each level the windows of all channels, channel by
/// channel, the levels one behind the other; N×C×1×1 for the <c>pyramid_height</c> 1.</para>
/// <para>A window of level l is ⌈H / 2^l⌉ high and as far from the next; what 2^l of them cover too much, r rows, lies
/// half (⌈r / 2⌉) before the image and half behind it, as a pad of <c>Pooling</c>; likewise the width. A pad must be
/// smaller than the window, which leaves out some small images, such as 5 rows under 4 windows.</para>
/// <para>Backward: that of <c>Pooling</c>, summed over the levels.</para>
/// <para>Source: Caffe's <c>SPP</c> (He et al. 2014).</para>
/// </summary>
[LayerType("SPP")]
public sealed class SPPLayer<T>(SPPOptions options) : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly bool[] Yes = [true];

    // The bottom's values with gradients of their own, as each level overwrites them.
    private readonly Blob<T>[] image = [new([0])];
    private Level[] levels = [];

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => false;

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        var shape = bottom[0].Shape;
        if (shape.Rank != 4)
            throw ShapeError($"the bottom {bottom[0]}", "4 axes: images, channels, height, width");
        image[0].ShareData(bottom[0], shape);
        levels = new Level[options.PyramidHeight];
        for (var level = 0; level < levels.Length; level++)
            levels[level] = SetUpLevel(bottom[0], level);
        top[0].Reshape(levels.Length == 1
            ? [shape[0], shape[1], 1, 1]
            : [shape[0], levels.Sum(level => level.Place.Length)]);
    }

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        foreach (var level in levels)
        {
            level.Pool.Forward(image, level.Top);
            level.Place.Scatter(level.Top[0].Data, top[0].Data);
        }
    }

    /// <inheritdoc/>
    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        if (!propagateDown[0])
            return;
        var dx = bottom[0].Diff;
        dx.Clear();
        foreach (var level in levels)
        {
            level.Place.Gather(top[0].Diff, level.Top[0].Diff);
            level.Pool.Backward(level.Top, Yes, image);
            TensorPrimitives.Add(dx, image[0].Diff, dx);
        }
    }

    private Level SetUpLevel(Blob<T> bottom, int level)
    {
        var windows = 1 << level;
        var (height, width) = (WindowOf(bottom, 2, windows), WindowOf(bottom, 3, windows));
        var pool = new PoolingLayer<T>(new PoolingOptions
        {
            Pool = options.Pool == SPPMethod.Max ? PoolingMethod.Max : PoolingMethod.Ave,
            KernelSize = [height.Extent, width.Extent],
            Stride = [height.Extent, width.Extent],
            Pad = [height.Pad, width.Pad],
        })
        { Name = $"{Name}/level{level}" };
        Blob<T>[] pooled = [new($"{Name}/level{level}", [0])];
        pool.SetUp(image, pooled);
        var length = bottom.Shape[1] * windows * windows;
        var before = bottom.Shape[1] * ((windows * windows - 1) / 3);
        var row = bottom.Shape[1] * (((1 << 2 * options.PyramidHeight) - 1) / 3);
        return new Level(pool, pooled, new AxisBlocks(before, length, row));
    }

    private (int Extent, int Pad) WindowOf(Blob<T> bottom, int axis, int windows)
    {
        var image = bottom.Shape[axis];
        var extent = (image + windows - 1) / windows;
        var pad = (extent * windows - image + 1) / 2;
        return pad < extent
            ? (extent, pad)
            : throw ShapeError($"the bottom {bottom}, whose {(axis == 2 ? "height" : "width")} {image} gets {windows} "
                + $"windows of {extent} with a pad of {pad}",
                $"one that gets a pad smaller than its windows, such as multiples of {windows}");
    }

    private sealed record Level(PoolingLayer<T> Pool, Blob<T>[] Top, AxisBlocks Place);
}
