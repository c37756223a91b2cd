using System.Numerics.Tensors;
using NeuralFramework.Data;
using NeuralFramework.Layers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>The models under models/, built without their data sets.</summary>
public class ModelsTests
{
    // Weights and biases layer by layer, from outputs, inputs, channels and kernels.
    private static readonly Dictionary<string, int> Learned = new()
    {
        ["quickstart"] = 784 * 100 + 100 + 100 * 10 + 10,
        ["cifar10_linear"] = 3072 * 10 + 10,
        ["cifar10_two_layer"] = 3072 * 100 + 100 + 100 * 10 + 10,
        ["cifar10_two_layer_sigmoid"] = 3072 * 100 + 100 + 100 * 10 + 10,
        ["cifar10_three_layer"] = 3072 * 256 + 256 + 256 * 128 + 128 + 128 * 10 + 10,
        ["cifar10_quick"] = 145_578,
        ["cifar10_full"] = 89_578,
        ["cifar10_resnet9"] = 9 * (3 * 32 + 32 * 64 + 2 * 64 * 64 + 64 * 128 + 128 * 256 + 2 * 256 * 256)
            + 2 * (32 + 3 * 64 + 128 + 3 * 256) + 256 * 10 + 10,
        ["lenet"] = 431_080,
        ["alexnet"] = 60_965_224,
        // The convolutions have no bias; each channel has its γ and β.
        ["vgg_small"] = 9 * (3 * 64 + 64 * 64 + 64 * 128 + 128 * 256) + 2 * (64 + 64 + 128 + 256) + 256 * 10 + 10,
        ["resnet20"] = 9 * (3 * 16 + 6 * 16 * 16 + 16 * 32 + 5 * 32 * 32 + 32 * 64 + 5 * 64 * 64)
            + 2 * (7 * 16 + 6 * 32 + 6 * 64) + 64 * 10 + 10,
        // The embedding, G gates of weights for inputs and states with a bias (the GRU's one has another), and the scores.
        ["char_rnn"] = 64 * 64 + 256 * (64 + 256 + 1) + 256 * 64 + 64,
        ["char_lstm"] = 64 * 64 + 4 * 256 * (64 + 256 + 1) + 256 * 64 + 64,
        ["char_gru"] = 64 * 64 + 3 * 256 * (64 + 256 + 1) + 256 + 256 * 64 + 64,
        ["adding_problem"] = 4 * 64 * (2 + 64 + 1) + 64 + 1,
        ["row_mnist"] = 4 * 128 * (28 + 128 + 1) + 128 * 10 + 10,
        ["skipgram"] = 2 * 5323 * 100,
        ["cbow"] = 2 * 5323 * 100,
        ["glove"] = 2 * 5323 * (100 + 1),
    };

    // What learns vectors has only those of the words in use.
    private static readonly string[] WordVectors = ["skipgram", "cbow", "glove"];

    private static IEnumerable<string> Folders => Directory
        .EnumerateDirectories(Path.Combine(Repository.Folder, "models"))
        .Select(folder => Path.GetFileName(folder)!).Where(name => name != "notes").Order(StringComparer.Ordinal);

    [Test]
    public void Every_model_is_counted_here() => Assert.That(Learned.Keys, Is.EquivalentTo(Folders));

    [TestCaseSource(nameof(Folders))]
    public void A_model_learns_as_many_numbers_as_its_layers_need(string model)
    {
        // AlexNet's weights take 244 MB: its test phase, which has all layers of the other, is enough.
        foreach (var phase in model == "alexnet" ? [Phase.Test] : new[] { Phase.Train, Phase.Test })
            Assert.That(LearnedBy(Build(model, phase)), Is.EqualTo(Learned[model]), $"{phase}");
    }

    [TestCaseSource(nameof(Folders))]
    public void A_deployed_model_gives_probabilities_or_scores(string model)
    {
        var net = Build(model, Phase.Deploy);
        Assert.That(LearnedBy(net), Is.EqualTo(WordVectors.Contains(model) ? 5323 * 100 : Learned[model]));
        // A number for the nets that look up letters or words.
        net.Blobs["data"].Data.Fill(WordVectors.Contains(model) ? 7
            : model.StartsWith("char_", StringComparison.Ordinal) ? 1 : 0.5f);
        net.Forward();
        var output = net.Outputs.Single();
        Assert.That(output.Shape[0], Is.EqualTo(1));
        Assert.That(output.Data.ToArray(), Has.All.Matches<float>(float.IsFinite));
        if (net.Layers[^1] is SoftmaxLayer<float>)
            Assert.That(TensorPrimitives.Sum<float>(output.Data), Is.EqualTo(1).Within(1e-5), "up to 1,000 floats");
    }

