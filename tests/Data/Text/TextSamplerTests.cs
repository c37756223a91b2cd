using NeuralFramework.Data;
using NeuralFramework.Layers;
using NeuralFramework.Solvers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class TextSamplerTests
{
    private DataFolder folder = null!;

    [SetUp]
    public void CreateFolder() => folder = new DataFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    private static NetConfig Config(string source, TextUnit unit = TextUnit.Character, bool hasSoftmax = true) => new()
    {
        Name = "letters",
        Layers =
        [
            new("text", new TextLayerOptions { BatchSize = 2, Steps = 8, Source = source, Unit = unit, TestFraction = 0 })
            {
                Top = ["data", "label", "cont"],
                Phase = [Phase.Train],
            },
            new("input", new InputOptions { Shape = [1, 1] }) { Top = ["data", "cont"], Phase = [Phase.Deploy] },
            new("embed", new EmbedOptions { InputDim = 9, NumOutput = 8 }) { Bottom = ["data"] },
            new("gru", new GRUOptions { NumOutput = 16, CarryState = true }) { Bottom = ["embed", "cont"] },
            new("fc", new InnerProductOptions { NumOutput = 9, Axis = 2 }) { Bottom = ["gru"] },
            new("loss", new SoftmaxLossOptions { Axis = 2 }) { Bottom = ["fc", "label"], Phase = [Phase.Train] },
            .. hasSoftmax
                ? new LayerConfig[]
                {
                    new("prob", new SoftmaxOptions { Axis = 2 }) { Bottom = ["fc"], Phase = [Phase.Deploy] },
                }
                : [],
        ],
    };

    /// <summary>A net that has learned a text by heart, in a file.</summary>
    private (NetConfig Net, string Weights) Learned(string text, int iterations,
        TextUnit unit = TextUnit.Character)
    {
        folder.Write("text.txt", System.Text.Encoding.UTF8.GetBytes(text));
        var net = Config("text.txt", unit);
        var solver = Solver<float>.FromConfig(new SolverConfig { Rule = new AdamRule(), BaseLr = 0.02, MaxIter = 1 }, net);
        solver.Step(iterations);
        solver.Net.SaveWeights(folder.In("weights"));
        File.Delete(folder.In("text.txt"));
        return (net, folder.In("weights"));
    }

    [Test]
    public void A_net_goes_on_with_what_it_has_learned_and_needs_no_text_for_it()
    {
        // What follows on c depends on what was before it: the state must be carried.
        var (net, weights) = Learned(string.Concat(Enumerable.Repeat("acxbcy", 20)), 150);
        var sampler = TextSampler<float>.Load(net, weights);
        Assert.That(sampler.Write("ac", 10, 0.1), Is.EqualTo("xbcyacxbcy"));
        Assert.That(sampler.Write("bc", 10, 0.1), Is.EqualTo("yacxbcyacx"), "from the beginning again");
    }

    [Test]
    public void One_step_after_another_expects_the_same_as_all_steps_at_once()
    {
        var text = string.Concat(Enumerable.Repeat("acxbcy\n", 9));
        var (config, weights) = Learned(text, 20);
        folder.Write("text.txt", System.Text.Encoding.UTF8.GetBytes(text));
        var whole = Net<float>.FromConfig(config with
        {
            Layers = [.. config.Layers.Select(layer => layer.Options is TextLayerOptions options
                ? layer with { Options = options with { BatchSize = 1, Steps = 50 } } : layer)],
        }, Phase.Train);
        var steps = Net<float>.FromConfig(config, Phase.Deploy);
        whole.LoadWeights(weights);
        steps.LoadWeights(weights);
        whole.Forward();
        for (var t = 0; t < 50; t++)
        {
            steps.Blobs["data"].Data[0] = whole.Blobs["data"].Data[t];
            steps.Blobs["cont"].Data[0] = t == 0 ? 0 : 1;
            steps.Forward();
            // Products of other sizes sum in another order.
            Assert.That(steps.Blobs["fc"].Data.ToArray(),
                Is.EqualTo(whole.Blobs["fc"].Data.Slice(9 * t, 9).ToArray()).Within(1e-4));
        }
    }

    [Test]
    public void Words_are_written_with_spaces_and_never_the_unknown_one()
    {
        var (net, weights) = Learned(string.Concat(Enumerable.Repeat("In the end, all was good\n", 12)), 100,
            TextUnit.Word);
        Assert.That(TextSampler<float>.Load(net, weights).Write("In the", 8, 0.1),
            Is.EqualTo(" end, all was good\nIn the"));
        Assert.That(TextSampler<float>.Load(net, weights).Write("hello", 50, 100), Does.Not.Contain("<unk>"));
    }

    [Test]
    public void The_same_seed_gives_the_same_text_and_probabilities_the_same_as_scores()
    {
        var (net, weights) = Learned("abcdefgh\nabcdefgh\n", 1);
        var sampler = TextSampler<float>.Load(net, weights);
        var text = sampler.Write("a", 40);
        Assert.That(sampler.Write("a", 40), Is.EqualTo(text));
        Assert.That(sampler.Write("a", 40, seed: 2), Is.Not.EqualTo(text));
        Assert.That(TextSampler<float>.Load(Config("text.txt", hasSoftmax: false), weights).Write("a", 40),
            Is.EqualTo(text));
        Assert.That(text.Distinct().Count(), Is.GreaterThan(4), "hardly learned, all is about as likely");
    }

    [Test]
    public void Every_number_is_drawn_as_often_as_the_net_expects_it()
    {
        var (net, weights) = Learned("ab\nab\n", 1);
        // One state alone: with weights of zero, the biases are the scores, here ln 1, ln 2 and ln 5.
        var trained = Net<float>.FromConfig(net with { Layers = [.. net.Layers.Where(layer => layer.Name != "text")] },
            Phase.Deploy);
        trained.LoadWeights(weights);
        foreach (var parameter in trained.Parameters)
            parameter.Data.Clear();
        var bias = trained.Layers.Single(layer => layer.Name == "fc").Parameters[1].Data;
        (bias[1], bias[2]) = (MathF.Log(2), MathF.Log(5));
        var file = SafeTensors.Load(weights);
        var other = new SafeTensors();
        other.Metadata["vocabulary"] = file.Metadata["vocabulary"];
        trained.AddWeightsTo(other);
        other.Save(weights);
        var text = TextSampler<float>.Load(net, weights).Write("a", 4000);
        // The standard errors are below 0.008.
        Assert.That(text.Count(letter => letter == '\n') / 4000.0, Is.EqualTo(1 / 8.0).Within(0.03));
        Assert.That(text.Count(letter => letter == 'a') / 4000.0, Is.EqualTo(2 / 8.0).Within(0.03));
        text = TextSampler<float>.Load(net, weights).Write("a", 4000, temperature: 0.5);
        Assert.That(text.Count(letter => letter == 'a') / 4000.0, Is.EqualTo(4 / 30.0).Within(0.03), "squared");
    }

    [Test]
    public void Misuse_is_an_error()
    {
        var (net, weights) = Learned("abcd\nabcd\n", 1);
        var sampler = TextSampler<float>.Load(net, weights);
        Assert.That(() => sampler.Write("axe", 5), Throws.TypeOf<DataException>().With.Message
            .EqualTo("prompt: received the character x as number 2, allowed: line end a b c d"));
        Assert.That(() => sampler.Write("", 5), Throws.TypeOf<DataException>().With.Message.StartsWith("prompt: received nothing"));
        foreach (var temperature in new[] { 0, -1, double.NaN, double.PositiveInfinity })
            Assert.That(() => sampler.Write("a", 5, temperature), Throws.TypeOf<ConfigException>()
                .With.Message.EqualTo($"temperature: received {temperature}, allowed: above 0"));
        Assert.That(() => sampler.Write("a", 0), Throws.TypeOf<ConfigException>());

        Refuse(Without("text"), "received no layer of type Text, allowed: a net that learns a text");
        Refuse(Without("input"), "");
        Refuse(With("gru", new GRUOptions { NumOutput = 16 }), "received no layer that carries its state over");
        Refuse(With("input", new InputOptions { Shape = [2, 1] }), "received no input 'data' of 1×1 in the phase deploy");
        Refuse(With("fc", new InnerProductOptions { NumOutput = 3, Axis = 2 }), "received 3 scores");

        var bare = SafeTensors.Load(weights);
        bare.Metadata.Clear();
        bare.Save(folder.In("bare"));
        Assert.That(() => TextSampler<float>.Load(net, folder.In("bare")), Throws.TypeOf<DataException>()
            .With.Message.StartsWith($"{folder.In("bare")}: has no vocabulary"));

        NetConfig Without(string name) => net with { Layers = [.. net.Layers.Where(layer => layer.Name != name)] };

        NetConfig With(string name, LayerOptions options) => net with
        {
            Layers = [.. net.Layers.Select(layer => layer.Name == name ? layer with { Options = options } : layer)],
        };

        void Refuse(NetConfig changed, string message) => Assert.That(() => TextSampler<float>.Load(changed, weights),
            Throws.TypeOf<ConfigException>().With.Message.Contains(message));
    }
}
