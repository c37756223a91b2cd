using System.Numerics;

namespace NeuralFramework.Data;

/// <summary>
/// Base of the layers that serve images: data N×C×H×W, each value (pixel − mean) · scale, and label N. Images are
/// changed as the options say, at random in training; H and W are <c>crop_size</c> where it is given. The source is
/// Caffe's <c>DataTransformer</c>.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public abstract class ImageLayer<T>(ImageLayerOptions options) : DataLayer<T>(options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // A part below this many values is not worth waking a thread for.
    private const int ValuesPerPart = 32 * 1024;

    // A plane before it is cropped, of the thread that works on it.
    [ThreadStatic]
    private static T[]? planeOfThread;

    private readonly ImageLayerOptions options = options;
    private ImageWindow? window;
    private ImageColors<T>? colors;

    /// <summary>The images. Null before <see cref="DataLayer{T}.SetUp"/>.</summary>
    public ImageSet? Images { get; private set; }

    /// <summary>Images to serve in the place of the set's own, prepared in the same way; given before
    /// <see cref="DataLayer{T}.SetUp"/>. They have the size and channels of <see cref="Format"/>. The set itself is
    /// read then only where its mean image is subtracted.</summary>
    public ImageSet? Given { get; set; }

    /// <summary>What the images of the set are like. The set need not be there if the type alone says it.</summary>
    /// <exception cref="DataException">The set is needed, and missing or damaged.</exception>
    public virtual ImageFormat Format
    {
        get
        {
            var images = LoadImages();
            return new ImageFormat(images.Channels, images.Height, images.Width, images.ClassNames);
        }
    }

    /// <inheritdoc/>
    public sealed override int SampleCount => Images?.Count ?? 0;

    /// <inheritdoc/>
    protected sealed override Shape SampleShape => [Images!.Channels, window!.Height, window.Width];

    /// <inheritdoc/>
    protected sealed override Shape LabelShape => Shape.Scalar;

    /// <summary>Finds and reads the images to serve.</summary>
    /// <exception cref="DataException">They are missing or damaged.</exception>
    protected abstract ImageSet LoadImages();

    /// <summary>The images whose mean is subtracted when <c>mean_image</c> asks for it: the training set.</summary>
    /// <exception cref="DataException">They are missing or damaged.</exception>
    protected abstract ImageSet LoadImagesOfMean();

    /// <inheritdoc/>
    protected sealed override void Load()
    {
        Images = Given ?? LoadImages();
        window = new ImageWindow(options, Images.Height, Images.Width, Context, Name);
        if (window.Problem() is { } problem)
            throw new ConfigException($"{this}: {problem}");
        colors = new ImageColors<T>(options, PerChannel(options.MeanValue ?? 0.0, "mean_value"),
            PerChannel(options.Scale, "scale"), options.MeanImage ? LoadMeanImage() : null, Context, Name);
    }

    /// <inheritdoc/>
    protected sealed override void ReadData(long number, ReadOnlySpan<int> samples, Span<T> data)
    {
        var work = new ConvertWork(this, number, samples, data);
        WorkPool.For(samples.Length, Math.Max(1, ValuesPerPart / Images!.ImageSize), ref work);
    }

    /// <inheritdoc/>
    protected sealed override void ReadLabels(ReadOnlySpan<int> samples, Span<T> labels)
    {
        var all = Images!.Labels;
        for (var i = 0; i < samples.Length; i++)
            labels[i] = T.CreateTruncating(all[samples[i]]);
    }

    private T[] PerChannel(OneOrMany<double> values, string member)
    {
        var channels = Images!.Channels;
        if (values.Count != 1 && values.Count != channels)
            throw new ConfigException($"{this}: member '{member}': received {values.Count} values, allowed: 1"
                + (channels == 1 ? "" : $", or {channels}, one a channel"));
        var all = new T[channels];
        for (var channel = 0; channel < channels; channel++)
            all[channel] = T.CreateTruncating(values[values.Count == 1 ? 0 : channel]);
        return all;
    }

    private T[] LoadMeanImage()
    {
        var source = LoadImagesOfMean();
        if ((source.Channels, source.Height, source.Width) != (Images!.Channels, Images.Height, Images.Width))
            throw new DataException($"{this}: mean_image: received training images of "
                + $"{source.Channels}×{source.Height}×{source.Width}, allowed: "
                + $"{Images.Channels}×{Images.Height}×{Images.Width}, as the images served");
        return Array.ConvertAll(source.MeanImage, T.CreateTruncating);
    }

    private void Convert(int sample, long number, Span<T> values)
    {
        var image = Images!.Image(sample);
        var (size, windowSize) = (Images.Height * Images.Width, window!.Height * window.Width);
        var buffer = window.IsWhole ? values[..size] : PlaneOfThread(size);
        var colorDraw = colors!.Draw(image, number, buffer);
        var windowDraw = window.Draw(number);
        for (var channel = 0; channel < Images.Channels; channel++)
        {
            var plane = values.Slice(channel * windowSize, windowSize);
            var pixels = image.Slice(channel * size, size);
            if (window.IsWhole)
            {
                colors.Convert(pixels, channel, colorDraw, plane);
                window.Finish(windowDraw, plane);
                continue;
            }
            colors.Convert(pixels, channel, colorDraw, buffer);
            window.Copy(buffer, windowDraw, plane);
        }
    }

    private static Span<T> PlaneOfThread(int size)
    {
        if (planeOfThread is null || planeOfThread.Length < size)
            planeOfThread = new T[size];
        return planeOfThread.AsSpan(0, size);
    }

    private readonly ref struct ConvertWork(ImageLayer<T> layer, long number, ReadOnlySpan<int> samples, Span<T> data)
        : IRangeWork
    {
        private readonly ReadOnlySpan<int> samples = samples;
        private readonly Span<T> data = data;

        public void Run(int from, int to)
        {
            var size = data.Length / samples.Length;
            for (var i = from; i < to; i++)
                layer.Convert(samples[i], number + i, data.Slice(i * size, size));
        }
    }
}
