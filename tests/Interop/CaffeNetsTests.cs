using System.Text.Json.Nodes;
using NeuralFramework.Interop;
using NeuralFramework.Solvers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>Published nets, as prototxt files written from their papers and from Caffe's examples: each imports and builds
/// with the shapes and numbers of parameters known for it.</summary>
public class CaffeNetsTests
{
    internal static string PathOf(string name) => Path.Combine(Repository.Folder, "tests", "Interop", "Nets", name + ".prototxt");

    private static ImportedModel Import(string name, string? deploy = null, string? solver = null) =>
        CaffeImporter.Import(new CaffeFiles(PathOf(name))
        {
            Deploy = deploy is null ? null : PathOf(deploy), Solver = solver is null ? null : PathOf(solver),
        });

    // The sets are not there: one sample of noise stands in for each data layer.
    private static Net<float> Build(ImportedModel model, Phase phase, params int[][] shapes)
    {
        var net = (JsonObject)model.Net.DeepClone();
        foreach (var layer in net["layers"]!.AsArray().OfType<JsonObject>().ToList())
        {
            // Nobody looks at the values, and 61 million are not drawn at once.
            if ((string)layer["type"]! == "InnerProduct")
                layer["weight_filler"] = new JsonObject { ["type"] = "constant" };
            if (layer["batch_size"] is not null)
            {
                var tops = layer["top"] is JsonArray several ? several.Select(top => (string)top!).ToList() : [(string)layer["name"]!];
                var index = layer.GetElementIndex();
                net["layers"]!.AsArray().RemoveAt(index);
                for (var i = 0; i < tops.Count; i++)
                    net["layers"]!.AsArray().Insert(index, new JsonObject
                    {
                        ["name"] = tops[i], ["type"] = "Input", ["phase"] = layer["phase"]?.DeepClone(),
                        ["shape"] = new JsonArray([.. shapes[i].Select(extent => (JsonNode)extent)]),
                    });
            }
        }
        return Net<float>.FromConfig(NetConfig.Read(ConfigDocument.FromNode(net)), phase);
    }

    private static int LearnedBy(Net<float> net) => net.Parameters.Sum(parameter => parameter.Count);

    private static string ShapeOf(Net<float> net, string blob) => string.Join('×', net.Blobs[blob].Shape);

    [TestCase("lenet_train_test", 431_080, "ip2", "1×10", 1, 28)]
    [TestCase("cifar10_quick", 145_578, "pool3", "1×64×4×4", 3, 32)]
    [TestCase("siamese", 431_080 + 22, "feat_p", "1×2", 2, 28)]
    [TestCase("caffenet_train_val", 60_965_224, "pool5", "1×256×6×6", 3, 227)]
    [TestCase("googlenet_train_val", 13_378_280, "inception_5b/output", "1×1024×7×7", 3, 224)]
    [TestCase("mnist_autoencoder", 2_837_314, "encode4", "1×30", 1, 28)]
    public void A_net_to_be_trained_has_its_shapes_and_parameters(string name, int learned, string blob, string shape,
        int channels, int side)
    {
        var model = Import(name);
        Assert.That(model.Report.Count(Parity.NotSupported), Is.Zero);
        // In training CaffeNet needs memory for 61 million gradients as well.
        var net = Build(model, name.StartsWith("caffenet") ? Phase.Test : Phase.Train, [1, channels, side, side], [1]);
        Assert.That(LearnedBy(net), Is.EqualTo(learned));
        Assert.That(ShapeOf(net, blob), Is.EqualTo(shape));
        Assert.That(net.HasLoss);
    }

