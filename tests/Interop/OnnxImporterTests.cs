using System.Globalization;
using NeuralFramework.Interop;
using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>ONNX graphs made nets: those of PyTorch, and our own again.</summary>
public class OnnxImporterTests
{
    private static readonly string Folder = Path.Combine(Repository.Folder, "tests", "Golden", "Onnx");

    private static Net<float> NetOf(ImportedModel model, TempFolder folder)
    {
        var net = Net<float>.FromConfig(NetConfig.Read(ConfigDocument.FromNode(model.Net)), Phase.Deploy);
        model.Weights!.Save(folder.In("weights"));
        net.LoadWeights(folder.In("weights"));
        return net;
    }

    private static (Shape Shape, float[] Values) Golden(string name, string label)
    {
        var words = File.ReadLines(Path.Combine(Folder, "cases.txt")).Single(line => line.StartsWith($"{name} {label} ",
            StringComparison.Ordinal)).Split(' ');
        return ([.. words[2].Split(',').Select(int.Parse)],
            [.. words.Skip(3).Select(word => float.Parse(word, CultureInfo.InvariantCulture))]);
    }

    [TestCase("convolutional")]
    [TestCase("perceptron")]
    [TestCase("residual")]
    [TestCase("concatenated")]
    [TestCase("lstm")]
    [TestCase("gru")]
    [TestCase("rnn")]
    public void A_net_of_PyTorch_gives_what_PyTorch_gives(string name)
    {
        using var folder = new TempFolder();
        var (x, y) = (Golden(name, "x"), Golden(name, "y"));
        var model = OnnxImporter.Import(Path.Combine(Folder, $"{name}.onnx"));
        Assert.That(model.Report.Lines.Where(line => line.Parity == Parity.NotSupported), Is.Empty);
        var net = NetOf(model, folder);
        net.Blobs["x"].Reshape(x.Shape);
        net.Blobs["x"].Set(x.Values);
        net.Forward();
        OnnxRun.AssertSame(net.Outputs.Single(), ([.. y.Shape], y.Values), 1e-5);
    }

    // Some layers become several operators, for which there is no way back yet.
    private static readonly string[] WithoutWayBack =
    [
        "GELU", "Threshold", "max pooling with places", "stochastic pooling", "SPP", "BatchNorm of the batch", "GroupNorm",
        "LRN of rows", "LRN within a channel", "MVN", "ArgMax", "Crop", "LSTM with states", "mean pooling that reaches over",
    ];

    private static IEnumerable<TestCaseData> CasesWithWayBack() => OnnxExporterTests.AllCases().Where(entry =>
        !WithoutWayBack.Any(name => OnnxExporterTests.NameOf(entry) == name
            || OnnxExporterTests.NameOf(entry).StartsWith($"{name} ", StringComparison.Ordinal)
            || OnnxExporterTests.NameOf(entry).StartsWith($"{name},", StringComparison.Ordinal)));

    [TestCaseSource(nameof(CasesWithWayBack))]
    public void A_layer_exported_and_imported_gives_the_same(string layers)
    {
        using var folder = new TempFolder();
        var net = OnnxRun.NetOf(layers);
        OnnxExporter.Write(net, folder.In("net.onnx"));
        var shapes = net.Nodes.Where(node => node.Config.Type == "Input" && node.Layer.Parameters.Count == 0)
            .SelectMany(node => node.Top).ToDictionary(blob => blob.Name, blob => blob.Shape);
        var model = OnnxImporter.Import(folder.In("net.onnx"), shapes);
        Assert.That(model.Report.Lines.Where(line => line.Parity == Parity.NotSupported), Is.Empty);
        var again = NetOf(model, folder);
        var random = new Random(3);
        foreach (var name in shapes.Keys)
            for (var i = 0; i < net.Blobs[name].Count; i++)
                again.Blobs[name].Data[i] = net.Blobs[name].Data[i] = (float)(2 * random.NextDouble() - 1);
        net.Forward();
        again.Forward();
        Assert.That(again.Outputs, Has.Count.EqualTo(net.Outputs.Count));
        for (var i = 0; i < net.Outputs.Count; i++)
            OnnxRun.AssertSame(net.Outputs[i], ([.. again.Outputs[i].Shape], again.Outputs[i].Data.ToArray()), 1e-6);
    }

    [TestCase("cifar10_quick")]
    [TestCase("lenet")]
    [TestCase("resnet20")]
    public void A_model_exported_and_imported_gives_the_same(string name)
    {
        using var folder = new TempFolder();
        var net = Net<float>.Load(Path.Combine(Repository.Folder, "models", name), Phase.Deploy);
        OnnxExporter.Write(net, folder.In("net.onnx"));
        var model = OnnxImporter.Import(folder.In("net.onnx"));
        Assert.That(model.Report.Lines.Where(line => line.Parity == Parity.NotSupported), Is.Empty);
        var again = NetOf(model, folder);
        for (var i = 0; i < net.Blobs["data"].Count; i++)
            again.Blobs["data"].Data[i] = net.Blobs["data"].Data[i] = (float)Math.Sin(i);
        net.Forward();
        again.Forward();
        OnnxRun.AssertSame(net.Outputs.Single(), ([.. again.Outputs.Single().Shape], again.Outputs.Single().Data.ToArray()), 1e-5);
    }

