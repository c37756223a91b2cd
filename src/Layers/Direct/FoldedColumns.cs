using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>
/// The transpose of a convolution by a matrix product for each image: columns = Wᵀ · maps, of which each has the
/// elements of one window, are summed into the image at the places where the windows take them. (Caffe's
/// <c>col2im</c>.)
/// </summary>
/// <remarks>The batch is cut into parts whose number depends on the shapes alone; each has columns of its own. With one
/// part only, the threads are used inside the matrix products.</remarks>
internal sealed class FoldedColumns<T>(int imageChannels, int mapChannels, int groups)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MaxParts = 16;

    // What the columns of all parts may take together before there are fewer parts.
    private const long MaxColumns = 1 << 24;

    private readonly int channels = imageChannels;
    private readonly int groupCount = groups;
    private readonly Blob<T> columns = new([0]);
    private Window window;
    private int count;
    private int imagesOfPart = 1;

    private int ImageSize => channels * window.PlaneSize;

    private int MapsSize => mapChannels * window.Count;

    // The product of a group is of RowsOfGroup × MapsOfGroup by MapsOfGroup × window.Count.
    private int MapsOfGroup => mapChannels / groupCount;

    private int RowsOfGroup => channels / groupCount * window.KernelSize;

    private int ColumnsSize => channels * window.KernelSize * window.Count;

    /// <summary>Prepares for a number of images and their windows.</summary>
    public void Reshape(int images, Window over)
    {
        (count, window) = (images, over);
        // The shape refuses an image whose columns are more than one array holds.
        var wanted = (int)Math.Clamp(MaxColumns / Math.Max(1, new Shape(channels, over.KernelSize, over.Count).Size), 1,
            MaxParts);
        imagesOfPart = Math.Max(1, (images + wanted - 1) / wanted);
    }

    /// <summary>image = Wᵀ ∗ maps + bias, without a bias if it is empty.</summary>
    public void Run(ReadOnlySpan<T> maps, ReadOnlySpan<T> weights, ReadOnlySpan<T> bias, Span<T> image)
    {
        // The memory is taken at the first call: most convolutions never come here.
        var parts = (count + imagesOfPart - 1) / imagesOfPart;
        if (columns.Count != parts * ColumnsSize)
            columns.Reshape([parts, ColumnsSize]);
        var work = new PartWork(this, maps, weights, bias, image);
        WorkPool.For(count, imagesOfPart, ref work);
    }

    private void Fold(ReadOnlySpan<T> source, Span<T> image)
    {
        image.Clear();
        var row = 0;
        for (var channel = 0; channel < channels; channel++)
            for (var y = 0; y < window.Height.Kernel; y++)
                for (var x = 0; x < window.Width.Kernel; x++, row++)
                    FoldRow(source.Slice(row * window.Count, window.Count), y, x,
                        image.Slice(channel * window.PlaneSize, window.PlaneSize));
    }

    private void FoldRow(ReadOnlySpan<T> row, int y, int x, Span<T> plane)
    {
        var (height, width) = (window.Height, window.Width);
        var (top, bottom) = height.Inside(y);
        var (left, right) = width.Inside(x);
        if (left == right)
            return;
        for (var i = top; i < bottom; i++)
        {
            var source = row.Slice(i * width.Count + left, right - left);
            var target = plane[(height.Place(i, y) * width.Image + width.Place(left, x))..];
            if (width.Stride == 1)
                TensorPrimitives.Add(target[..source.Length], source, target[..source.Length]);
            else
                for (var j = 0; j < source.Length; j++)
                    target[j * width.Stride] += source[j];
        }
    }

    private readonly ref struct PartWork(FoldedColumns<T> layer, ReadOnlySpan<T> maps, ReadOnlySpan<T> weights,
        ReadOnlySpan<T> bias, Span<T> image) : IRangeWork
    {
        private readonly ReadOnlySpan<T> maps = maps;
        private readonly ReadOnlySpan<T> weights = weights;
        private readonly ReadOnlySpan<T> bias = bias;
        private readonly Span<T> image = image;

        public void Run(int from, int to)
        {
            var columns = layer.columns.Data.Slice(from / layer.imagesOfPart * layer.ColumnsSize, layer.ColumnsSize);
            for (var i = from; i < to; i++)
            {
                Multiply(maps.Slice(i * layer.MapsSize, layer.MapsSize), columns);
                var target = image.Slice(i * layer.ImageSize, layer.ImageSize);
                layer.Fold(columns, target);
                for (var channel = 0; channel < bias.Length; channel++)
                {
                    var plane = target.Slice(channel * layer.window.PlaneSize, layer.window.PlaneSize);
                    TensorPrimitives.Add(plane, bias[channel], plane);
                }
            }
        }

        private void Multiply(ReadOnlySpan<T> source, Span<T> columns)
        {
            var (rows, inner, places) = (layer.RowsOfGroup, layer.MapsOfGroup, layer.window.Count);
            for (var group = 0; group < layer.groupCount; group++)
                Blas.Gemm(true, false, rows, places, inner, T.One, weights.Slice(group * rows * inner, rows * inner),
                    source.Slice(group * inner * places, inner * places), T.Zero,
                    columns.Slice(group * rows * places, rows * places));
        }
    }
}
