using System.Numerics.Tensors;

namespace NeuralFramework.Data;

/// <summary>Images of one size with their labels, in memory as bytes: pixels N×C×H×W, row-major, and a class number an
/// image.</summary>
public sealed class ImageSet
{
    // Small enough for the stack and the first-level cache.
    private const int PixelsPerPart = 1024;

    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, ImageSet> Loaded = [];

    private readonly byte[] pixels;
    private readonly byte[] labels;
    private readonly Lazy<double[]> meanImage;

    /// <summary>Wraps arrays; they are not copied.</summary>
    /// <param name="name">How messages name the set, such as the folder it was read from.</param>
    /// <param name="channels">C.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="pixels">N×C×H×W bytes.</param>
    /// <param name="labels">N class numbers.</param>
    /// <param name="classNames">The classes' names by number.</param>
    /// <exception cref="DataException">The lengths do not fit, or a label has no class.</exception>
    public ImageSet(string name, int channels, int height, int width, byte[] pixels, byte[] labels,
        IReadOnlyList<string> classNames)
    {
        (Name, Channels, Height, Width, ClassNames) = (name, channels, height, width, classNames);
        (this.pixels, this.labels) = (pixels, labels);
        meanImage = new Lazy<double[]>(ComputeMeanImage);
        if (pixels.LongLength != (long)labels.Length * ImageSize)
            throw new DataException($"{name}: received {pixels.Length} pixels for {labels.Length} labels, allowed: "
                + $"{(long)labels.Length * ImageSize}, {channels}×{height}×{width} an image");
        var wrong = labels.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)(classNames.Count - 1));
        if (wrong >= 0)
            throw new DataException($"{name}: image {wrong}: received the label {labels[wrong]}, allowed: 0 to "
                + $"{classNames.Count - 1}");
    }

    /// <summary>How messages name the set.</summary>
    public string Name { get; }

    /// <summary>The number of images.</summary>
    public int Count => labels.Length;

    /// <summary>The planes of an image: 3 for red, green, blue, 1 for grey.</summary>
    public int Channels { get; }

    /// <summary>The rows of an image.</summary>
    public int Height { get; }

    /// <summary>The columns of an image.</summary>
    public int Width { get; }

    /// <summary>The bytes of an image: C·H·W.</summary>
    public int ImageSize => Channels * Height * Width;

    /// <summary>The bytes of all images.</summary>
    public ReadOnlySpan<byte> Pixels => pixels;

    /// <summary>The class numbers of all images.</summary>
    public ReadOnlySpan<byte> Labels => labels;

    /// <summary>The classes' names by number.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The mean of each pixel over all images, C×H×W: exact sums, divided once. Computed at the first
    /// use.</summary>
    internal double[] MeanImage => meanImage.Value;

    /// <summary>The bytes of one image, plane by plane, row by row.</summary>
    public ReadOnlySpan<byte> Image(int index) => pixels.AsSpan(index * ImageSize, ImageSize);

    /// <summary>Loads a set once in a process: the nets of all phases share it. A failure is not kept.</summary>
    internal static ImageSet Once(string key, Func<ImageSet> load)
    {
        lock (Gate)
        {
            if (!Loaded.TryGetValue(key, out var set))
                Loaded[key] = set = load();
            return set;
        }
    }

    private double[] ComputeMeanImage()
    {
        var sums = new ulong[ImageSize];
        var work = new SumWork(pixels, Count, sums);
        WorkPool.For(ImageSize, PixelsPerPart, ref work);
        return Array.ConvertAll(sums, sum => (double)sum / Count);
    }

    private readonly struct SumWork(byte[] pixels, int count, ulong[] sums) : IRangeWork
    {
        public void Run(int from, int to)
        {
            Span<ushort> values = stackalloc ushort[to - from];
            Span<ushort> part = stackalloc ushort[to - from];
            // 257 bytes add up to 65,535 at most.
            for (var first = 0; first < count; first += 257)
            {
                part.Clear();
                for (var image = first; image < Math.Min(count, first + 257); image++)
                {
                    var start = image * sums.Length;
                    TensorPrimitives.ConvertTruncating<byte, ushort>(pixels.AsSpan(start + from, to - from), values);
                    TensorPrimitives.Add<ushort>(part, values, part);
                }
                for (var i = 0; i < part.Length; i++)
                    sums[from + i] += part[i];
            }
        }
    }
}
