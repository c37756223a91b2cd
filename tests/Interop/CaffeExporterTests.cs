using System.Text.Json.Nodes;
using NeuralFramework.Interop;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class CaffeExporterTests
{
    private TempFolder folder = null!;

    [SetUp]
    public void CreateFolder() => folder = new TempFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    private static NetConfig Read(string layers) => NetConfig.Read(ConfigDocument.FromNode(
        (JsonObject)JsonNode.Parse($$"""{ "name": "n", "layers": [{{layers}}] }""")!));

    private ExportedModel Export(NetConfig config, SafeTensors? weights = null, JsonObject? solver = null)
    {
        var exported = CaffeExporter.Export(config, solver, weights, "w");
        foreach (var (name, write) in exported.Files)
            write(folder.In(name));
        return exported;
    }

    // Weights that are not those a net starts with, statistics included.
    private static Net<float> Trained(NetConfig config)
    {
        var net = Net<float>.FromConfig(config, Phase.Deploy);
        var random = new Random(1);
        foreach (var parameter in net.Parameters)
            for (var i = 0; i < parameter.Count; i++)
                parameter.Data[i] = 0.5f + random.NextSingle();
        return net;
    }

    private static float[] Outputs(Net<float> net)
    {
        var random = new Random(2);
        foreach (var input in net.Nodes.Where(node => node.Bottom.Count == 0 && node.Layer.Parameters.Count == 0))
            for (var i = 0; i < input.Top[0].Count; i++)
                input.Top[0].Data[i] = input.Top[0].Name == "cont" ? i / 2 % 3 == 0 ? 0 : 1 : random.NextSingle() - 0.5f;
        net.Forward();
        return [.. net.Outputs.SelectMany(output => output.Data.ToArray())];
    }

    private const string Image = """{ "name": "data", "type": "Input", "shape": [2, 4, 9, 8] }""";

    [TestCase(Image + """, { "type": "Convolution", "num_output": 6, "kernel_size": [3, 2], "stride": 2, "pad": [0, 1], "group": 2, "dilation": 2 }""")]
    [TestCase(Image + """, { "type": "Deconvolution", "num_output": 3, "kernel_size": 3, "stride": 2, "bias_term": false }""")]
    [TestCase(Image + """, { "type": "InnerProduct", "num_output": 5, "transpose": true }, { "type": "ELU", "alpha": 0.5 }""")]
    [TestCase(Image + """, { "name": "p", "type": "Pooling", "pool": "ave", "kernel_size": 3, "stride": 2, "pad": 1 }, { "type": "LRN", "alpha": 0.5 }""")]
    [TestCase(Image + """, { "type": "Pooling", "global_pooling": true }, { "type": "Flatten" }, { "type": "Softmax" }""")]
    [TestCase(Image + """, { "type": "Pooling", "kernel_size": 3, "stride": 2, "round_mode": "floor" }, { "type": "PReLU" }""")]
    [TestCase(Image + """, { "type": "BatchNorm" }, { "type": "ReLU", "in_place": true }""")]
    [TestCase(Image + """, { "type": "BatchNorm", "scale_bias": false, "eps": 0.001 }, { "type": "Scale", "bias_term": true }, { "type": "Bias" }""")]
    [TestCase(Image + """, { "name": "s", "type": "Slice", "top": ["a", "b"] }, { "type": "Eltwise", "bottom": ["a", "b"], "coeff": [1, -2] }""")]
    [TestCase(Image + """, { "name": "s", "type": "Slice", "top": ["a", "b"], "slice_point": 2 }, { "type": "Multiply", "bottom": ["a", "b"] }""")]
    [TestCase(Image + """, { "name": "t", "type": "TanH" }, { "type": "Subtract", "bottom": ["data", "t"] }, { "type": "Negate" }""")]
    [TestCase(Image + """, { "type": "Reshape", "shape": [0, -1, 6] }, { "type": "Reduction", "axis": 2, "operation": "sumsq" }, { "type": "Power", "power": 2, "shift": 1 }""")]
    [TestCase(Image + """, { "type": "Sigmoid" }, { "type": "Log", "shift": 1 }, { "type": "Exp", "scale": 0.5 }, { "type": "AbsVal" }, { "type": "BNLL" }""")]
    [TestCase(Image + """, { "type": "MVN", "across_channels": true }, { "type": "Clip", "min": -0.1, "max": 0.2 }, { "type": "Swish", "beta": 2 }""")]
    [TestCase(Image + """, { "type": "SPP", "pyramid_height": 2 }, { "type": "Tile", "tiles": 2 }, { "type": "ArgMax", "top_k": 2 }""")]
    [TestCase(Image + """, { "name": "r", "type": "ReLU", "negative_slope": 0.1 }, { "type": "Concat", "bottom": ["data", "r"], "axis": 2 }, { "type": "Dropout" }""")]
    [TestCase("""
        { "name": "cont", "type": "Input", "shape": [3, 2] }, { "name": "x", "type": "Input", "shape": [3, 2, 4] },
        { "type": "LSTM", "bottom": ["x", "cont"], "num_output": 3 }, { "type": "Threshold", "threshold": 0.2 }
        """)]
    public void A_net_that_goes_to_Caffe_and_comes_back_gives_the_same(string layers)
    {
        var config = Read(layers);
        var net = Trained(config);
        var weights = new SafeTensors();
        net.AddWeightsTo(weights);
        var exported = Export(config, net.Parameters.Count > 0 ? weights : null);
        Assert.That(exported.Report.Count(Parity.NotSupported), Is.Zero);
        var model = CaffeImporter.Import(new CaffeFiles(folder.In("deploy.prototxt"))
        {
            Weights = net.Parameters.Count > 0 ? folder.In("weights.caffemodel") : null,
        });
        Assert.That(model.Report.Lines.Select(line => line.Parity), Has.All.EqualTo(Parity.Mapped));
        var back = Net<float>.FromConfig(NetConfig.Read(ConfigDocument.FromNode(model.Net)), Phase.Deploy);
        if (model.Weights is { } read)
            back.ReadWeights(read, "w");
        // Only what is made of two layers there rounds otherwise.
        Assert.That(Outputs(back), Is.EqualTo(Outputs(net)).Within(layers.Contains("\"BatchNorm\"") ? 1e-5 : 0));
    }

    [TestCase("lenet")]
    [TestCase("cifar10_quick")]
    [TestCase("resnet20")]
    public void A_model_is_exported_for_training_and_deploying(string name)
    {
        var path = Path.Combine(Repository.Folder, "models", name);
        var exported = Export(NetConfig.Load(path), solver: Solvers.SolverConfig.Load(path).ToJson());
        Assert.That(exported.Files.Keys, Is.EqualTo(new[] { "train_val.prototxt", "deploy.prototxt", "solver.prototxt" }));
        Assert.That(exported.Report.Count(Parity.NotSupported), Is.Zero);
        var model = CaffeImporter.Import(new CaffeFiles(folder.In("train_val.prototxt")) { Deploy = folder.In("deploy.prototxt") });
        static int Count(NetConfig config) => Net<float>.FromConfig(config, Phase.Deploy).Parameters.Sum(parameter => parameter.Count);
        Assert.That(Count(NetConfig.Read(ConfigDocument.FromNode(model.Net))), Is.EqualTo(Count(NetConfig.Load(path))));
    }

    [TestCase("""{ "type": "GELU" }""", "Caffe has no such layer")]
    [TestCase("""{ "type": "LayerNorm" }""", "Caffe has no such layer")]
    [TestCase("""{ "type": "SoftmaxLoss", "bottom": ["data", "data"], "label_smoothing": 0.1 }""", "'label_smoothing' 0.1 has no counterpart in Caffe")]
    public void What_Caffe_has_not_is_told(string layer, string reason)
    {
        var line = Export(Read($"{Image}, {layer}")).Report.Lines[1];
        Assert.That((line.Parity, line.Remark), Is.EqualTo((Parity.NotSupported, reason)));
    }

    [Test]
    public void Names_with_quotes_and_letters_of_all_kinds_come_back()
    {
        Export(Read("""{ "name": "a\"ü\\\n", "type": "Input", "shape": [1] }"""));
        Assert.That(CaffeImporter.Import(new CaffeFiles(folder.In("deploy.prototxt"))).Report.Lines[0].Layer, Is.EqualTo("a\"ü\\\n"));
    }
}
