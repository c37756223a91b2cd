using System.ComponentModel.DataAnnotations;
using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>What a window of a <see cref="PoolingLayer{T}"/> becomes.</summary>
public enum PoolingMethod
{
    /// <summary>Its largest value.</summary>
    Max,

    /// <summary>Its mean.</summary>
    Ave,

    /// <summary>In training, one of its values, drawn in proportion to them; otherwise their weighted mean.</summary>
    Stochastic,
}

/// <summary>How the number of windows is rounded.</summary>
public enum PoolingRoundMode
{
    /// <summary>Up: a last window may reach over the border.</summary>
    Ceil,

    /// <summary>Down: what is left over at the end is not seen.</summary>
    Floor,
}

/// <summary>The options of <see cref="PoolingLayer{T}"/>.</summary>
public sealed record PoolingOptions : LayerOptions
{
    /// <summary>What a window becomes.</summary>
    public PoolingMethod Pool { get; init; }

    /// <summary>The extents of the window: one value, or height and width. Needed unless
    /// <see cref="GlobalPooling"/>.</summary>
    [Range(1, int.MaxValue)]
    public OneOrMany<int>? KernelSize { get; init; }

    /// <summary>How far apart windows are: one value, or height and width.</summary>
    [Range(1, int.MaxValue)]
    public OneOrMany<int> Stride { get; init; } = 1;

    /// <summary>The border on each side, smaller than the window: one value, or height and width.</summary>
    [Range(0, int.MaxValue)]
    public OneOrMany<int> Pad { get; init; } = 0;

    /// <summary>Whether the window is the whole plane.</summary>
    public bool GlobalPooling { get; init; }

    /// <summary>How the number of windows is rounded.</summary>
    public PoolingRoundMode RoundMode { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<string> Problems()
    {
        var problems = Window.Problems("stride", Stride).Concat(Window.Problems("pad", Pad));
        if (KernelSize is { } kernel)
            problems = problems.Concat(Window.Problems("kernel_size", kernel));
        var found = problems.ToList();
        // The rest reads the options that must be right before.
        return found.Count > 0 ? found
            : new[] { GlobalPooling ? GlobalProblem() : KernelProblem() }.OfType<string>();
    }

    private string? GlobalProblem()
    {
        if (KernelSize is not null)
            return "kernel_size: received together with global_pooling, allowed: one of them";
        return Stride.Any(value => value != 1) || Pad.Any(value => value != 0)
            ? $"global_pooling: received with the stride {string.Join(", ", Stride)} and the pad "
                + $"{string.Join(", ", Pad)}, allowed: the stride 1 and the pad 0"
            : null;
    }

    private string? KernelProblem()
    {
        // That there is none is left to SetUp, as no member of the options is required.
        for (var axis = 0; axis < 2 && KernelSize is { } kernel; axis++)
            if (Window.Value(Pad, axis) >= Window.Value(kernel, axis))
                return $"pad: received {Window.Value(Pad, axis)} for the kernel_size {Window.Value(kernel, axis)}, "
                    + "allowed: less than it";
        if (Pool == PoolingMethod.Stochastic && Pad.Any(value => value != 0))
            return $"pad: received {string.Join(", ", Pad)} with the pool stochastic, allowed: 0";
        return null;
    }
}

/// <summary>
/// Makes one value of each window of each plane: its largest (<c>max</c>), its mean (<c>ave</c>), or with
/// <c>stochastic</c>, for values of 0 or more: in training one of them, drawn with the probability x / Σ x, otherwise
/// their weighted mean Σ x² / Σ x (0 where the sum is not above 0).
/// <para>Bottom: N×C×H×W. Top: N×C×H'×W' with
/// H' = ⌈(H + 2·pad − kernel_size) / stride⌉ + 1 (⌊…⌋ with <c>round_mode</c> floor), one less if
/// the last window would start behind the image and its first pad, and W' likewise. With <c>max</c>, optionally a
/// second top of that shape: where in its plane each largest value is, row · W + column.</para>
/// <para>The pads are never the largest. A mean counts them as zeros, but not what a window covers behind them: the sum
/// is divided by the extent of the window up to the end of the pads.</para>
/// <para>Backward: ∂L/∂x = the sum of ∂L/∂y over the windows whose largest value it is, the first of equals; or of
/// ∂L/∂y divided by the same extent, over all windows that cover it. With <c>stochastic</c>, of ∂L/∂y over the windows
/// whose value was drawn, which is a function of (seed, layer name, iteration, window); outside of training, of
/// ∂L/∂y · (2 · x − y) / Σ x. None is taken from the second top.</para>
/// <para>Source: Caffe's <c>Pooling</c>. It differs where a window without pads would start behind the image
/// (<c>stride</c> above <c>kernel_size</c>), which Caffe keeps, empty as it is; in that NaN is the largest value of its
/// window. Stochastic pooling: Zeiler and Fergus 2013; Caffe has it on GPUs alone, and no gradient outside of
/// training.</para>
/// </summary>
[LayerType("Pooling")]
public sealed class PoolingLayer<T>(PoolingOptions options) : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // How many elements of the bottom and of windows are worth waking a thread for.
    private const int Grain = WorkPool.ElementGrain;