    [TestCaseSource(nameof(Folders))]
    public void A_solver_reads_and_its_readme_has_the_command(string model)
    {
        var folder = Path.Combine(Repository.Folder, "models", model);
        Assert.That(File.Exists(Solvers.SolverConfig.Load(folder).NetPath));
        Assert.That(File.ReadAllText(Path.Combine(folder, "README.md")),
            Does.Match($"(?m)^    ./nf [a-z]+ models/{model}$"));
    }

    // As many layers as the model, but channels and images that a check in double gets through.
    [TestCase("cifar10_full", 8, 16)]
    [TestCase("lenet", 5, 16)]
    [TestCase("alexnet", 16, 67)]
    [TestCase("vgg_small", 16, 8)]
    [TestCase("resnet20", 8, 8)]
    [TestCase("cifar10_resnet9", 16, 8)]
    public void Gradients_of_a_shrunken_copy_are_those_of_differences(string model, int divisor, int side)
    {
        var config = NetConfig.Load(Path.Combine(Repository.Folder, "models", model));
        var net = Net<double>.FromConfig(Shrunken(config, divisor, side), Phase.Train);
        Assert.That(net.Layers.OfType<ConvolutionLayer<double>>().Count(), Is.EqualTo(
            config.Layers.Count(layer => layer.Type == "Convolution")));
        var result = GradientChecker.Check(net, new GradientCheckOptions { SamplesPerBlob = 4 });
        Assert.That(result.Passed, result.ToString());
    }

    private static int LearnedBy(Net<float> net) =>
        net.Parameters.Where(parameter => parameter.NeedsGradient).Sum(parameter => parameter.Count);

    /// <summary>A model without its data set, and without random weights where they are many.</summary>
    internal static Net<float> Build(string model, Phase phase) =>
        Net<float>.FromConfig(WithoutData(NetConfig.Load(Path.Combine(Repository.Folder, "models", model))), phase);

    /// <summary>The net with zeros in place of a data set, and in place of random weights if they are many: to draw
    /// them takes longer than all else.</summary>
    private static NetConfig WithoutData(NetConfig config) => config with
    {
        Layers = [.. config.Layers.Select(layer => layer with
        {
            Options = layer.Options switch
            {
                Cifar10Options => Zeros([3, 32, 32], count: 2),
                FashionMnistOptions => Zeros([1, 28, 28], count: 2),
                SkipGramOptions words => Zeros(Shape.Scalar, count: 2, labels: 1 + words.Negative),
                CbowOptions words => Zeros([2 * words.Window], count: 2, labels: 1 + words.Negative),
                CoOccurrenceOptions => Zeros([2], count: 2),
                ConstantOptions { Shape.Rank: 4 } images => images with
                {
                    Shape = [1, .. images.Shape.Skip(1)],
                    Filler = null,
                },
                ConstantOptions source => source with { Shape = [1] },
                InnerProductOptions { NumOutput: > 1000 } product => product with
                {
                    WeightFiller = new ConstantFiller(),
                },
                var options => options,
            },
        }).Select(Retyped)],
    };

    private static InMemoryOptions Zeros(Shape shape, int count, int labels = 1) => new()
    {
        BatchSize = count,
        Shape = shape,
        Data = new double[count * shape.Size],
        Labels = labels == 1 ? new double[count] : new double[count, labels],
    };

    // A layer's type follows its options.
    private static LayerConfig Retyped(LayerConfig layer) => layer.Options is InMemoryOptions options
        ? new LayerConfig(layer.Name!, options) { Top = layer.Top, Phase = layer.Phase }
        : layer;

    private static NetConfig Shrunken(NetConfig config, int divisor, int side) => config with
    {
        Layers = [.. config.Layers.Select(layer => layer.Options switch
        {
            ImageLayerOptions or ConstantOptions { Shape.Rank: 4 } =>
                new LayerConfig("data", Noise(side)) { Top = ["data", "label"] },
            ConvolutionOptions options => layer with
            {
                Options = options with { NumOutput = options.NumOutput / divisor, WeightFiller = new MsraFiller() },
            },
            InnerProductOptions options => layer with
            {
                Options = options with { NumOutput = Math.Min(options.NumOutput, 10), WeightFiller = new MsraFiller() },
            },
            _ => layer,
        }).DistinctBy(layer => layer.Name).Where(layer => layer.Name != "label")],
    };

    private static InMemoryOptions Noise(int side)
    {
        var random = RandomStream.Create(1, "noise");
        return new()
        {
            BatchSize = 3,
            Shape = [3, side, side],
            Data = Enumerable.Range(0, 3 * 3 * side * side).Select(_ => 2 * random.NextDouble() - 1).ToArray(),
            Labels = new double[] { 0, 1, 2 },
        };
    }
}
