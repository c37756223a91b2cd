using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>
/// Turns an image into the matrix whose columns are its windows, and sums such a matrix back into an image. The matrix
/// has a row for each channel and element of the window, in this order, and a column for each window, row by row; what
/// lies outside of the image is 0. (K. Chellapilla et al., High Performance Convolutional Neural Networks for Document
/// Processing, 2006; Caffe's <c>im2col</c>.) Channels are done on the framework's threads.
/// </summary>
internal static class Im2Col
{
    // How many elements of the matrix are worth waking a thread for.
    private const int Grain = 64 * 1024;

    /// <summary>Writes the columns of an image.</summary>
    public static void Unroll<T>(in Window window, int channels, ReadOnlySpan<T> image, Span<T> columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var work = new UnrollChannels<T>(window, image, columns);
        WorkPool.For(channels, GrainOf(window), ref work);
    }

    /// <summary>Overwrites an image by the sums of the columns' elements that were taken from each of its places: the
    /// transpose of <see cref="Unroll{T}"/>.</summary>
    public static void Fold<T>(in Window window, int channels, ReadOnlySpan<T> columns, Span<T> image)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var work = new FoldChannels<T>(window, columns, image);
        WorkPool.For(channels, GrainOf(window), ref work);
    }

    private static int GrainOf(in Window window) =>
        (int)Math.Max(1, Grain / ((long)window.KernelSize * window.Count));

    private readonly ref struct UnrollChannels<T>(Window window, ReadOnlySpan<T> image, Span<T> columns) : IRangeWork
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly Window window = window;
        private readonly ReadOnlySpan<T> image = image;
        private readonly Span<T> columns = columns;

        public void Run(int from, int to)
        {
            var row = from * window.KernelSize;
            for (var channel = from; channel < to; channel++)
            {
                var plane = image.Slice(channel * window.PlaneSize, window.PlaneSize);
                for (var y = 0; y < window.Height.Kernel; y++)
                    for (var x = 0; x < window.Width.Kernel; x++, row++)
                        UnrollRow(plane, y, x, columns.Slice(row * window.Count, window.Count));
            }
        }

        private void UnrollRow(ReadOnlySpan<T> plane, int y, int x, Span<T> row)
        {
            var (height, width) = (window.Height, window.Width);
            var (top, bottom) = height.Inside(y);
            var (left, right) = width.Inside(x);
            row[..(top * width.Count)].Clear();
            row[(bottom * width.Count)..].Clear();
            for (var i = top; i < bottom; i++)
            {
                var target = row.Slice(i * width.Count, width.Count);
                target[..left].Clear();
                target[right..].Clear();
                if (left == right)
                    continue;
                var source = plane[(height.Place(i, y) * width.Image + width.Place(left, x))..];
                target = target[left..right];
                if (width.Stride == 1)
                    source[..target.Length].CopyTo(target);
                else
                    for (var j = 0; j < target.Length; j++)
                        target[j] = source[j * width.Stride];
            }
        }
    }

    private readonly ref struct FoldChannels<T>(Window window, ReadOnlySpan<T> columns, Span<T> image) : IRangeWork
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly Window window = window;
        private readonly ReadOnlySpan<T> columns = columns;
        private readonly Span<T> image = image;

        public void Run(int from, int to)
        {
            var row = from * window.KernelSize;
            for (var channel = from; channel < to; channel++)
            {
                var plane = image.Slice(channel * window.PlaneSize, window.PlaneSize);
                plane.Clear();
                for (var y = 0; y < window.Height.Kernel; y++)
                    for (var x = 0; x < window.Width.Kernel; x++, row++)
                        FoldRow(columns.Slice(row * window.Count, window.Count), y, x, plane);
            }
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
    }
}
