using System.Numerics;
using NeuralFramework.Data;

namespace NeuralFramework.Tests;

/// <summary>Serves images that a test gives, with the given training images for the mean.</summary>
internal sealed class GivenImages<T>(ImageLayerOptions options, ImageSet images, ImageSet? ofMean = null)
    : ImageLayer<T>(options) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Images of random pixels, image i with the label i mod 10.</summary>
    public static ImageSet RandomImages(int count, int channels, int height, int width, int seed = 1)
    {
        var pixels = new byte[count * channels * height * width];
        new Random(seed).NextBytes(pixels);
        return new ImageSet("random", channels, height, width, pixels,
            [.. Enumerable.Range(0, count).Select(i => (byte)(i % 10))], Cifar10Files.ClassNames);
    }

    /// <summary>One grey image.</summary>
    public static ImageSet Grey(byte[,] pixels) =>
        new("grey", 1, pixels.GetLength(0), pixels.GetLength(1), [.. pixels.Cast<byte>()], [0], ["only"]);

    protected override ImageSet LoadImages() => images;

    protected override ImageSet LoadImagesOfMean() => ofMean ?? images;
}