    private MaxPoolKernel<T>? max;
    private MeanPoolKernel<T>? mean;
    private Window window;
    private int planes;
    private int grain;
    private int[] largest = [];
    private StochasticPooling<T>? stochastic;

    /// <inheritdoc/>
    public override BlobCount Tops => BlobCount.Between(1, options.Pool == PoolingMethod.Max ? 2 : 1);

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => false;

    /// <inheritdoc/>
    public override void SetUp(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        if (options.Problems().FirstOrDefault() is { } problem)
            throw new ConfigException($"{this}: {problem}");
        if (options is { KernelSize: null, GlobalPooling: false })
            throw new ConfigException($"{this}: kernel_size: received none, allowed: 1 or 2 values, or global_pooling");
        if (options.Pool == PoolingMethod.Stochastic)
        {
            stochastic = new StochasticPooling<T>(this);
            stochastic.SetUp();
        }
        base.SetUp(bottom, top);
    }

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        var shape = bottom[0].Shape;
        if (shape.Rank != 4)
            throw ShapeError($"the bottom {bottom[0]}", "4 axes: images, channels, height, width");
        window = new Window(Axis(bottom[0], 0), Axis(bottom[0], 1));
        planes = shape.SizeOf(0, 2);
        grain = Math.Max(1, Grain / (window.PlaneSize + window.Count));
        top[0].Reshape([shape[0], shape[1], window.Height.Count, window.Width.Count]);
        (max, mean) = (null, null);
        if (options.Pool == PoolingMethod.Max)
            max = new MaxPoolKernel<T>(window);
        else if (options.Pool == PoolingMethod.Ave)
            mean = new MeanPoolKernel<T>(window);
        if (max is not null && largest.Length < top[0].Count)
            largest = new int[top[0].Count];
        stochastic?.Reshape(top[0].Count);
        if (top.Count > 1)
            top[1].Reshape(top[0].Shape);
    }

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        if (max is not null)
        {
            max.Forward(bottom[0].Data, planes, grain, top[0].Data, largest);
            if (top.Count > 1)
                TensorPrimitives.ConvertTruncating<int, T>(largest.AsSpan(0, top[1].Count), top[1].Data);
        }
        else if (stochastic is not null)
            stochastic.Forward(window, planes, grain, bottom[0].Data, top[0].Data);
        else
            mean!.Forward(bottom[0].Data, planes, grain, top[0].Data);
    }

    /// <inheritdoc/>
    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        if (!propagateDown[0])
            return;
        if (max is not null)
            max.Backward(top[0].Diff, largest, planes, grain, bottom[0].Diff);
        else if (stochastic is not null)
            stochastic.Backward(window, planes, grain, bottom[0].Data, top[0].Diff, bottom[0].Diff);
        else
            mean!.Backward(top[0].Diff, planes, grain, bottom[0].Diff);
    }

    private WindowAxis Axis(Blob<T> bottom, int axis)
    {
        var extent = bottom.Shape[axis + 2];
        var kernel = options.KernelSize is { } size ? Window.Value(size, axis) : Math.Max(1, extent);
        var (stride, pad) = (Window.Value(options.Stride, axis), Window.Value(options.Pad, axis));
        var spare = extent + 2L * pad - kernel;
        var isCeil = options.RoundMode == PoolingRoundMode.Ceil;
        if (extent == 0 || spare <= (isCeil ? -stride : -1L))
            throw ShapeError(
                $"the bottom {bottom}, a {(axis == 0 ? "height" : "width")} of {extent} with a pad of {pad}",
                $"{Math.Max(1, kernel - 2L * pad - (isCeil ? stride - 1 : 0))} or more for the kernel_size {kernel}");
        var count = (isCeil ? spare + stride - 1 : spare) / stride + 1;
        if ((count - 1) * stride >= (long)extent + pad)
            count--;
        return new(extent, kernel, stride, pad, 1, (int)count);
    }
}