    [TestCase("lenet_deploy", 431_080, "prob", "64×10")]
    [TestCase("cifar10_full", 89_578, "norm1", "1×32×16×16")]
    [TestCase("caffenet_deploy", 60_965_224, "conv2", "10×256×27×27")]
    [TestCase("alexnet_deploy", 60_965_224, "conv1", "10×96×55×55")]
    [TestCase("rcnn_ilsvrc13_deploy", 60_965_224 - 800 * 4097, "fc-rcnn", "10×200")]
    [TestCase("lenet_v0", 20 * 25 + 20 + 20 * 14 * 14 * 10, "conv1", "1×20×28×28")]
    public void A_net_to_be_deployed_has_its_shapes_and_parameters(string name, int learned, string blob, string shape)
    {
        var model = Import(name);
        Assert.That(model.Report.Lines.Select(line => line.Parity), Has.All.EqualTo(Parity.Mapped));
        var net = Build(model, Phase.Deploy);
        Assert.That(LearnedBy(net), Is.EqualTo(learned));
        Assert.That(ShapeOf(net, blob), Is.EqualTo(shape));
    }

    [Test]
    public void Nets_for_training_and_deploying_become_one_with_phases()
    {
        var net = Import("lenet_train_test", "lenet_deploy").Net;
        var layers = NetConfig.Read(ConfigDocument.FromNode(net)).Layers;
        static string Phases(LayerConfig layer) => layer.Phase is null ? "" : string.Join(',', layer.Phase);
        Assert.That(layers.Select(layer => $"{layer.Name}:{Phases(layer)}"), Is.EqualTo(new[]
        {
            "data:Deploy", "mnist:Train", "mnist:Test", "conv1:", "pool1:", "conv2:", "pool2:", "ip1:", "relu1:", "ip2:", "prob:Deploy",
            "accuracy:Test", "loss:Train,Test",
        }));
        foreach (var phase in new[] { Phase.Train, Phase.Test, Phase.Deploy })
            Assert.That(LearnedBy(Build(Import("lenet_train_test", "lenet_deploy"), phase, [1, 1, 28, 28], [1])), Is.EqualTo(431_080));
    }

    [Test]
    public void A_solver_is_ours_with_the_same_numbers()
    {
        var solver = SolverConfig.Read(ConfigDocument.FromNode(Import("lenet_train_test", solver: "lenet_solver").Solver!));
        Assert.That(solver, Is.EqualTo(solver with
        {
            BaseLr = 0.01, WeightDecay = 0.0005, MaxIter = 10000, TestIter = 100, TestInterval = 500, Snapshot = 5000,
            Rule = new SgdRule { Momentum = 0.9 }, LrPolicy = new InvPolicy { Gamma = 0.0001, Power = 0.75 },
        }));
    }

    [Test]
    public void The_stages_of_a_solver_say_which_layers_test()
    {
        var model = Import("mnist_autoencoder", solver: "mnist_autoencoder_solver");
        Assert.That(model.Report.Remarks, Has.Member("solver: of its test nets the first is kept"));
        var net = Build(model, Phase.Test, [1, 1, 28, 28]);
        Assert.That(ShapeOf(net, "decode1neuron"), Is.EqualTo("1×784"));
        Assert.That((string)model.Solver!["type"]!, Is.EqualTo("Nesterov"));
    }

    [Test]
    public void Twins_share_their_weights_and_their_learning_rates()
    {
        var net = Build(Import("siamese"), Phase.Train, [1, 2, 28, 28], [1]);
        Assert.That(net.Layers.Single(layer => layer.Name == "conv1_p").Parameters[0],
            Is.SameAs(net.Layers.Single(layer => layer.Name == "conv1").Parameters[0]));
    }

    [Test]
    public void Factors_of_the_format_V1_are_kept()
    {
        var layer = NetConfig.Read(ConfigDocument.FromNode(Import("cifar10_full").Net)).Layers.Single(layer => layer.Name == "ip1");
        Assert.That(layer.LrMult, Is.EqualTo(new[] { 1.0, 2 }));
        Assert.That(layer.DecayMult, Is.EqualTo(new[] { 250.0, 0 }));
    }
}
