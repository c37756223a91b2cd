using NeuralFramework.Data;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class ImageWindowTests
{
    private static readonly byte[,] Nine = { { 1, 2, 3 }, { 4, 5, 6 }, { 7, 8, 9 } };

    private static readonly FashionMnistOptions Plain = new() { BatchSize = 1, Scale = 1.0 };

    private static ServedLayer<double> Serve(FashionMnistOptions options, byte[,] pixels, Phase phase = Phase.Train,
        long seed = 1) =>
        new(new GivenImages<double>(options, GivenImages<double>.Grey(pixels)), phase, seed);

    [TestCase(3, 0, new double[] { 1, 2, 3, 4, 5, 6, 7, 8, 9 })]
    [TestCase(1, 0, new double[] { 5 })]
    [TestCase(2, 0, new double[] { 1, 2, 4, 5 })]
    [TestCase(3, 1, new double[] { 1, 2, 3, 4, 5, 6, 7, 8, 9 })]
    public void Outside_training_the_crop_is_from_the_middle(int side, int pad, double[] expected)
    {
        var served = Serve(Plain with { CropSize = side, Pad = pad }, Nine, Phase.Test);
        Assert.That(served.Data.Shape, Is.EqualTo(new Shape(1, 1, side, side)));
        Assert.That(served.Next().Data, Is.EqualTo(expected));
    }

    [Test]
    public void Zeros_around_the_image_are_zeros_of_the_top_whatever_the_mean()
    {
        var served = Serve(Plain with { CropSize = 5, Pad = 1, MeanValue = 5.0, Scale = 2.0 }, Nine, Phase.Test);
        Assert.That(served.Next().Data, Is.EqualTo(new double[]
        {
            0, 0, 0, 0, 0,
            0, -8, -6, -4, 0,
            0, -2, 0, 2, 0,
            0, 4, 6, 8, 0,
            0, 0, 0, 0, 0,
        }));
    }

    [Test]
    public void Reflected_the_border_pixels_are_not_repeated()
    {
        var served = Serve(Plain with { CropSize = 5, Pad = 1, PadMode = PadMode.Reflect }, Nine, Phase.Test);
        Assert.That(served.Next().Data, Is.EqualTo(new double[]
        {
            5, 4, 5, 6, 5,
            2, 1, 2, 3, 2,
            5, 4, 5, 6, 5,
            8, 7, 8, 9, 8,
            5, 4, 5, 6, 5,
        }));
    }

    [TestCase(3, 2, PadMode.Zero)]
    [TestCase(3, 2, PadMode.Reflect)]
    [TestCase(2, 0, PadMode.Zero)]
    [TestCase(1, 2, PadMode.Reflect)]
    [TestCase(1, 3, PadMode.Zero)]
    [TestCase(6, 2, PadMode.Reflect)]
    public void In_training_every_window_of_the_padded_image_comes_about_equally_often_and_no_other(int side, int pad,
        PadMode mode)
    {
        var padded = Serve(Plain with { CropSize = 3 + 2 * pad, Pad = pad, PadMode = mode }, Nine).Next().Data;
        var places = 3 + 2 * pad - side + 1;
        var windows = Enumerable.Range(0, places * places)
            .Select(place => string.Join(' ', Enumerable.Range(0, side * side).Select(i =>
                padded[(place / places + i / side) * (3 + 2 * pad) + place % places + i % side])))
            .ToList();
        var served = Serve(Plain with { CropSize = side, Pad = pad, PadMode = mode }, Nine);
        var draws = 100 * windows.Count;
        var seen = Enumerable.Range(0, draws).Select(_ => string.Join(' ', served.Next().Data))
            .GroupBy(window => window).ToDictionary(group => group.Key, group => group.Count());
        Assert.That(seen.Keys, Is.EquivalentTo(windows.Distinct()));
        foreach (var window in windows.GroupBy(window => window))
            // 100 expected for each place, deviation 10; the seed is fixed.
            Assert.That(seen[window.Key], Is.EqualTo(100 * window.Count()).Within(45 * window.Count()));
    }

    [Test]
    public void Channels_and_the_mirror_share_the_window_of_a_sample()
    {
        var images = GivenImages<double>.RandomImages(1, 3, 6, 6);
        var options = Plain with { BatchSize = 200, CropSize = 4, Mirror = true };
        var served = new ServedLayer<double>(new GivenImages<double>(options, images));
        var flips = new int[2];
        foreach (var sample in served.Next().Data.Chunk(3 * 16))
        {
            var matches = from top in Enumerable.Range(0, 3)
                          from left in Enumerable.Range(0, 3)
                          from flip in new[] { 0, 1 }
                          where Enumerable.Range(0, 48).All(i => sample[i] == images.Image(0)[
                              i / 16 * 36 + (top + i % 16 / 4) * 6 + left + (flip == 1 ? 3 - i % 4 : i % 4)])
                          select flip;
            Assert.That(matches.Count(), Is.EqualTo(1));
            flips[matches.Single()]++;
        }
        Assert.That(flips, Has.All.InRange(70, 130));
    }

    [Test]
    public void The_cutout_is_a_square_of_zeros_whose_centre_is_any_pixel()
    {
        var ones = new byte[6, 5];
        for (var i = 0; i < 30; i++)
            ones[i / 5, i % 5] = 1;
        var served = Serve(Plain with { Cutout = 3 }, ones);
        var centres = new HashSet<string>();
        for (var draw = 0; draw < 500; draw++)
            centres.Add(string.Join("", served.Next().Data));
        var expected = from row in Enumerable.Range(0, 6)
                       from column in Enumerable.Range(0, 5)
                       select string.Join("", Enumerable.Range(0, 30).Select(i =>
                           Math.Abs(i / 5 - row) <= 1 && Math.Abs(i % 5 - column) <= 1 ? 0 : 1));
        Assert.That(centres, Is.EquivalentTo(expected));
        Assert.That(Serve(Plain with { Cutout = 3 }, ones, Phase.Test).Next().Data, Has.All.EqualTo(1));
    }

    [Test]
    public void A_cutout_larger_than_the_image_leaves_zeros_only() =>
        Assert.That(Serve(Plain with { Cutout = 7 }, Nine).Next().Data, Has.All.Zero);

    [Test]
    public void A_crop_larger_than_the_padded_image_is_an_error() =>
        Assert.That(() => Serve(Plain with { CropSize = 6, Pad = 1 }, Nine), Throws.TypeOf<ConfigException>().With
            .Message.EqualTo("layer 'data' (GivenImages): member 'crop_size': received 6 for images of 3×3 with pad 1, "
                + "allowed: at most 5"));

    [Test]
    public void A_reflection_wider_than_the_image_is_an_error() =>
        Assert.That(() => Serve(Plain with { CropSize = 3, Pad = 3, PadMode = PadMode.Reflect }, Nine),
            Throws.TypeOf<ConfigException>().With.Message.EqualTo("layer 'data' (GivenImages): member 'pad': received "
                + "3 with 'pad_mode' reflect for images of 3×3, allowed: less than 3"));

    [Test]
    public void A_pad_without_a_crop_size_is_an_error() =>
        Assert.That(() => Serve(Plain with { Pad = 1 }, Nine), Throws.TypeOf<ConfigException>().With.Message.EqualTo(
            "layer 'data' (GivenImages): member 'pad': received 1 without 'crop_size', allowed: together with it"));
}
