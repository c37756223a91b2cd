using System.Numerics;
using SkiaSharp;

namespace NeuralFramework.Reporting;

/// <summary>Numbers as an image, a pixel a place: grey of one plane, colour of three (red, green, blue). What is not
/// finite is magenta.</summary>
internal sealed class PixelImage
{
    private readonly SKColor[] pixels;

    private PixelImage(int height, int width, SKColor[] pixels) =>
        (Height, Width, this.pixels) = (height, width, pixels);

    public int Height { get; }

    public int Width { get; }

    public SKColor this[int row, int column] => pixels[row * Width + column];

    /// <summary>Middle grey is 0; the largest magnitude is black if it is negative, white if it is positive.</summary>
    /// <param name="planes">1 or 3 planes of height × width.</param>
    /// <param name="height">The rows.</param>
    /// <param name="width">The columns.</param>
    public static PixelImage AroundZero<T>(ReadOnlySpan<T> planes, int height, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (least, greatest) = RangeOf(planes);
        var largest = Math.Max(-least, greatest);
        return Of(planes, height, width, largest > 0 ? value => (value / largest + 1) / 2 : _ => 0.5);
    }

    /// <summary>The least value is black, the greatest white; where all are equal, all are black.</summary>
    /// <inheritdoc cref="AroundZero"/>
    public static PixelImage FromLeastToGreatest<T>(ReadOnlySpan<T> planes, int height, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (least, greatest) = RangeOf(planes);
        return Of(planes, height, width, greatest > least ? value => (value - least) / (greatest - least) : _ => 0);
    }

    /// <summary>The image for SkiaSharp; the caller disposes of it.</summary>
    public SKBitmap ToBitmap() =>
        new(new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque)) { Pixels = pixels };

    /// <summary>The image as the bytes of a PNG, a pixel a place.</summary>
    public byte[] ToPng()
    {
        using var bitmap = pixels.All(pixel => pixel.Red == pixel.Green && pixel.Green == pixel.Blue)
            ? ToGreyBitmap() : ToBitmap();
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
        return data.ToArray();
    }

    // A byte a pixel instead of three.
    private SKBitmap ToGreyBitmap()
    {
        var bitmap = new SKBitmap(new SKImageInfo(Width, Height, SKColorType.Gray8, SKAlphaType.Opaque));
        var rows = bitmap.GetPixelSpan();
        for (var row = 0; row < Height; row++)
            for (var column = 0; column < Width; column++)
                rows[row * bitmap.RowBytes + column] = this[row, column].Red;
        return bitmap;
    }

    private static (double Least, double Greatest) RangeOf<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (least, greatest) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values)
            if (T.IsFinite(value))
                (least, greatest) = (Math.Min(least, double.CreateTruncating(value)),
                    Math.Max(greatest, double.CreateTruncating(value)));
        return (least, greatest);
    }

    private static PixelImage Of<T>(ReadOnlySpan<T> planes, int height, int width, Func<double, double> brightness)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var pixels = new SKColor[height * width];
        var isColour = planes.Length == 3 * pixels.Length;
        for (var i = 0; i < pixels.Length; i++)
        {
            var red = planes[i];
            var (green, blue) = isColour ? (planes[pixels.Length + i], planes[2 * pixels.Length + i]) : (red, red);
            pixels[i] = T.IsFinite(red) && T.IsFinite(green) && T.IsFinite(blue)
                ? new SKColor(Level(red), Level(green), Level(blue))
                : SKColors.Magenta;
        }
        return new PixelImage(height, width, pixels);

        byte Level(T value) => (byte)Math.Round(255 * brightness(double.CreateTruncating(value)));
    }
}
