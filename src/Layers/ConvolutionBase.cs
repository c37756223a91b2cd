using System.ComponentModel.DataAnnotations;
using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>The options that <see cref="ConvolutionLayer{T}"/> and <see cref="DeconvolutionLayer{T}"/> share.</summary>
public abstract record ConvolutionBaseOptions : LayerOptions
{
    /// <summary>The number of channels of the top.</summary>
    [Range(1, int.MaxValue)]
    public required int NumOutput { get; init; }

    /// <summary>The extents of the kernel: one value, or height and width.</summary>
    [Range(1, int.MaxValue)]
    public required OneOrMany<int> KernelSize { get; init; }

    /// <summary>How far the kernel moves between two windows: one value, or height and width.</summary>
    [Range(1, int.MaxValue)]
    public OneOrMany<int> Stride { get; init; } = 1;

    /// <summary>The border of zeros on each side: one value, or height and width.</summary>
    [Range(0, int.MaxValue)]
    public OneOrMany<int> Pad { get; init; } = 0;

    /// <summary>The distance between two neighbours in the kernel: one value, or height and width.</summary>
    [Range(1, int.MaxValue)]
    public OneOrMany<int> Dilation { get; init; } = 1;

    /// <summary>The number of groups of channels: those of the top see only those of the bottom in their own
    /// group. It divides both numbers of channels.</summary>
    [Range(1, int.MaxValue)]
    public int Group { get; init; } = 1;

    /// <summary>Whether a bias is added to each channel.</summary>
    public bool BiasTerm { get; init; } = true;

    /// <summary>How it is computed.</summary>
    public ConvolutionAlgorithm Algorithm { get; init; }

    /// <summary>How the weights start. Caffe's default is the constant 0, with which all channels of the top, and their
    /// gradients, stay the same; here it is <c>xavier</c>.</summary>
    public Filler WeightFiller { get; init; } = new XavierFiller();

    /// <summary>How the bias starts: the constant 0, as in Caffe.</summary>
    public Filler BiasFiller { get; init; } = new ConstantFiller();

    /// <inheritdoc/>
    public override IEnumerable<string> Problems()
    {
        if (NumOutput % Group != 0)
            yield return $"num_output: received {NumOutput} for the group {Group}, allowed: a multiple of it";
        foreach (var problem in Window.Problems("kernel_size", KernelSize).Concat(Window.Problems("stride", Stride))
            .Concat(Window.Problems("pad", Pad)).Concat(Window.Problems("dilation", Dilation)))
            yield return problem;
        if (Algorithm == ConvolutionAlgorithm.Winograd && !FitsWinograd)
            yield return "algorithm: received winograd, allowed: auto or direct unless kernel_size is 3 or 5, stride and "
                + "dilation are 1, and group is 1";
    }

    internal bool FitsWinograd => Group == 1 && Stride.All(value => value == 1) && Dilation.All(value => value == 1)
        && (KernelSize.All(value => value == 3) || KernelSize.All(value => value == 5));
}

