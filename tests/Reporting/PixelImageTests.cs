using NeuralFramework.Reporting;
using NUnit.Framework;
using SkiaSharp;

namespace NeuralFramework.Tests;

public class PixelImageTests
{
    private static SKColor Grey(byte level) => new(level, level, level);

    private static SKColor[] Pixels(PixelImage image) =>
        [.. Enumerable.Range(0, image.Height).SelectMany(row => Enumerable.Range(0, image.Width).Select(column => image[row, column]))];

    [Test]
    public void Around_zero_grey_is_zero_and_the_largest_magnitude_is_an_end() =>
        Assert.That(Pixels(PixelImage.AroundZero<double>([0, -4, 2, 1], 2, 2)),
            Is.EqualTo(new[] { Grey(128), Grey(0), Grey(191), Grey(159) }));

    [Test]
    public void Three_planes_are_red_green_and_blue_on_one_scale() =>
        Assert.That(Pixels(PixelImage.AroundZero<float>([1, -1, 0.5f, 0, 0, -1], 1, 2)),
            Is.EqualTo(new[] { new SKColor(255, 191, 128), new SKColor(0, 128, 0) }));

    [Test]
    public void Else_the_least_value_is_black_and_the_greatest_white() =>
        Assert.That(Pixels(PixelImage.FromLeastToGreatest<double>([3, 5, 4], 1, 3)),
            Is.EqualTo(new[] { Grey(0), Grey(255), Grey(128) }));

    [Test]
    public void Equal_values_are_grey_around_zero_only_if_they_are_zero_and_black_on_the_other_scale()
    {
        Assert.That(Pixels(PixelImage.AroundZero<double>([0, 0], 1, 2)), Has.All.EqualTo(Grey(128)));
        Assert.That(Pixels(PixelImage.AroundZero<double>([2, 2], 1, 2)), Has.All.EqualTo(Grey(255)));
        Assert.That(Pixels(PixelImage.FromLeastToGreatest<double>([2, 2], 1, 2)), Has.All.EqualTo(Grey(0)));
    }

    [Test]
    public void What_is_not_finite_is_magenta_and_does_not_count_in_the_scale() =>
        Assert.That(Pixels(PixelImage.FromLeastToGreatest<double>([double.NaN, 0, double.PositiveInfinity, 1], 2, 2)),
            Is.EqualTo(new[] { SKColors.Magenta, Grey(0), SKColors.Magenta, Grey(255) }));

    [Test]
    public void A_png_has_the_same_pixels()
    {
        var image = PixelImage.AroundZero<double>([0, -4, 2, 1, 3, 4], 2, 3);
        using var bitmap = SKBitmap.Decode(image.ToPng());
        Assert.That((bitmap.Height, bitmap.Width), Is.EqualTo((2, 3)));
        Assert.That(bitmap.Pixels, Is.EqualTo(Pixels(image)));
    }
}
