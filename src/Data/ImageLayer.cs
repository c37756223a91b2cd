using System.Numerics;

namespace NeuralFramework.Data;

/// <summary>
/// Base of the layers that serve images: data N×C×H×W, each value (pixel − mean_value) · scale, and label N. The source
/// is Caffe's <c>DataTransformer</c>.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public abstract class ImageLayer<T>(ImageLayerOptions options) : DataLayer<T>(options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // A part below this many values is not worth waking a thread for.
    private const int ValuesPerPart = 32 * 1024;

    private readonly ImageLayerOptions options = options;
    private T[] means = [];
    private T[] scales = [];
    private ulong mirrorKey;

    /// <summary>The images. Null before <see cref="DataLayer{T}.SetUp"/>.</summary>
    public ImageSet? Images { get; private set; }

    /// <inheritdoc/>
    public sealed override int SampleCount => Images?.Count ?? 0;

    /// <inheritdoc/>
    protected sealed override Shape SampleShape => [Images!.Channels, Images.Height, Images.Width];

    /// <inheritdoc/>
    protected sealed override Shape LabelShape => Shape.Scalar;

    private bool Mirrors => options.Mirror && Context.Phase == Phase.Train;

    /// <summary>Finds and reads a part of the set.</summary>
    /// <exception cref="DataException">The set is missing or damaged.</exception>
    protected abstract ImageSet LoadImages(DataSplit split);

    /// <inheritdoc/>
    protected sealed override void Load()
    {
        Images = LoadImages(options.Split ?? (Context.Phase == Phase.Train ? DataSplit.Train : DataSplit.Test));
        means = PerChannel(options.MeanValue, "mean_value");
        scales = PerChannel(options.Scale, "scale");
        var random = RandomStream.Create(Context.Seed, $"{Name}/mirror");
        mirrorKey = (ulong)random.Next() << 32 ^ (ulong)random.Next();
    }

    /// <inheritdoc/>
    protected sealed override void ReadData(ReadOnlySpan<int> samples, Span<T> data)
    {
        var work = new ConvertWork(this, samples, data);
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

    // A hash of the sample's number, the finaliser of SplitMix64 (Steele, Lea, Flood 2014): a generator for each sample
    // would cost more than the sample itself.
    private bool IsMirrored(long number)
    {
        var hash = mirrorKey + (ulong)number * 0x9E3779B97F4A7C15;
        hash = (hash ^ hash >> 30) * 0xBF58476D1CE4E5B9;
        hash = (hash ^ hash >> 27) * 0x94D049BB133111EB;
        return (hash ^ hash >> 31) >> 63 == 1;
    }

    private void Convert(int sample, bool mirrored, Span<T> values)
    {
        var image = Images!.Image(sample);
        var plane = Images.Height * Images.Width;
        for (var channel = 0; channel < means.Length; channel++)
            PixelConversion.Convert(image.Slice(channel * plane, plane), means[channel], scales[channel],
                values.Slice(channel * plane, plane));
        if (!mirrored)
            return;
        for (var row = 0; row < values.Length; row += Images.Width)
            values.Slice(row, Images.Width).Reverse();
    }

    private readonly ref struct ConvertWork(ImageLayer<T> layer, ReadOnlySpan<int> samples, Span<T> data) : IRangeWork
    {
        private readonly ReadOnlySpan<int> samples = samples;
        private readonly Span<T> data = data;

        public void Run(int from, int to)
        {
            var size = layer.Images!.ImageSize;
            var mirrors = layer.Mirrors;
            for (var i = from; i < to; i++)
                layer.Convert(samples[i], mirrors && layer.IsMirrored(layer.Position + i), data.Slice(i * size, size));
        }
    }
}
