using System.Xml.Linq;
using NeuralFramework.Layers;
using NeuralFramework.Reporting;
using NUnit.Framework;
using SkiaSharp;

namespace NeuralFramework.Tests;

public class GraphDrawingTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private TempFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TempFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    private static Net<double> Circuit(params LayerConfig[] more) => Net<double>.FromConfig(new NetConfig
    {
        Name = "circuit",
        Layers =
        [
            new LayerConfig("x", new InputOptions { Values = -2 }),
            new LayerConfig("y", new InputOptions { Values = 5 }),
            new LayerConfig("z", new InputOptions { Values = -4 }),
            new LayerConfig("q", "Add") { Bottom = ["x", "y"] },
            new LayerConfig("f", "Multiply") { Bottom = ["q", "z"] },
            .. more,
        ],
    }, Phase.Train);

    private XElement Draw(Net<double> net, bool values = false)
    {
        var path = folder.In("net.svg");
        GraphDrawing.Write(net, path, values);
        return XElement.Load(path);
    }

    private static List<string> Texts(XElement svg, string? colour = null) => [.. svg.Descendants(Svg + "text")
        .Where(text => colour is null || (string)text.Attribute("fill")! == colour).Select(text => text.Value)];

    private static double Number(XElement element, string attribute) => (double)element.Attribute(attribute)!;

    [Test]
    public void A_drawing_names_every_layer_with_its_type_shape_and_parameters()
    {
        var net = Net<double>.FromConfig(new NetConfig
        {
            Layers =
            [
                new LayerConfig("data", new InputOptions { Shape = [4, 6] }),
                new LayerConfig("fc", new InnerProductOptions { NumOutput = 1000 }),
            ],
        }, Phase.Train);
        Assert.That(Texts(Draw(net)), Is.EquivalentTo(new[]
        {
            "data", "Input 4×6", "fc", "InnerProduct 4×1000", "7,000 parameters", "data",
        }));
    }

    [Test]
    public void Values_are_green_and_gradients_red()
    {
        var svg = Draw(Circuit(), values: true);
        Assert.That(Texts(svg, "#1a7f37"), Is.EquivalentTo(new[] { "-2.00", "5.00", "3.00", "-4.00", "-12.00" }));
        Assert.That(Texts(svg, "#c62828"), Is.EquivalentTo(new[] { "-4.00", "-4.00", "-4.00", "3.00", "1.00" }));
    }

    [Test]
    public void A_drawing_says_in_words_what_it_shows()
    {
        var svg = Draw(Circuit(), values: true);
        Assert.That(svg.Element(Svg + "title")!.Value, Is.EqualTo("The graph of the net circuit"));
        Assert.That(svg.Element(Svg + "desc")!.Value, Is.EqualTo("Layers, from left to right: x, Input; y, Input; z, Input; "
            + "q, Add; f, Multiply. Values are green, gradients red."));
    }

    [Test]
    public void A_value_stands_above_its_wire_and_the_gradient_below()
    {
        var texts = Draw(Circuit(), values: true).Descendants(Svg + "text").ToList();
        var value = texts.Single(text => text.Value == "-12.00");
        var gradient = texts.Single(text => text.Value == "1.00");
        Assert.That(Number(value, "x"), Is.EqualTo(Number(gradient, "x")));
        Assert.That(Number(value, "y"), Is.LessThan(Number(gradient, "y") - 10));
    }

    [Test]
    public void A_large_tensor_is_summed_up()
    {
        var net = Net<double>.FromConfig(new NetConfig
        {
            Layers =
            [
                new LayerConfig("x", new InputOptions { Shape = [2, 4], Values = [1, -2, 3, -4, 5, -6, 7, -8] }),
                new LayerConfig("y", "Negate"),
            ],
        }, Phase.Train);
        Assert.That(Texts(Draw(net, values: true), "#1a7f37"), Is.EqualTo(new[]
        {
            "2×4  mean |x| 4.50", "-8.00 … 7.00", "2×4  mean |x| 4.50", "-7.00 … 8.00",
        }));
    }

    [Test]
    public void A_blob_that_branches_is_a_dot_and_not_a_box()
    {
        var svg = Draw(Circuit(new LayerConfig("g", "Add") { Bottom = ["q", "f"] }), values: true);
        Assert.That(svg.Descendants(Svg + "circle").Count(), Is.EqualTo(1));
        Assert.That(Texts(svg), Has.None.Contains("split"));
    }

    [Test]
    public void A_blob_that_is_overwritten_in_place_keeps_the_name_that_the_file_gives_it()
    {
        var net = Net<double>.FromConfig(new NetConfig
        {
            Layers =
            [
                new LayerConfig("data", new InputOptions { Shape = [1, 2] }),
                new LayerConfig("fc", new InnerProductOptions { NumOutput = 2 }),
                new LayerConfig("relu", "ReLU") { InPlace = true },
                new LayerConfig("end", new InnerProductOptions { NumOutput = 2 }),
            ],
        }, Phase.Train);
        Assert.That(net.Blobs["relu"], Is.SameAs(net.Blobs["fc"]), "it runs in place");
        Assert.That(Texts(Draw(net)).Count(text => text == "relu"), Is.EqualTo(2), "the box and the wire behind it");
    }

    [TestCase(3)]
    [TestCase(30)]
    public void Boxes_do_not_overlap_and_text_is_inside_its_box(int depth)
    {
        var layers = new List<LayerConfig> { new("x", new InputOptions { Shape = [3, 4] }) };
        for (var i = 0; i < depth; i++)
        {
            var before = i == 0 ? "x" : $"sum{i - 1}";
            layers.Add(new LayerConfig($"left{i}", new InnerProductOptions { NumOutput = 4 }) { Bottom = before });
            layers.Add(new LayerConfig($"right{i}", "Sigmoid") { Bottom = before });
            layers.Add(new LayerConfig($"sum{i}", "Add") { Bottom = [$"left{i}", $"right{i}", before] });
        }
        var svg = Draw(Net<double>.FromConfig(new NetConfig { Layers = layers }, Phase.Train), values: true);
        var boxes = svg.Elements(Svg + "rect").Skip(1).Select(rect => (Left: Number(rect, "x"), Top: Number(rect, "y"),
            Right: Number(rect, "x") + Number(rect, "width"), Bottom: Number(rect, "y") + Number(rect, "height"))).ToList();
        Assert.That(boxes, Has.Count.EqualTo(layers.Count));
        for (var i = 0; i < boxes.Count; i++)
            for (var j = i + 1; j < boxes.Count; j++)
                Assert.That(boxes[i].Left >= boxes[j].Right || boxes[j].Left >= boxes[i].Right
                    || boxes[i].Top >= boxes[j].Bottom || boxes[j].Top >= boxes[i].Bottom, $"boxes {i} and {j}");
        foreach (var text in svg.Elements(Svg + "text").Where(text => (string)text.Attribute("fill")! == "#222222"))
        {
            var (x, y, half) = (Number(text, "x"), Number(text, "y"), Scene.WidthOf(text.Value) / 2);
            Assert.That(boxes.Any(box => x - half >= box.Left && x + half <= box.Right && y <= box.Bottom && y - 9 >= box.Top),
                $"the text '{text.Value}'");
        }
    }

    [Test]
    public void The_same_net_gives_the_same_bytes()
    {
        GraphDrawing.Write(Circuit(), folder.In("a.svg"), values: true);
        GraphDrawing.Write(Circuit(), folder.In("b.svg"), values: true);
        Assert.That(File.ReadAllBytes(folder.In("b.svg")), Is.EqualTo(File.ReadAllBytes(folder.In("a.svg"))));
    }

    [Test]
    public void A_picture_has_the_size_that_is_said_twice_that_of_the_drawing()
    {
        if (SKFontManager.Default.FontFamilyCount == 0)
            Assert.Ignore("no font is installed on this machine");
        var drawing = GraphDrawing.Write(Circuit(), folder.In("net.svg"), values: true);
        var info = GraphDrawing.Write(Circuit(), folder.In("net.png"), values: true);
        using var bitmap = SKBitmap.Decode(folder.In("net.png"));
        Assert.That((bitmap.Width, bitmap.Height), Is.EqualTo(((int)info.Width!.Value, (int)info.Height!.Value)));
        Assert.That((info.Width, info.Height), Is.EqualTo((2 * drawing.Width, 2 * drawing.Height)));
        Assert.That(bitmap.Pixels.Distinct().Count(), Is.GreaterThan(10), "it is not empty");
    }

    [Test]
    public void Dot_quotes_what_names_contain()
    {
        var net = Net<double>.FromConfig(new NetConfig
        {
            Name = "a \"net\"",
            Layers = [new LayerConfig("in\\put \"x\"", new InputOptions { Values = 1 }), new LayerConfig("y", "Negate")],
        }, Phase.Train);
        GraphDrawing.Write(net, folder.In("net.dot"), values: true);
        var lines = File.ReadAllLines(folder.In("net.dot"));
        Assert.That(lines[0], Is.EqualTo("digraph \"a \\\"net\\\"\" {"));
        Assert.That(lines, Has.One.Contains("label=\"in\\\\put \\\"x\\\"\\nInput\""));
        Assert.That(lines, Has.One.EqualTo("  n0 -> n1 [label=\"in\\\\put \\\"x\\\"\\n1.00\\n∇ -1.00\"];"));
    }

    [Test]
    public void Another_extension_is_refused() => Assert.That(() => GraphDrawing.Write(Circuit(), folder.In("net.jpg")),
        Throws.TypeOf<ConfigException>().With.Message.EqualTo(
            $"drawing: received the file '{folder.In("net.jpg")}', allowed: one that ends in .svg, .png, .dot"));

    [Test]
    public void A_drawing_that_cannot_be_written_is_an_error_and_leaves_what_was_there()
    {
        Assert.That(() => GraphDrawing.Write(Circuit(), folder.In("nowhere", "net.svg")), Throws.TypeOf<DataException>());
        File.WriteAllText(folder.In("net.png"), "as before");
        var tooLarge = Circuit(new LayerConfig(new string('n', 200_000), "Negate"));
        Assert.That(() => GraphDrawing.Write(tooLarge, folder.In("net.png")), Throws.TypeOf<DataException>()
            .With.Message.Contains("is too large for a PNG; allowed: .svg or .dot"));
        Assert.That(File.ReadAllText(folder.In("net.png")), Is.EqualTo("as before"));
        Assert.That(Directory.GetFiles(folder.In()), Has.Length.EqualTo(1), "no temporary file");
    }
}
