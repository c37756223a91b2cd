using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>
/// The convolution of a batch of images of C×H×W into maps of M×H'×W', its transpose and the gradient of its weights
/// (M×C/group×kh×kw), each image by matrix products over its columns (<see cref="Im2Col"/>).
/// </summary>
/// <remarks>The batch is cut into parts whose number depends on the shapes alone. Each part has columns, and a sum of
/// weight gradients, of its own; the sums are added in the order of the parts, so results are the same bits for any
/// number of threads. With one part only, the threads are used inside the matrix products.</remarks>
internal sealed class ConvolutionKernel<T>(int imageChannels, int mapChannels, int group)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MaxParts = 16;

    // What the columns and sums of all parts may take together before there are fewer parts.
    private const long MaxBufferElements = 1 << 24;

    // How many weights are worth waking a thread for.
    private const int Grain = WorkPool.ElementGrain;

    private readonly int channels = imageChannels;
    private readonly int groups = group;
    private readonly Blob<T> columns = new([0]);
    private readonly Blob<T> partialGradients = new([0]);
    private Window window;
    private int count;
    private int imagesOfPart = 1;
    private int parts;

    private int ImageSize => channels * window.PlaneSize;

    private int MapsSize => mapChannels * window.Count;

    private int ColumnsSize => window.IsIdentity ? 0 : channels * window.KernelSize * window.Count;

    // The product of a group is of MapsOfGroup × RowsOfGroup by RowsOfGroup × window.Count.
    private int MapsOfGroup => mapChannels / groups;

    private int RowsOfGroup => channels / groups * window.KernelSize;

    private int WeightsSize => mapChannels * RowsOfGroup;

    /// <summary>Makes the buffers for a number of images and their windows.</summary>
    public void Reshape(int images, Window over)
    {
        (count, window) = (images, over);
        // The shape refuses an image whose columns are more than one array holds.
        var ofOneImage = new Shape(window.IsIdentity ? 0 : channels, window.KernelSize, window.Count).Size;
        var wanted = (int)Math.Clamp(MaxBufferElements / ((long)ofOneImage + WeightsSize), 1, MaxParts);
        imagesOfPart = Math.Max(1, (images + wanted - 1) / wanted);
        parts = (images + imagesOfPart - 1) / imagesOfPart;
        columns.Reshape([parts, ofOneImage]);
    }

    /// <summary>maps = W ∗ image + bias, without a bias if it is empty.</summary>
    public void ToMaps(ReadOnlySpan<T> image, ReadOnlySpan<T> weights, ReadOnlySpan<T> bias, Span<T> maps)
    {
        var work = new MapsOfPart(this, image, weights, bias, maps);
        WorkPool.For(count, imagesOfPart, ref work);
    }

    /// <summary>image = Wᵀ ∗ maps + bias, without a bias if it is empty.</summary>
    public void ToImage(ReadOnlySpan<T> maps, ReadOnlySpan<T> weights, ReadOnlySpan<T> bias, Span<T> image)
    {
        var work = new ImageOfPart(this, maps, weights, bias, image);
        WorkPool.For(count, imagesOfPart, ref work);
    }

    /// <summary>Adds Σ over the images of maps · columnsᵀ to the gradient of the weights.</summary>
    public void AddWeightGradient(ReadOnlySpan<T> image, ReadOnlySpan<T> maps, Span<T> gradient)
    {
        // Only a net that trains comes here, so the memory is taken at the first call, as that of gradients is.
        if (partialGradients.Count != parts * WeightsSize)
            partialGradients.Reshape([parts, WeightsSize]);
        var work = new GradientOfPart(this, image, maps);
        WorkPool.For(count, imagesOfPart, ref work);
        var sum = new SumParts(partialGradients.Data, gradient, parts);
        WorkPool.For(gradient.Length, Grain, ref sum);
    }

    private Span<T> ColumnsOf(int image) => columns.Data.Slice(image / imagesOfPart * ColumnsSize, ColumnsSize);

    /// <summary>The columns of an image: itself, where the window is one element and moves by one.</summary>
    private ReadOnlySpan<T> Unrolled(int index, ReadOnlySpan<T> image)
    {
        if (window.IsIdentity)
            return image;
        var unrolled = ColumnsOf(index);
        Im2Col.Unroll(window, channels, image, unrolled);
        return unrolled;
    }

    private static ReadOnlySpan<T> Of(ReadOnlySpan<T> values, int index, int size) => values.Slice(index * size, size);

    private static Span<T> Of(Span<T> values, int index, int size) => values.Slice(index * size, size);

    private static void AddBias(ReadOnlySpan<T> bias, Span<T> planes)
    {
        for (var channel = 0; channel < bias.Length; channel++)
        {
            var plane = Of(planes, channel, planes.Length / bias.Length);
            TensorPrimitives.Add(plane, bias[channel], plane);
        }
    }

    private readonly ref struct MapsOfPart(ConvolutionKernel<T> kernel, ReadOnlySpan<T> image, ReadOnlySpan<T> weights,
        ReadOnlySpan<T> bias, Span<T> maps) : IRangeWork
    {
        private readonly ReadOnlySpan<T> image = image;
        private readonly ReadOnlySpan<T> weights = weights;
        private readonly ReadOnlySpan<T> bias = bias;
        private readonly Span<T> maps = maps;

        public void Run(int from, int to)
        {
            var (rows, inner, columns) = (kernel.MapsOfGroup, kernel.RowsOfGroup, kernel.window.Count);
            for (var i = from; i < to; i++)
            {
                var unrolled = kernel.Unrolled(i, Of(image, i, kernel.ImageSize));
                var target = Of(maps, i, kernel.MapsSize);
                for (var g = 0; g < kernel.groups; g++)
                    Blas.Gemm(false, false, rows, columns, inner, T.One, Of(weights, g, rows * inner),
                        Of(unrolled, g, inner * columns), T.Zero, Of(target, g, rows * columns));
                AddBias(bias, target);
            }
        }
    }

    private readonly ref struct ImageOfPart(ConvolutionKernel<T> kernel, ReadOnlySpan<T> maps, ReadOnlySpan<T> weights,
        ReadOnlySpan<T> bias, Span<T> image) : IRangeWork
    {
        private readonly ReadOnlySpan<T> maps = maps;
        private readonly ReadOnlySpan<T> weights = weights;
        private readonly ReadOnlySpan<T> bias = bias;
        private readonly Span<T> image = image;

        public void Run(int from, int to)
        {
            var (inner, rows, columns) = (kernel.MapsOfGroup, kernel.RowsOfGroup, kernel.window.Count);
            for (var i = from; i < to; i++)
            {
                var source = Of(maps, i, kernel.MapsSize);
                var target = Of(image, i, kernel.ImageSize);
                var unrolled = kernel.window.IsIdentity ? target : kernel.ColumnsOf(i);
                for (var g = 0; g < kernel.groups; g++)
                    Blas.Gemm(true, false, rows, columns, inner, T.One, Of(weights, g, rows * inner),
                        Of(source, g, inner * columns), T.Zero, Of(unrolled, g, rows * columns));
                if (!kernel.window.IsIdentity)
                    Im2Col.Fold(kernel.window, kernel.channels, unrolled, target);
                AddBias(bias, target);
            }
        }
    }

    private readonly ref struct GradientOfPart(ConvolutionKernel<T> kernel, ReadOnlySpan<T> image, ReadOnlySpan<T> maps)
        : IRangeWork
    {
        private readonly ReadOnlySpan<T> image = image;
        private readonly ReadOnlySpan<T> maps = maps;

        public void Run(int from, int to)
        {
            var (rows, columns, inner) = (kernel.MapsOfGroup, kernel.RowsOfGroup, kernel.window.Count);
            var sum = Of(kernel.partialGradients.Data, from / kernel.imagesOfPart, kernel.WeightsSize);
            for (var i = from; i < to; i++)
            {
                var unrolled = kernel.Unrolled(i, Of(image, i, kernel.ImageSize));
                var source = Of(maps, i, kernel.MapsSize);
                for (var g = 0; g < kernel.groups; g++)
                    Blas.Gemm(false, true, rows, columns, inner, T.One, Of(source, g, rows * inner),
                        Of(unrolled, g, inner * columns), i == from ? T.Zero : T.One, Of(sum, g, rows * columns));
            }
        }
    }

    private readonly ref struct SumParts(ReadOnlySpan<T> partial, Span<T> sum, int parts) : IRangeWork
    {
        private readonly ReadOnlySpan<T> partial = partial;
        private readonly Span<T> sum = sum;

        public void Run(int from, int to)
        {
            var target = sum[from..to];
            for (var part = 0; part < parts; part++)
                TensorPrimitives.Add(target, partial.Slice(part * sum.Length + from, target.Length), target);
        }
    }
}