/// <summary>Base of the convolution and its transpose: parameters, shapes and the gradient of the bias.</summary>
public abstract class ConvolutionBase<T> : Layer<T>, ITunable where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ConvolutionBaseOptions options;
    private readonly bool isTransposed;
    private int channels;
    private ConvolutionKernel<T>? kernel;

    private protected ConvolutionBase(ConvolutionBaseOptions options, bool isTransposed) =>
        (this.options, this.isTransposed) = (options, isTransposed);

    /// <inheritdoc/>
    public sealed override bool BackwardReadsTopData => false;

    /// <summary>What computes; the larger image is the bottom, or the top if this is the transpose.</summary>
    private protected ConvolutionKernel<T> Kernel =>
        kernel ?? throw new InvalidOperationException($"{this}: used before SetUp");

    private protected Parameter<T> Weights => Parameters[0];

    /// <summary>The values of the bias; empty without one.</summary>
    private protected ReadOnlySpan<T> BiasData => options.BiasTerm ? Parameters[1].Data : [];

    IReadOnlyList<string> ITunable.Algorithms => options switch
    {
        { Algorithm: not ConvolutionAlgorithm.Auto } => [NameOf(options.Algorithm)],
        { FitsWinograd: true } => [NameOf(ConvolutionAlgorithm.Direct), NameOf(ConvolutionAlgorithm.Winograd)],
        _ => [NameOf(ConvolutionAlgorithm.Direct)],
    };

    string ITunable.Algorithm
    {
        get => NameOf(Kernel.Used);
        set => Kernel.Wanted = Enum.Parse<ConvolutionAlgorithm>(value, ignoreCase: true);
    }

    private static string NameOf(ConvolutionAlgorithm algorithm) => algorithm.ToString().ToLowerInvariant();

    /// <inheritdoc/>
    public sealed override void SetUp(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        RequireBlobCounts(bottom.Count, top.Count);
        if (options.Problems().FirstOrDefault() is { } problem)
            throw new ConfigException($"{this}: {problem}");
        RequireImages(bottom[0]);
        channels = bottom[0].Shape[1];
        if (channels == 0 || channels % options.Group != 0)
            throw ShapeError($"the bottom {bottom[0]}, {channels} channels",
                options.Group == 1 ? "1 or more" : $"a multiple of the group {options.Group}");
        var (imageChannels, mapChannels) = isTransposed ? (options.NumOutput, channels) : (channels, options.NumOutput);
        AddParameter([mapChannels, imageChannels / options.Group, Window.Value(options.KernelSize, 0),
            Window.Value(options.KernelSize, 1)], options.WeightFiller);
        if (options.BiasTerm)
            AddParameter([options.NumOutput], options.BiasFiller);
        kernel = new ConvolutionKernel<T>(imageChannels, mapChannels, options.Group, Context.Phase)
        {
            Wanted = options.Algorithm,
        };
        base.SetUp(bottom, top);
    }

    /// <inheritdoc/>
    public sealed override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        RequireImages(bottom[0]);
        var images = bottom[0].Shape[0];
        if (bottom[0].Shape[1] != channels)
            throw ShapeError($"the bottom {bottom[0]}, {bottom[0].Shape[1]} channels",
                $"{channels}, for which the weights were made");
        var window = new Window(Axis(bottom[0], 0), Axis(bottom[0], 1));
        top[0].Reshape(isTransposed
            ? [images, options.NumOutput, window.Height.Image, window.Width.Image]
            : [images, options.NumOutput, window.Height.Count, window.Width.Count]);
        Kernel.Reshape(images, window);
    }

    /// <summary>The gradient of the bias; empty where there is none to learn.</summary>
    private protected Span<T> BiasDiff =>
        options.BiasTerm && Parameters[1].NeedsGradient ? Parameters[1].Diff : [];

    /// <summary>Adds the sums over images and places to the gradient of the bias, if there is one that is
    /// learned.</summary>
    private protected void AddBiasGradient(Blob<T> top)
    {
        if (BiasDiff.IsEmpty)
            return;
        var work = new SumPlanes(top.Diff, Parameters[1].Diff, top.Shape.SizeOf(2));
        WorkPool.For(options.NumOutput, 1, ref work);
    }

    private void RequireImages(Blob<T> bottom)
    {
        if (bottom.Shape.Rank != 4)
            throw ShapeError($"the bottom {bottom}", "4 axes: images, channels, height, width");
    }

    private WindowAxis Axis(Blob<T> bottom, int axis)
    {
        var extent = bottom.Shape[axis + 2];
        var size = Window.Value(options.KernelSize, axis);
        var (stride, pad) = (Window.Value(options.Stride, axis), Window.Value(options.Pad, axis));
        var dilation = Window.Value(options.Dilation, axis);
        var span = WindowAxis.Span(size, dilation);
        var name = axis == 0 ? "height" : "width";
        if (!isTransposed)
            return extent + 2L * pad >= span
                ? new(extent, size, stride, pad, dilation, (int)((extent + 2L * pad - span) / stride) + 1)
                : throw ShapeError($"the bottom {bottom}, a {name} of {extent + 2L * pad} with its pads",
                    $"{span} or more, which the kernel covers");
        var image = stride * (extent - 1L) + span - 2L * pad;
        return extent > 0 && image is > 0 and <= int.MaxValue
            ? new((int)image, size, stride, pad, dilation, extent)
            : throw ShapeError($"the bottom {bottom}, a {name} of {extent} and so of {image} in the top", "1 or more");
    }

    private readonly ref struct SumPlanes(ReadOnlySpan<T> planes, Span<T> sums, int size) : IRangeWork
    {
        private readonly ReadOnlySpan<T> planes = planes;
        private readonly Span<T> sums = sums;

        public void Run(int from, int to)
        {
            for (var channel = from; channel < to; channel++)
                for (var start = channel * size; start < planes.Length; start += sums.Length * size)
                    sums[channel] += TensorPrimitives.Sum(planes.Slice(start, size));
        }
    }
}
