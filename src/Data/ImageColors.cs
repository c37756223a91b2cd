using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Data;

/// <summary>The colours of one sample: factors of brightness and contrast, and the mean grey.</summary>
internal readonly record struct ColorDraw<T>(T Brightness, T Contrast, T Grey);

/// <summary>Makes the bytes of an image values: brightness, contrast, mean and scale.</summary>
internal sealed class ImageColors<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly T White = T.CreateTruncating(255);

    private readonly T[] means;
    private readonly T[] scales;
    private readonly T[]? meanImage;
    private readonly double[]? brightness;
    private readonly double[]? contrast;
    private readonly SampleHash brightnessHash;
    private readonly SampleHash contrastHash;

    /// <param name="options">The options.</param>
    /// <param name="means">The mean of each channel; not used beside a mean image.</param>
    /// <param name="scales">The scale of each channel.</param>
    /// <param name="meanImage">C×H×W, or null.</param>
    /// <param name="context">Phase and seed.</param>
    /// <param name="name">The layer's name.</param>
    public ImageColors(ImageLayerOptions options, T[] means, T[] scales, T[]? meanImage, NetContext context,
        string name)
    {
        (this.means, this.scales, this.meanImage) = (means, scales, meanImage);
        brightness = context.Phase == Phase.Train ? RangeOf(options.Brightness) : null;
        contrast = context.Phase == Phase.Train ? RangeOf(options.Contrast) : null;
        brightnessHash = new SampleHash(context.Seed, $"{name}/brightness");
        contrastHash = new SampleHash(context.Seed, $"{name}/contrast");
    }

    /// <summary>What happens to a sample.</summary>
    /// <param name="image">Its bytes.</param>
    /// <param name="number">Its number since the beginning.</param>
    /// <param name="scratch">A plane to work in.</param>
    public ColorDraw<T> Draw(ReadOnlySpan<byte> image, long number, Span<T> scratch)
    {
        var bright = Factor(brightness, brightnessHash, number);
        return contrast is null
            ? new ColorDraw<T>(bright, T.One, T.Zero)
            : new ColorDraw<T>(bright, Factor(contrast, contrastHash, number), MeanGrey(image, bright, scratch));
    }

    /// <summary>Makes a plane of bytes values.</summary>
    public void Convert(ReadOnlySpan<byte> pixels, int channel, ColorDraw<T> draw, Span<T> values)
    {
        if (brightness is null && contrast is null && meanImage is null)
        {
            PixelConversion.Convert(pixels, means[channel], scales[channel], values);
            return;
        }
        Brighten(pixels, draw.Brightness, values);
        if (contrast is not null)
        {
            TensorPrimitives.Multiply(values, draw.Contrast, values);
            TensorPrimitives.Add(values, (T.One - draw.Contrast) * draw.Grey, values);
            TensorPrimitives.Max(values, T.Zero, values);
            TensorPrimitives.Min(values, White, values);
        }
        if (meanImage is null)
            TensorPrimitives.Subtract(values, means[channel], values);
        else
            TensorPrimitives.Subtract<T>(values, meanImage.AsSpan(channel * values.Length, values.Length), values);
        TensorPrimitives.Multiply(values, scales[channel], values);
    }

    private void Brighten(ReadOnlySpan<byte> pixels, T factor, Span<T> values)
    {
        PixelConversion.Convert(pixels, T.Zero, factor, values);
        if (brightness is not null)
            TensorPrimitives.Min(values, White, values);
    }

    private T MeanGrey(ReadOnlySpan<byte> image, T bright, Span<T> scratch)
    {
        var sum = T.Zero;
        for (var channel = 0; channel < scales.Length; channel++)
        {
            Brighten(image.Slice(channel * scratch.Length, scratch.Length), bright, scratch);
            sum += GreyWeight(channel) * TensorPrimitives.Sum<T>(scratch);
        }
        return sum / T.CreateTruncating(scratch.Length);
    }

    private T GreyWeight(int channel) => T.CreateTruncating(scales.Length != 3
        ? 1.0 / scales.Length
        : channel switch { 0 => 0.2989, 1 => 0.587, _ => 0.114 });

    private static T Factor(double[]? range, SampleHash hash, long number) =>
        range is null ? T.One : T.CreateTruncating(hash.Between(number, range[0], range[1]));

    private static double[]? RangeOf(OneOrMany<double>? range) => range switch
    {
        null => null,
        { Count: 1 } => [Math.Max(0, 1 - range[0]), 1 + range[0]],
        _ => [range[0], range[1]],
    };
}
