using NeuralFramework.Data;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class ImageColorsTests
{
    private static readonly Cifar10Options Plain = new() { BatchSize = 50, Scale = 1.0 };

    // Rounding of a few operations on numbers of up to 255.
    private const double Rounding = 1e-11;

    private static ServedLayer<double> Serve(Cifar10Options options, ImageSet images, Phase phase = Phase.Train,
        ImageSet? ofMean = null) => new(new GivenImages<double>(options, images, ofMean), phase);

    [Test]
    public void Brightness_is_a_factor_within_the_range_and_white_is_the_most()
    {
        var images = GivenImages<double>.Grey(new byte[,] { { 0, 100, 250 } });
        var factors = new List<double>();
        foreach (var sample in Serve(Plain with { Brightness = 0.5 }, images).Next().Data.Chunk(3))
        {
            factors.Add(sample[1] / 100);
            Assert.That(sample[0], Is.Zero);
            Assert.That(sample[2], Is.EqualTo(Math.Min(255, 250 * factors[^1])).Within(Rounding));
        }
        Assert.That(factors, Has.All.InRange(0.5, 1.5));
        Assert.That(factors.Min(), Is.LessThan(0.6));
        Assert.That(factors.Max(), Is.GreaterThan(1.4));
    }

    [Test]
    public void Two_numbers_are_the_range_itself_and_one_above_1_begins_at_0()
    {
        var images = GivenImages<double>.Grey(new byte[,] { { 10 } });
        double[] range = [2, 3];
        Assert.That(Serve(Plain with { Brightness = range }, images).Next().Data, Has.All.InRange(20, 30));
        var wide = Serve(Plain with { Brightness = 3.0 }, images).Next().Data;
        Assert.That(wide, Has.All.InRange(0, 40).And.Some.LessThan(10).And.Some.GreaterThan(30));
    }

    [Test]
    public void Contrast_moves_a_pixel_away_from_the_mean_grey_or_towards_it()
    {
        var images = GivenImages<double>.RandomImages(1, 3, 4, 5);
        var pixels = images.Pixels.ToArray();
        double[] weights = [0.2989, 0.587, 0.114];
        var grey = pixels.Select((pixel, i) => weights[i / 20] * pixel).Sum() / 20;
        double[] range = [0.2, 1.8];
        foreach (var sample in Serve(Plain with { Contrast = range }, images).Next().Data.Chunk(60))
        {
            // The pixel nearest to grey is within 0 … 255 for every factor, so it tells the factor.
            var near = Array.IndexOf(pixels, pixels.MinBy(pixel => Math.Abs(Math.Abs(pixel - grey) - 20)));
            var factor = (sample[near] - grey) / (pixels[near] - grey);
            Assert.That(factor, Is.InRange(0.2, 1.8));
            Assert.That(sample, Is.EqualTo(pixels.Select(pixel =>
                Math.Clamp(factor * pixel + (1 - factor) * grey, 0, 255))).Within(Rounding));
        }
    }

    [Test]
    public void Contrast_0_makes_all_grey_after_the_brightness()
    {
        var images = GivenImages<double>.Grey(new byte[,] { { 0, 100, 200 } });
        double[] twice = [2, 2], none = [0, 0];
        var sample = Serve(Plain with { BatchSize = 1, Brightness = twice, Contrast = none }, images).Next().Data;
        Assert.That(sample, Is.EqualTo(Enumerable.Repeat((0 + 200 + 255) / 3.0, 3)).Within(Rounding));
    }

    [Test]
    public void Outside_training_colours_stay()
    {
        var images = GivenImages<double>.RandomImages(3, 3, 4, 4);
        var options = Plain with { BatchSize = 3, Brightness = 0.5, Contrast = 0.5 };
        Assert.That(Serve(options, images, Phase.Test).Next().Data,
            Is.EqualTo(images.Pixels.ToArray().Select(pixel => (double)pixel)));
    }

    [Test]
    public void The_mean_image_is_that_of_the_training_set_in_every_phase()
    {
        var training = GivenImages<double>.RandomImages(600, 3, 20, 20, seed: 2);
        var test = GivenImages<double>.RandomImages(2, 3, 20, 20);
        var mean = Enumerable.Range(0, 1200)
            .Select(i => (double)Enumerable.Range(0, 600).Sum(n => training.Image(n)[i]) / 600).ToArray();
        double[] scales = [1, 0.5, 2];
        var options = Plain with { BatchSize = 2, MeanImage = true, Scale = scales };
        var expected = Enumerable.Range(0, 2400)
            .Select(i => (test.Pixels[i] - mean[i % 1200]) * scales[i % 1200 / 400]).ToArray();
        Assert.That(Serve(options, test, Phase.Test, training).Next().Data, Is.EqualTo(expected));
        Assert.That(Serve(options, test, Phase.Train, training).Next().Data, Is.EqualTo(expected));
    }

    [Test]
    public void The_mean_image_moves_with_the_crop()
    {
        var images = GivenImages<double>.RandomImages(1, 1, 8, 8);
        var options = Plain with { MeanImage = true, CropSize = 8, Pad = 2, PadMode = PadMode.Reflect, Mirror = true };
        Assert.That(Serve(options, images).Next().Data, Has.All.Zero, "an image less itself, wherever it is moved");
    }

    [Test]
    public void A_mean_image_of_another_size_is_an_error() =>
        Assert.That(() => Serve(Plain with { MeanImage = true }, GivenImages<double>.RandomImages(1, 3, 4, 4),
            Phase.Test, GivenImages<double>.RandomImages(1, 1, 4, 5)), Throws.TypeOf<DataException>().With.Message
            .EqualTo("layer 'data' (GivenImages): mean_image: received training images of 1×4×5, allowed: 3×4×4, as "
                + "the images served"));

    [Test]
    public void Both_means_or_a_range_that_is_none_are_errors()
    {
        var images = GivenImages<double>.RandomImages(1, 1, 4, 4);
        double[] backwards = [1.2, 0.8];
        var options = Plain with { MeanImage = true, MeanValue = 1.0, Brightness = -0.5, Contrast = backwards };
        Assert.That(() => Serve(options, images), Throws.TypeOf<ConfigException>().With.Message.EqualTo(
            "layer 'data' (GivenImages): members 'mean_value' and 'mean_image': received both, allowed: one of them"
            + Environment.NewLine + "layer 'data' (GivenImages): member 'brightness': received [-0.5], allowed: a "
            + "number of 0 or more, or a range [least, greatest] of such" + Environment.NewLine
            + "layer 'data' (GivenImages): member 'contrast': received [1.2, 0.8], allowed: a number of 0 or more, or "
            + "a range [least, greatest] of such"));
    }
}
