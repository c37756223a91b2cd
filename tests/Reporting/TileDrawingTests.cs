using System.Xml.Linq;
using NeuralFramework.Data;
using NeuralFramework.Layers;
using NeuralFramework.Reporting;
using NUnit.Framework;
using SkiaSharp;

namespace NeuralFramework.Tests;

/// <summary>The pictures of filters and of feature maps.</summary>
public class TileDrawingTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private TempFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TempFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    private static Net<double> Make(params LayerConfig[] layers) =>
        Net<double>.FromConfig(new NetConfig { Name = "hand-made", Layers = layers }, Phase.Test);

    private static LayerConfig Images(params int[] shape) =>
        new("data", new InputOptions { Shape = shape, Values = Enumerable.Range(0, new Shape(shape).Size).Select(i => (double)i).ToArray() });

    private static LayerConfig Convolution(int filters, int size) =>
        new("conv", new ConvolutionOptions { NumOutput = filters, KernelSize = size });

    private XElement Load() => XElement.Load(folder.In("tiles.svg"));

    private static double Number(XElement element, string attribute) => (double)element.Attribute(attribute)!;

    private static SKColor[] Pixels(XElement image)
    {
        var bytes = Convert.FromBase64String(((string)image.Attribute("href")!).Split("base64,")[1]);
        using var bitmap = SKBitmap.Decode(bytes);
        return bitmap.Pixels;
    }

    private static byte[] Levels(XElement image) => [.. Pixels(image).Select(pixel => pixel.Red)];

    private static List<SKRect> Rectangles(XElement svg, string element) => [.. svg.Elements(Svg + element).Where(found => found.Attribute("x") is not null)
        .Select(found => SKRect.Create((float)Number(found, "x"), (float)Number(found, "y"), (float)Number(found, "width"), (float)Number(found, "height")))];

    [Test]
    public void Filters_are_drawn_each_on_its_own_scale()
    {
        var net = Make(Images(1, 1, 4, 4), Convolution(2, 2));
        net.Parameters[0].Set([1.0, 0, -1, 0.5, 0, 0, 0, -8]);
        var info = FilterDrawing.Write(net, folder.In("tiles.svg"));
        var svg = Load();
        var images = svg.Elements(Svg + "image").Select(Levels).ToList();
        Assert.That(images[0], Is.EqualTo(new byte[] { 255, 128, 0, 191 }));
        Assert.That(images[1], Is.EqualTo(new byte[] { 128, 128, 128, 0 }));
        Assert.That(svg.Elements(Svg + "text").Select(text => text.Value), Is.EqualTo(new[]
        {
            "conv (Convolution): 2 filters of 1×2×2", "Grey is 0; each is scaled by its largest magnitude.",
        }));
        Assert.That(info, Is.EqualTo(new TileDrawingInfo(1, 2, Number(svg, "width"), Number(svg, "height"))));
    }

    [Test]
    public void Colour_filters_have_the_channels_as_red_green_and_blue()
    {
        var net = Make(Images(1, 3, 2, 2), Convolution(1, 1));
        net.Parameters[0].Set([1.0, 0, -1]);
        FilterDrawing.Write(net, folder.In("tiles.svg"));
        Assert.That(Pixels(Load().Element(Svg + "image")!), Is.EqualTo(new[] { new SKColor(255, 128, 0) }));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void An_inner_product_on_images_has_templates_with_the_names_of_the_classes(bool transpose)
    {
        var net = Make(Images(1, 1, 1, 2), new LayerConfig("scores", new InnerProductOptions { NumOutput = 2, Transpose = transpose }));
        net.Parameters[0].Set(transpose ? [1.0, 0.5, 0, -1] : [1.0, 0, 0.5, -1]);
        FilterDrawing.Write(net, folder.In("tiles.svg"), ["cat", "dog"]);
        var svg = Load();
        Assert.That(svg.Elements(Svg + "image").Select(Levels), Is.EqualTo(new[] { new byte[] { 255, 128 }, [191, 0] }));
        Assert.That(svg.Elements(Svg + "text").Select(text => text.Value),
            Is.SupersetOf(new[] { "scores (InnerProduct): 2 templates of 1×1×2", "cat", "dog" }));
    }

    [Test]
    public void Names_are_left_out_when_there_are_not_as_many_filters()
    {
        FilterDrawing.Write(Make(Images(1, 1, 4, 4), Convolution(2, 2)), folder.In("tiles.svg"), ["cat", "dog", "ship"]);
        Assert.That(Load().Elements(Svg + "text").Count(), Is.EqualTo(2));
    }

    [Test]
    public void Maps_are_drawn_as_their_layer_left_them_and_the_sample_before_them()
    {
        var net = Make(Images(2, 1, 2, 2), Convolution(1, 1), new LayerConfig("relu", "ReLU") { InPlace = true },
            new LayerConfig("pool", new PoolingOptions { KernelSize = 2 }));
        net.Parameters[0].Set([-1.0]);
        var info = FeatureDrawing.Write(net, folder.In("tiles.svg"), sample: 1);
        var svg = Load();
        Assert.That(svg.Elements(Svg + "image").Select(Levels), Is.EqualTo(new[]
        {
            new byte[] { 0, 85, 170, 255 }, [255, 170, 85, 0], [0],
        }));
        Assert.That(svg.Elements(Svg + "text").Select(text => text.Value).Where(text => text.Contains(':')), Is.EqualTo(new[]
        {
            "data: sample 1, 1×2×2", "conv (Convolution): 1 maps of 2×2", "pool (Pooling): 1 maps of 1×1",
        }));
        Assert.That((info.Layers, info.Tiles), Is.EqualTo((3, 3)));
    }

    [Test]
    public void A_data_layer_is_asked_for_the_sample_and_left_where_it_was()
    {
        var data = new InMemoryOptions { BatchSize = 2, Shape = [1, 1, 2], Data = new double[] { 0, 0, 0, 0, 0, 0, 1, 2, 0, 0 } };
        var net = Make(new LayerConfig("data", data) { Top = ["data"] }, Convolution(1, 1));
        FeatureDrawing.Write(net, folder.In("tiles.svg"), sample: 3);
        Assert.That(Levels(Load().Elements(Svg + "image").First()), Is.EqualTo(new byte[] { 0, 255 }));
        Assert.That(net.Layers.OfType<IDataCursor>().Single().Position, Is.Zero);
    }

    [TestCase(2)]
    [TestCase(-1)]
    public void A_sample_that_is_not_there_is_refused(int sample) => Assert.That(
        () => FeatureDrawing.Write(Make(Images(2, 1, 2, 2), Convolution(1, 1)), folder.In("tiles.svg"), sample),
        Throws.TypeOf<ConfigException>().With.Message.EqualTo($"drawing: received the sample {sample}, allowed: 0 to 1"));

    [TestCase(1, 5)]
    [TestCase(10, 32)]
    [TestCase(13, 7)]
    [TestCase(96, 11)]
    [TestCase(3, 200)]
    public void No_tile_touches_another_and_all_lie_in_the_panel_and_that_in_the_picture(int filters, int size)
    {
        var names = Enumerable.Range(0, filters).Select(i => $"a long name, {i}").ToList();
        FilterDrawing.Write(Make(Images(1, 3, size, size), Convolution(filters, size)), folder.In("tiles.svg"), names);
        var svg = Load();
        var tiles = Rectangles(svg, "image");
        Assert.That(tiles, Has.Count.EqualTo(filters));
        for (var i = 0; i < tiles.Count; i++)
            for (var j = i + 1; j < tiles.Count; j++)
                Assert.That(tiles[i].IntersectsWithInclusive(tiles[j]), Is.False, $"tiles {i} and {j}");
        var panel = Rectangles(svg, "rect").Single();
        Assert.That(tiles, Has.All.Matches<SKRect>(panel.Contains));
        Assert.That(SKRect.Create((float)Number(svg, "width"), (float)Number(svg, "height")).Contains(panel));
        Assert.That(svg.Elements(Svg + "text").Take(2).All(text => Number(text, "y") < panel.Top), "the heading is above");
        foreach (var text in svg.Elements(Svg + "text").Skip(2))
        {
            var half = Scene.WidthOf(text.Value) / 2;
            Assert.That(Number(text, "x") - half >= panel.Left && Number(text, "x") + half <= panel.Right && Number(text, "y") <= panel.Bottom);
            Assert.That(tiles, Has.None.Matches<SKRect>(tile => tile.Contains((float)Number(text, "x"), (float)Number(text, "y") - 4)));
        }
    }

    [Test]
    public void A_png_shows_each_pixel_as_a_square()
    {
        if (SKFontManager.Default.FontFamilyCount == 0)
            Assert.Ignore("no font is installed on this machine");
        var net = Make(Images(1, 1, 4, 4), Convolution(1, 2));
        net.Parameters[0].Set([1.0, 0, -1, 0.5]);
        FilterDrawing.Write(net, folder.In("tiles.svg"));
        var info = FilterDrawing.Write(net, folder.In("tiles.png"));
        using var bitmap = SKBitmap.Decode(folder.In("tiles.png"));
        Assert.That((bitmap.Width, bitmap.Height), Is.EqualTo(((int)info.Width, (int)info.Height)));
        var tile = Rectangles(Load(), "image").Single();
        // Twice the units of the drawing; a pixel inside of each edge of the upper left square, and the other squares.
        var (left, top, extent) = ((int)tile.Left * 2, (int)tile.Top * 2, (int)tile.Width * 2);
        Assert.That(bitmap.GetPixel(left, top).Red, Is.EqualTo(255));
        Assert.That(bitmap.GetPixel(left + extent / 2 - 1, top + extent / 2 - 1).Red, Is.EqualTo(255));
        Assert.That(bitmap.GetPixel(left + extent / 2, top).Red, Is.EqualTo(128));
        Assert.That(bitmap.GetPixel(left, top + extent / 2).Red, Is.EqualTo(0));
        Assert.That(bitmap.GetPixel(left + extent - 1, top + extent - 1).Red, Is.EqualTo(191));
    }

    [Test]
    public void A_net_without_such_a_layer_is_refused()
    {
        var net = Make(new LayerConfig("data", new InputOptions { Shape = [1, 4] }), new LayerConfig("fc", new InnerProductOptions { NumOutput = 2 }));
        Assert.That(() => FilterDrawing.Write(net, folder.In("tiles.svg")), Throws.TypeOf<ConfigException>().With.Message.EqualTo(
            "drawing: received the net 'hand-made', in which no Convolution and no InnerProduct reads images of 1 or 3 channels; "
            + "allowed: a net with such a layer, the filters of which can be looked at"));
        Assert.That(() => FeatureDrawing.Write(net, folder.In("tiles.svg")), Throws.TypeOf<ConfigException>().With.Message.EqualTo(
            "drawing: received the net 'hand-made' with neither a Convolution nor a Pooling, allowed: a net with one, the maps of "
            + "which can be looked at"));
        var deep = Make(Images(1, 2, 4, 4), Convolution(2, 2));
        Assert.That(() => FilterDrawing.Write(deep, folder.In("tiles.svg")), Throws.TypeOf<ConfigException>(), "two channels have no colour");
    }

    [Test]
    public void Another_extension_is_refused()
    {
        var net = Make(Images(1, 1, 4, 4), Convolution(1, 2));
        foreach (var write in new[] { () => FilterDrawing.Write(net, "tiles.dot"), () => FeatureDrawing.Write(net, "tiles.dot") })
            Assert.That(write, Throws.TypeOf<ConfigException>().With.Message.EqualTo(
                "drawing: received the file 'tiles.dot', allowed: one that ends in .svg, .png"));
    }
}
