using System.ComponentModel.DataAnnotations;
using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>Whose values a value is normalised by.</summary>
public enum NormRegion
{
    /// <summary>Those of neighbouring channels at the same place.</summary>
    AcrossChannels,

    /// <summary>Those at neighbouring places, a square, of the same channel.</summary>
    WithinChannel,
}

/// <summary>The options of <see cref="LRNLayer{T}"/>.</summary>
public sealed record LRNOptions : LayerOptions
{
    /// <summary>The channels of a window, or the side of its square; odd.</summary>
    [Range(1, int.MaxValue)]
    public int LocalSize { get; init; } = 5;

    /// <summary>What the mean square of the window is multiplied by.</summary>
    public double Alpha { get; init; } = 1;

    /// <summary>The exponent.</summary>
    public double Beta { get; init; } = 0.75;

    /// <summary>What is added to the mean square; 1 within a channel, as Caffe has it.</summary>
    public double K { get; init; } = 1;

    /// <summary>Where the windows lie.</summary>
    public NormRegion NormRegion { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<string> Problems()
    {
        if (LocalSize % 2 == 0)
            yield return $"member 'local_size': received {LocalSize}, allowed: an odd number";
        if (NormRegion == NormRegion.WithinChannel && K != 1)
            yield return $"member 'k': received {K}, allowed: 1, with the norm_region within_channel";
    }
}

/// <summary>
/// Local response normalisation: y = x · s^−beta with s = k + alpha / n · Σ x² over the n values of the window around
/// x: local_size channels, or local_size² places. Beyond the border, x counts as 0.
/// <para>Bottom: N×C or N×C×… across channels, N×C×H×W within a channel. Top: the same.</para>
/// <para>Backward: ∂L/∂x = ∂L/∂y · s^−beta − 2 · alpha · beta / n · x · Σ ∂L/∂y · y / s over the same window.</para>
/// <para>Source: Caffe's <c>LRN</c> (Krizhevsky et al. 2012).</para>
/// </summary>
[LayerType("LRN")]
public sealed class LRNLayer<T>(LRNOptions options) : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Blob<T> scale = new([0]);
    private readonly Blob<T> terms = new([0]);
    private readonly Blob<T> rowSums = new([0]);
    private readonly bool isWithin = options.NormRegion == NormRegion.WithinChannel;
    private int itemCount;
    private int itemSize;
    private int columns;

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => true;

    private LRNOptions Options => options;