    private static byte[] Encoded(OnnxNode[] nodes, OnnxTensor[]? tensors = null, string output = "y") => OnnxWriter.Write(new OnnxModel
    {
        Opset = 17,
        Nodes = nodes,
        Initializers = tensors ?? [],
        Inputs = [new OnnxValue("x", OnnxType.Float, [2, 3])],
        Outputs = [new OnnxValue(output, OnnxType.Float, [2, 3])],
    });

    private static string ErrorOf(byte[] file) =>
        Assert.Throws<DataException>(() => OnnxImporter.Import(file, "f.onnx"))!.Message;

    [Test]
    public void An_operator_without_a_layer_is_in_the_report_with_what_reads_it()
    {
        var model = OnnxImporter.Import(Encoded(
        [
            new("Relu", "a", ["x"], ["a"], []), new("Det", "b", ["a"], ["b"], []), new("Neg", "c", ["b"], ["y"], []),
        ]), "f.onnx");
        Assert.That(model.Report.Lines.Select(line => (line.Layer, line.Parity, line.Target)), Is.EqualTo(new[]
        {
            ("a", Parity.Mapped, "ReLU"), ("b", Parity.NotSupported, null), ("c", Parity.NotSupported, (string?)null),
        }));
        Assert.That(model.Report.Lines[1].Remark, Is.EqualTo("there is no layer for it"));
        Assert.That(model.Report.Lines[2].Remark, Is.EqualTo("Det 'b' is not supported"));
        Assert.That(model.Report.Remarks.Single(), Does.StartWith("the output 'y' is missing"));
    }

    [Test]
    public void Operators_in_another_order_are_sorted_and_a_circle_is_refused()
    {
        OnnxNode[] swapped = [new("Neg", "", ["a"], ["y"], []), new("Relu", "", ["x"], ["a"], [])];
        Assert.That(OnnxImporter.Import(Encoded(swapped), "f.onnx").Report.Count(Parity.Mapped), Is.EqualTo(2));
        OnnxNode[] circle = [new("Neg", "", ["a"], ["y"], []), new("Relu", "", ["y"], ["a"], [])];
        Assert.That(ErrorOf(Encoded(circle)), Does.StartWith("f.onnx: the operators Neg 'y', Relu 'a' form a circle"));
    }

    [Test]
    public void A_tensor_that_claims_more_values_than_there_are_is_refused()
    {
        var tensor = new OnnxTensor("w", OnnxType.Float, [1L << 40, 3], new byte[24]);
        var file = Encoded([new("Gemm", "", ["x", "w"], ["y"], [])], [tensor]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(ErrorOf(file), Does.Contain("tensor 'w': received the extents 1099511627776×3 and 24 bytes of values"));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1 << 20));
    }

    [Test]
    public void An_input_larger_than_the_memory_is_refused()
    {
        var file = OnnxWriter.Write(new OnnxModel
        {
            Opset = 17, Nodes = [new("Relu", "", ["x"], ["y"], [])],
            Inputs = [new OnnxValue("x", OnnxType.Float, [1L << 40, 3])], Outputs = [new OnnxValue("y", OnnxType.Float, null)],
        });
        Assert.That(ErrorOf(file), Does.Contain("the input 'x' has the extent 1099511627776"));
    }

    [Test]
    public void A_file_cut_short_is_refused()
    {
        var file = Encoded([new("Relu", "", ["x"], ["y"], [])]);
        Assert.That(ErrorOf(file[..^3]), Does.StartWith("f.onnx: damaged, or no ONNX file"));
        Assert.That(ErrorOf([]), Does.StartWith("f.onnx: has no graph"));
    }

    [Test]
    public void Groups_nested_deep_are_refused()
    {
        // Field 50, the start of a group, again and again.
        byte[] file = [.. Enumerable.Repeat<byte[]>([0x93, 0x03], 100_000).SelectMany(pair => pair)];
        Assert.That(ErrorOf(file), Does.StartWith("f.onnx: damaged, or no ONNX file"));
    }

    [Test]
    public void A_shape_for_an_unknown_input_is_refused()
    {
        Assert.That(() => OnnxImporter.Import(Encoded([new("Relu", "", ["x"], ["y"], [])]), "f.onnx",
            new Dictionary<string, Shape> { ["z"] = [1] }), Throws.TypeOf<ConfigException>()
            .With.Message.EqualTo("f.onnx: received a shape for the input 'z', allowed: x"));
    }

    [Test]
    public void Mutated_files_are_read_or_refused_with_one_error()
    {
        var files = Directory.EnumerateFiles(Folder, "*.onnx").Order().Select(File.ReadAllBytes).ToList();
        var fuzz = new Fuzz();
        for (var number = 0; number < Fuzz.Cases(0.1); number++)
        {
            var bytes = new Mutator(number).Whole(files[number % files.Count]);
            fuzz.Case(number, 64 << 20, () => OnnxImporter.Import(bytes, "f.onnx"));
        }
        fuzz.AssertNoFaults();
    }
}
