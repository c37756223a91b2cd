using System.Text.Json.Nodes;
using NeuralFramework.Interop;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class CaffeImporterTests
{
    private TempFolder folder = null!;

    [SetUp]
    public void CreateFolder() => folder = new TempFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    private const string Input = """layer { name: "x" type: "Input" top: "x" input_param { shape { dim: 2 dim: 4 } } }""";

    private ImportedModel Import(string layers, CaffeLayerBlobs[]? weights = null)
    {
        var files = new CaffeFiles(folder.Write("net.prototxt", $"name: \"n\"\n{Input}\n{layers}"));
        if (weights is null)
            return CaffeImporter.Import(files);
        using (var stream = File.Create(folder.In("w")))
            CaffeModelWriter.Write(stream, "n", weights);
        return CaffeImporter.Import(files with { Weights = folder.In("w") });
    }

    private static Net<float> Build(ImportedModel model, Phase phase = Phase.Test)
    {
        var net = Net<float>.FromConfig(NetConfig.Read(ConfigDocument.FromNode(model.Net)), phase);
        if (model.Weights is { } weights)
            net.ReadWeights(weights, "w");
        return net;
    }

    private ParityLine LineOf(string layer) => Import(layer).Report.Lines[1];

    [Test]
    public void An_unknown_layer_is_reported_and_the_others_are_there()
    {
        var model = Import("""
            layer { name: "odd" type: "Frobnicate" bottom: "x" top: "y" }
            layer { name: "r" type: "ReLU" bottom: "x" top: "z" }
            """);
        Assert.That(model.Report.Lines.Select(line => line.Parity), Is.EqualTo(new[] { Parity.Mapped, Parity.NotSupported, Parity.Mapped }));
        Assert.That(model.Report.Lines[1].Remark, Does.StartWith("there is no such layer here: write it in C#"));
        Assert.That(Build(model).Blobs["z"].Shape.Size, Is.EqualTo(8));
    }

    [TestCase("""layer { name: "l" type: "HingeLoss" bottom: "x" bottom: "x" }""", "SVMHinge is another loss")]
    [TestCase("""layer { name: "l" type: "Python" bottom: "x" top: "y" }""", "write it as a layer in C#")]
    [TestCase("""layer { name: "l" type: "LRN" bottom: "x" top: "y" lrn_param { local_size: 4 } }""", "member 'local_size': received 4")]
    [TestCase("""layer { name: "l" type: "Convolution" bottom: "x" top: "y" }""", "member 'num_output'")]
    [TestCase("""layer { name: "l" type: "WindowData" top: "y" }""", "cut the windows out")]
    public void What_is_not_supported_has_its_reason(string layer, string reason)
    {
        var line = LineOf(layer);
        Assert.That(line.Parity, Is.EqualTo(Parity.NotSupported));
        Assert.That(line.Remark, Does.Contain(reason));
    }

    [Test]
    public void A_field_that_is_not_known_is_a_difference_with_its_place()
    {
        var line = LineOf("""layer { name: "l" type: "ReLU" bottom: "x" top: "y" relu_param { slope: 1 engine: CUDNN } }""");
        Assert.That(line.Parity, Is.EqualTo(Parity.Different));
        Assert.That(line.Remark, Is.EqualTo($"'relu_param.slope' ({folder.In("net.prototxt")}:3:73) is not known: left out"));
    }

    [Test]
    public void A_value_of_the_wrong_kind_stops_with_file_line_and_column() => Assert.That(
        () => Import("""layer { name: "l" type: "InnerProduct" bottom: "x" top: "y" inner_product_param { num_output: "ten" } }"""),
        Throws.TypeOf<ConfigException>().With.Message.EqualTo(
            $"{folder.In("net.prototxt")}:3:95: field 'num_output': received the text \"ten\", allowed: a whole number"));

    [Test]
    public void A_layer_that_cannot_overwrite_its_bottom_here_gets_a_top_of_its_own()
    {
        var net = Build(Import("""
            layer { name: "p" type: "PReLU" bottom: "x" top: "x" }
            layer { name: "q" type: "Power" bottom: "x" top: "x" power_param { shift: 1 } }
            layer { name: "s" type: "Softmax" bottom: "x" top: "s" }
            """));
        net.Blobs["x"].Data.Fill(-1);
        net.Forward();
        Assert.That(net.Blobs["q"].Data.ToArray(), Has.All.EqualTo(0.75f));
        Assert.That(net.Outputs.Single().Name, Is.EqualTo("s"));
    }

    [Test]
    public void Rules_say_in_which_phases_a_layer_is()
    {
        var model = Import("""
            layer { name: "a" type: "ReLU" bottom: "x" top: "a" exclude { phase: TRAIN } }
            layer { name: "b" type: "ReLU" bottom: "x" top: "b" include { phase: TRAIN stage: "no" } include { phase: TEST not_stage: "no" } }
            layer { name: "c" type: "ReLU" bottom: "x" top: "c" include { min_level: 1 } }
            layer { name: "d" type: "ReLU" bottom: "x" top: "d" phase: TRAIN }
            """);
        Assert.That(model.Net["layers"]!.AsArray().Select(layer => $"{layer!["name"]}:{layer["phase"]}"),
            Is.EqualTo(new[] { "x:", "a:test", "b:test", "d:train" }));
        Assert.That(model.Report.Lines[3].Remark, Is.EqualTo("left out: its rules hold in no phase"));
    }

    [Test]
    public void Weights_of_an_old_file_lose_the_axes_that_are_no_axes()
    {
        var model = Import("""layer { name: "fc" type: "InnerProduct" bottom: "x" top: "y" inner_product_param { num_output: 2 } }""",
            [new CaffeLayerBlobs("fc", "InnerProduct", [new([1, 1, 2, 4], [1, 2, 3, 4, 5, 6, 7, 8], true), new([1, 1, 1, 2], [10, 20], true)])]);
        var net = Build(model);
        net.Blobs["x"].Data.Fill(1);
        net.Forward();
        Assert.That(net.Blobs["y"].Data.ToArray(), Is.EqualTo(new[] { 20f, 46, 20, 46 }));
    }

    [Test]
    public void Statistics_are_divided_by_their_weight()
    {
        var model = Import("""
            layer { name: "bn" type: "BatchNorm" bottom: "x" top: "y" batch_norm_param { eps: 0 } param { lr_mult: 0 } }
            layer { name: "s" type: "Scale" bottom: "y" top: "y" scale_param { bias_term: true } }
            """,
            [
                new CaffeLayerBlobs("bn", "BatchNorm", [new([4], [2, 2, 2, 2]), new([4], [8, 8, 8, 8]), new([1], [2])]),
                new CaffeLayerBlobs("s", "Scale", [new([4], [1, 2, 3, 4]), new([4], [5, 5, 5, 5])]),
            ]);
        var net = Build(model);
        net.Blobs["x"].Data.Fill(3);
        net.Forward();
        // (3 − 2/2) / √(8/2) = 1.
        Assert.That(net.Outputs.Single().Data.ToArray(), Is.EqualTo(new[] { 6f, 7, 8, 9, 6, 7, 8, 9 }).Within(1e-6));
    }

    [Test]
    public void Gates_of_an_LSTM_are_put_into_our_order()
    {
        var lstm = """
            layer { name: "c" type: "Input" top: "c" input_param { shape { dim: 2 dim: 1 } } }
            layer { name: "v" type: "Input" top: "v" input_param { shape { dim: 2 dim: 1 dim: 3 } } }
            layer { name: "l" type: "LSTM" bottom: "v" bottom: "c" top: "h" recurrent_param { num_output: 1 } }
            """;
        var model = Import(lstm, [new CaffeLayerBlobs("l", "LSTM", [new([4, 3], [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]), new([4], [1, 2, 3, 4]),
            new([4, 1], [5, 6, 7, 8])])]);
        var net = Build(model);
        Assert.That(net.Parameters[0].Data.ToArray(), Is.EqualTo(new[] { 1f, 1, 1, 2, 2, 2, 4, 4, 4, 3, 3, 3 }));
        Assert.That(net.Parameters[1].Data.ToArray(), Is.EqualTo(new[] { 5f, 6, 8, 7 }));
        Assert.That(net.Parameters[2].Data.ToArray(), Is.EqualTo(new[] { 1f, 2, 4, 3 }));
    }

    [Test]
    public void Weights_that_fit_no_layer_are_refused() => Assert.That(
        () => Import("""layer { name: "r" type: "ReLU" bottom: "x" top: "y" }""", [new CaffeLayerBlobs("fc", "InnerProduct", [new([1], [1])])]),
        Throws.TypeOf<DataException>().With.Message.EqualTo(
            $"{folder.In("w")}: received weights of fc, allowed: those of layers of the net: x, r"));

    [Test]
    public void Mutated_nets_are_imported_or_refused_with_one_error()
    {
        var names = new[] { "lenet_train_test", "lenet_v0", "cifar10_full", "siamese", "lenet_solver" };
        var originals = names.Select(name => File.ReadAllBytes(CaffeNetsTests.PathOf(name))).ToList();
        var fuzz = new Fuzz();
        for (var number = 0; number < Fuzz.Cases(0.05); number++)
        {
            var which = number % names.Length;
            var path = folder.Write("net.prototxt", new Mutator(number).Whole(originals[which]));
            var files = names[which] == "lenet_solver"
                ? new CaffeFiles(CaffeNetsTests.PathOf("lenet_deploy")) { Solver = path } : new CaffeFiles(path);
            fuzz.Case(number, 8 << 20, () => CaffeImporter.Import(files));
        }
        fuzz.AssertNoFaults();
    }

    [Test]
    public void Mutated_weights_are_read_or_refused_with_one_error()
    {
        using (var stream = File.Create(folder.In("original")))
            CaffeModelWriter.Write(stream, "n", [new CaffeLayerBlobs("fc", "InnerProduct", [new([2, 4], [.. new float[8]]), new([2], [1, 2])])]);
        var original = File.ReadAllBytes(folder.In("original"));
        var net = folder.Write("net.prototxt",
            Input + """layer { name: "fc" type: "InnerProduct" bottom: "x" top: "y" inner_product_param { num_output: 2 } }""");
        var fuzz = new Fuzz();
        for (var number = 0; number < Fuzz.Cases(0.1); number++)
        {
            var path = folder.Write("w", new Mutator(number).Whole(original));
            fuzz.Case(number, 1 << 20, () => CaffeImporter.Import(new CaffeFiles(net) { Weights = path }));
        }
        fuzz.AssertNoFaults();
    }
}