    // Alpha over the number of values of a window.
    private double Weight => options.Alpha
        / (isWithin ? (double)options.LocalSize * options.LocalSize : options.LocalSize);

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        var shape = bottom[0].Shape;
        if (isWithin ? shape.Rank != 4 : shape.Rank < 2)
            throw ShapeError($"the bottom {bottom[0]}", isWithin
                ? "samples × channels × height × width" : "samples × channels, or more axes");
        var firstOfItem = isWithin ? 2 : 1;
        itemCount = shape.SizeOf(0, firstOfItem);
        itemSize = shape.SizeOf(firstOfItem);
        columns = shape.SizeOf(firstOfItem + 1);
        scale.Reshape(shape);
        terms.Reshape(shape);
        rowSums.Reshape(isWithin ? shape : [0]);
        top[0].Reshape(shape);
    }

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        var work = new ForwardWork(this, bottom[0].Data, top[0].Data, scale.Data, terms.Data, rowSums.Data);
        WorkPool.For(itemCount, 1, ref work);
    }

    /// <inheritdoc/>
    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        if (!propagateDown[0])
            return;
        var work = new BackwardWork(this, bottom[0], top[0], scale.Data, terms.Data, rowSums.Data);
        WorkPool.For(itemCount, 1, ref work);
    }

    /// <summary>Sums the values of one item, channels × places or height × width, over the windows.</summary>
    private void SumWindows(ReadOnlySpan<T> values, Span<T> rowSums, Span<T> sums)
    {
        if (isWithin)
        {
            SumAlong(values, columns, 1, rowSums);
            SumAlong(rowSums, itemSize, columns, sums);
        }
        else
            SumAlong(values, itemSize, columns, sums);
    }

    /// <summary>Adds to each value its neighbours, which stand <paramref name="distance"/> apart, in each block by
    /// itself: whole blocks are shifted and added.</summary>
    private void SumAlong(ReadOnlySpan<T> values, int blockSize, int distance, Span<T> sums)
    {
        values.CopyTo(sums);
        for (var start = 0; start < values.Length; start += blockSize)
        {
            var block = values.Slice(start, blockSize);
            var sum = sums.Slice(start, blockSize);
            for (var i = 1; i <= options.LocalSize / 2 && (long)i * distance < blockSize; i++)
            {
                var (shift, rest) = (i * distance, blockSize - i * distance);
                TensorPrimitives.Add(sum[shift..], block[..rest], sum[shift..]);
                TensorPrimitives.Add(sum[..rest], block[shift..], sum[..rest]);
            }
        }
    }

    /// <summary>result = values · s^−beta.</summary>
    private void TimesPower(ReadOnlySpan<T> values, ReadOnlySpan<T> s, Span<T> result)
    {
        if (options.Beta == 0.75)
        {
            VectorKernel.Apply(new TimesUsualPower(), values, s, result);
            return;
        }
        TensorPrimitives.Pow(s, T.CreateTruncating(-options.Beta), result);
        TensorPrimitives.Multiply(values, result, result);
    }

    // Two roots take a tenth of the time of a general power.
    private readonly struct TimesUsualPower : IPairKernel<T>
    {
        public Vector<T> Of(Vector<T> value, Vector<T> s)
        {
            var root = Vector.SquareRoot(s);
            return value / (root * Vector.SquareRoot(root));
        }
    }

    private readonly ref struct ForwardWork(LRNLayer<T> layer, ReadOnlySpan<T> x, Span<T> y, Span<T> scale,
        Span<T> squares, Span<T> rowSums) : IRangeWork
    {
        private readonly ReadOnlySpan<T> x = x;
        private readonly Span<T> y = y;
        private readonly Span<T> scale = scale;
        private readonly Span<T> squares = squares;
        private readonly Span<T> rowSums = rowSums;

        public void Run(int from, int to)
        {
            for (var item = from; item < to; item++)
                RunItem(item * layer.itemSize, layer.itemSize);
        }

        private void RunItem(int start, int length)
        {
            var ofX = x.Slice(start, length);
            var ofY = y.Slice(start, length);
            var s = scale.Slice(start, length);
            var square = squares.Slice(start, length);
            TensorPrimitives.Multiply(ofX, ofX, square);
            layer.SumWindows(square, layer.isWithin ? rowSums.Slice(start, length) : [], s);
            LinearKernel.Apply(s, T.CreateTruncating(layer.Weight), T.CreateTruncating(layer.Options.K), s);
            layer.TimesPower(ofX, s, ofY);
        }
    }

    private readonly ref struct BackwardWork(LRNLayer<T> layer, Blob<T> bottom, Blob<T> top, Span<T> scale,
        Span<T> terms, Span<T> rowSums) : IRangeWork
    {
        private readonly ReadOnlySpan<T> x = bottom.Data;
        private readonly Span<T> dx = bottom.Diff;
        private readonly ReadOnlySpan<T> y = top.Data;
        private readonly ReadOnlySpan<T> dy = top.Diff;
        private readonly Span<T> scale = scale;
        private readonly Span<T> terms = terms;
        private readonly Span<T> rowSums = rowSums;

        public void Run(int from, int to)
        {
            for (var item = from; item < to; item++)
                RunItem(item * layer.itemSize, layer.itemSize);
        }

        private void RunItem(int start, int length)
        {
            var gradient = dy.Slice(start, length);
            var result = dx.Slice(start, length);
            var s = scale.Slice(start, length);
            var term = terms.Slice(start, length);
            TensorPrimitives.Multiply(gradient, y.Slice(start, length), term);
            TensorPrimitives.Divide(term, s, term);
            layer.SumWindows(term, layer.isWithin ? rowSums.Slice(start, length) : [], result);
            TensorPrimitives.Multiply(result, x.Slice(start, length), result);
            TensorPrimitives.Multiply(result, T.CreateTruncating(-2 * layer.Options.Beta * layer.Weight), result);
            layer.TimesPower(gradient, s, term);
            TensorPrimitives.Add(result, term, result);
        }
    }
}
