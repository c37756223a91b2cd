using System.Buffers.Binary;
using NeuralFramework.Data;
using NUnit.Framework;
using SkiaSharp;

namespace NeuralFramework.Tests;

public class ImageFolderLayerTests
{
    private DataFolder folder = null!;

    [SetUp]
    public void CreateFolder() => folder = new DataFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    private ImageFolderOptions Options => new() { BatchSize = 2, Scale = 1.0, Source = folder.In("set") };

    private static ServedLayer<double> Serve(ImageFolderOptions options) => new(new ImageFolderLayer<double>(options));

    private void ExpectError(ImageFolderOptions options, string message) =>
        Assert.That(() => Serve(options), Throws.TypeOf<DataException>().With.Message.EqualTo(message));

    private static byte[] Encode(SKEncodedImageFormat format, int height, int width, Func<int, int, SKColor> color)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        for (var row = 0; row < height; row++)
            for (var column = 0; column < width; column++)
                bitmap.SetPixel(column, row, color(row, column));
        return bitmap.Encode(format, 100).ToArray();
    }

    private static byte[] Png(int height, int width, byte value) =>
        Encode(SKEncodedImageFormat.Png, height, width, (_, _) => new SKColor(value, value, value));

    // 24 bits a pixel, rows from the bottom up, each filled up to 4 bytes.
    private static byte[] Bmp(int height, int width, Func<int, int, (byte Red, byte Green, byte Blue)> color)
    {
        var stride = (3 * width + 3) / 4 * 4;
        var bytes = new byte[54 + height * stride];
        "BM"u8.CopyTo(bytes);
        foreach (var (offset, value) in new[] { (2, bytes.Length), (10, 54), (14, 40), (18, width), (22, height),
            (26, 1 | 24 << 16), (34, height * stride) })
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(offset), value);
        for (var row = 0; row < height; row++)
            for (var column = 0; column < width; column++)
            {
                var at = 54 + (height - 1 - row) * stride + 3 * column;
                (bytes[at + 2], bytes[at + 1], bytes[at]) = color(row, column);
            }
        return bytes;
    }

    [Test]
    public void Classes_are_the_sorted_folders_and_images_come_in_the_order_of_their_paths()
    {
        folder.Write("set/dog/b.png", Png(1, 1, 4));
        folder.Write("set/dog/a.png", Png(1, 1, 3));
        folder.Write("set/dog/more/z.PNG", Png(1, 1, 5));
        folder.Write("set/cat/1.png", Png(1, 1, 2));
        folder.Write("set/Zebra/1.png", Png(1, 1, 1));
        folder.Write("set/dog/notes.txt", "no image");
        folder.Write("set/readme.txt", "no class");
        var layer = new ImageFolderLayer<double>(Options with { BatchSize = 5, IsColor = false });
        var (data, labels) = new ServedLayer<double>(layer).Next();
        Assert.That(layer.Images!.ClassNames, Is.EqualTo(new[] { "Zebra", "cat", "dog" }));
        Assert.That(data, Is.EqualTo(new double[] { 1, 2, 3, 4, 5 }));
        Assert.That(labels, Is.EqualTo(new double[] { 0, 1, 2, 2, 2 }));
    }

    [Test]
    public void Png_and_bmp_are_decoded_exactly_into_planes_of_red_green_and_blue()
    {
        (byte, byte, byte) Color(int row, int column) =>
            ((byte)(10 * row + column), (byte)(100 + row), (byte)(200 + column));
        folder.Write("set/a/1.bmp", Bmp(2, 3, Color));
        folder.Write("set/a/2.png", Encode(SKEncodedImageFormat.Png, 2, 3, (row, column) =>
        {
            var (red, green, blue) = Color(row, column);
            return new SKColor(red, green, blue);
        }));
        var served = Serve(Options);
        Assert.That(served.Data.Shape, Is.EqualTo(new Shape(2, 3, 2, 3)));
        double[] planes = [0, 1, 2, 10, 11, 12, 100, 100, 100, 101, 101, 101, 200, 201, 202, 200, 201, 202];
        Assert.That(served.Next().Data, Is.EqualTo(planes.Concat(planes)));
    }

    [Test]
    public void Transparency_is_left_out_of_account()
    {
        folder.Write("set/a/1.png", Encode(SKEncodedImageFormat.Png, 1, 1, (_, _) => new SKColor(200, 100, 50, 128)));
        Assert.That(Serve(Options with { BatchSize = 1 }).Next().Data, Is.EqualTo(new double[] { 200, 100, 50 }));
    }

    [Test]
    public void Jpeg_is_decoded_up_to_what_its_compression_loses()
    {
        folder.Write("set/a/1.jpg", Encode(SKEncodedImageFormat.Jpeg, 8, 8, (_, _) => new SKColor(200, 100, 50)));
        var data = Serve(Options with { BatchSize = 1 }).Next().Data;
        // Of one colour, at the best quality: the conversion to YCbCr and back rounds.
        Assert.That(data, Is.EqualTo(Enumerable.Range(0, 192).Select(i => i < 64 ? 200.0 : i < 128 ? 100 : 50))
            .Within(2));
    }

    [Test]
    public void Grey_is_a_weighted_sum()
    {
        folder.Write("set/a/1.png", Encode(SKEncodedImageFormat.Png, 1, 1, (_, _) => new SKColor(200, 100, 50)));
        Assert.That(Serve(Options with { BatchSize = 1, IsColor = false }).Next().Data,
            Is.EqualTo(new[] { Math.Round(0.299 * 200 + 0.587 * 100 + 0.114 * 50) }));
    }

    [Test]
    public void Images_of_any_size_are_resized()
    {
        // Dark above, light below: so it stays whatever the size.
        byte[] Halves(int height, int width) => Encode(SKEncodedImageFormat.Png, height, width, (row, _) =>
            row < height / 2 ? new SKColor(40, 40, 40) : new SKColor(160, 160, 160));
        folder.Write("set/a/1.png", Halves(40, 24));
        folder.Write("set/a/2.png", Halves(4, 3));
        folder.Write("set/a/3.png", Halves(8, 6));
        var served = Serve(Options with { BatchSize = 3, NewHeight = 8, NewWidth = 6, IsColor = false });
        Assert.That(served.Data.Shape, Is.EqualTo(new Shape(3, 1, 8, 6)));
        foreach (var image in served.Next().Data.Chunk(48))
        {
            Assert.That(image[..12], Is.All.EqualTo(40).Within(1));
            Assert.That(image[36..], Is.All.EqualTo(160).Within(1));
            Assert.That(image, Is.Ordered);
        }
    }

    [Test]
    public void The_mean_image_is_of_the_folder_named_for_it()
    {
        folder.Write("set/a/1.png", Png(1, 1, 10));
        folder.Write("training/a/1.png", Png(1, 1, 2));
        folder.Write("training/a/2.png", Png(1, 1, 4));
        var options = Options with { BatchSize = 1, IsColor = false, MeanImage = true };
        Assert.That(Serve(options).Next().Data, Is.EqualTo(new double[] { 0 }));
        Assert.That(Serve(options with { MeanSource = "training" }).Next().Data, Is.EqualTo(new double[] { 7 }));
    }

    [Test]
    public void A_broken_image_is_an_error_that_names_it()
    {
        folder.Write("set/a/1.png", Png(4, 4, 1));
        var path = folder.Write("set/a/2.png", "no image at all");
        ExpectError(Options, $"{path}: cannot be decoded: it is not a PNG, JPEG or BMP image");
    }

    [TestCase(SKEncodedImageFormat.Png, "png")]
    [TestCase(SKEncodedImageFormat.Jpeg, "jpg")]
    public void An_image_that_ends_too_early_is_an_error(SKEncodedImageFormat format, string extension)
    {
        var random = new Random(1);
        var whole = Encode(format, 64, 64, (_, _) => new SKColor((uint)random.Next() | 0xff000000));
        var path = folder.Write($"set/a/1.{extension}", whole[..(whole.Length / 2)]);
        ExpectError(Options, $"{path}: cannot be decoded: the file ends within the image");
    }

    [Test]
    public void An_empty_file_is_an_error()
    {
        var path = folder.Write("set/a/1.png", "");
        ExpectError(Options, $"{path}: cannot be decoded: it is not a PNG, JPEG or BMP image");
    }

    [Test]
    public void An_image_of_another_size_is_an_error_without_a_size()
    {
        folder.Write("set/a/1.png", Png(4, 3, 1));
        var path = folder.Write("set/a/2.png", Png(4, 4, 1));
        ExpectError(Options, $"{path}: received an image of 4×4, allowed: 4×3 as the first has, or any size with "
            + "'new_height' and 'new_width'");
    }

    [Test]
    public void Missing_and_empty_folders_are_errors()
    {
        ExpectError(Options, $"layer 'data' (ImageFolder): member 'source': {folder.In("set")}: no such file");
        folder.Write("set", "a file");
        ExpectError(Options, $"{folder.In("set")}: received a file, allowed: a folder");
        File.Delete(folder.In("set"));
        Directory.CreateDirectory(folder.In("set"));
        ExpectError(Options, $"{folder.In("set")}: received 0 folders, allowed: 1 to 256, one a class");
        Directory.CreateDirectory(folder.In("set", "a"));
        ExpectError(Options, $"{folder.In("set", "a")}: received no image, allowed: 1 file or more of .bmp, .jpeg, "
            + ".jpg, .png");
    }

    [Test]
    public void One_of_two_sizes_is_an_error() =>
        Assert.That(() => Serve(Options with { NewWidth = 4 }), Throws.TypeOf<ConfigException>().With.Message.EqualTo(
            "layer 'data' (ImageFolder): members 'new_height' and 'new_width': received only 4, allowed: both or "
                + "none"));
}
