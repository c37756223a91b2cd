using NeuralFramework.Data;
using NeuralFramework.Layers;
using NeuralFramework.Solvers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class TextLayerTests
{
    private DataFolder folder = null!;

    [SetUp]
    public void CreateFolder() => folder = new DataFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    private static (TextLayer<double> Layer, Blob<double>[] Tops) SetUp(TextLayerOptions options,
        Phase phase = Phase.Train, int tops = 3)
    {
        var layer = new TextLayer<double>(options) { Name = "text", Context = new NetContext { Phase = phase } };
        var blobs = Enumerable.Range(0, tops).Select(i => new Blob<double>($"top{i}", new Shape(0))).ToArray();
        layer.SetUp([], blobs);
        return (layer, blobs);
    }

    private string Given(string text)
    {
        folder.Write("given.txt", System.Text.Encoding.UTF8.GetBytes(text));
        return "given.txt";
    }

    private static string[] Rows(TextLayer<double> layer, Blob<double> top) =>
        [.. Enumerable.Range(0, top.Shape[0]).Select(t => layer.Vocabulary!.Decode(
            top.Data.Slice(t * top.Shape[1], top.Shape[1]).ToArray().Select(id => (int)id)))];

    [Test]
    public void Streams_are_served_side_by_side_with_what_comes_next_and_start_anew_at_their_end()
    {
        // 11 characters, 2 streams of 5 that have a next one.
        var (layer, tops) = SetUp(new TextLayerOptions
        {
            BatchSize = 2,
            Steps = 3,
            TestFraction = 0,
            Source = Given("abcdeABCDE!"),
        });
        Assert.That((layer.SampleCount, layer.BatchSize), Is.EqualTo((10, 6)));
        layer.Forward([], tops);
        Assert.That(Rows(layer, tops[0]), Is.EqualTo(new[] { "aA", "bB", "cC" }));
        Assert.That(Rows(layer, tops[1]), Is.EqualTo(new[] { "bB", "cC", "dD" }));
        Assert.That(tops[2].Data.ToArray(), Is.EqualTo(new double[] { 0, 0, 1, 1, 1, 1 }));
        layer.Forward([], tops);
        Assert.That(Rows(layer, tops[0]), Is.EqualTo(new[] { "dD", "eE", "aA" }));
        Assert.That(Rows(layer, tops[1]), Is.EqualTo(new[] { "eE", "A!", "bB" }));
        Assert.That(tops[2].Data.ToArray(), Is.EqualTo(new double[] { 1, 1, 1, 1, 0, 0 }));
        Assert.That(layer.Position, Is.EqualTo(12));
    }

    [Test]
    public void A_batch_depends_on_the_position_alone()
    {
        var options = new TextLayerOptions { BatchSize = 3, Steps = 7 };
        var (one, expected) = SetUp(options);
        for (var i = 0; i < 4; i++)
            one.Forward([], expected);
        var (other, received) = SetUp(options);
        other.Position = one.Position - 21;
        other.Forward([], received);
        Assert.That(received[0].Data.ToArray(), Is.EqualTo(expected[0].Data.ToArray()));
        Assert.That(received[2].Data.ToArray(), Has.All.EqualTo(1));
    }

    [Test]
    public void In_the_test_a_pass_serves_each_place_once_and_the_last_batch_is_short()
    {
        var options = new TextLayerOptions { BatchSize = 2, Steps = 3, TestFraction = 0.5, Source = Given("xx\nabcdeA") };
        var (layer, tops) = SetUp(options with { TestFraction = 0.6 }, Phase.Test);
        Assert.That(layer.SampleCount, Is.EqualTo(4), "the part begins with a line");
        layer.Forward([], tops);
        Assert.That(Rows(layer, tops[0]), Is.EqualTo(new[] { "ac", "bd" }));
        Assert.That(layer.Position, Is.EqualTo(4));
        layer.Forward([], tops);
        Assert.That(tops[2].Data.ToArray(), Is.EqualTo(new double[] { 0, 0, 1, 1 }));
        var (train, trainTops) = SetUp(options with { BatchSize = 1, TestFraction = 0.6 });
        train.Forward([], trainTops);
        Assert.That(Rows(train, trainTops[1]), Is.EqualTo(new[] { "x", "\n", "x" }));
        Assert.That(train.Vocabulary!.Tokens, Is.EqualTo(layer.Vocabulary!.Tokens), "of the whole text");
    }

    [Test]
    public void The_vocabulary_of_words_is_that_of_the_training_part()
    {
        var (layer, tops) = SetUp(new TextLayerOptions
        {
            BatchSize = 1,
            Steps = 3,
            Unit = TextUnit.Word,
            TestFraction = 0.4,
            Source = Given("one two two\ntwo three"),
        }, Phase.Test);
        Assert.That(layer.Vocabulary!.Tokens, Is.EqualTo(new[] { "<unk>", "two", "\n", "one" }));
        layer.Forward([], tops);
        Assert.That(tops[0].Data.ToArray(), Is.EqualTo(new double[] { 1 }));
        Assert.That(tops[1].Data.ToArray(), Is.EqualTo(new double[] { 0 }));
    }

    [Test]
    public void The_embedded_text_is_Genesis()
    {
        var (layer, tops) = SetUp(new TextLayerOptions { BatchSize = 1, Steps = 16, TestFraction = 0 }, tops: 1);
        layer.Forward([], tops);
        Assert.That(string.Concat(Rows(layer, tops[0])), Is.EqualTo("In the beginning"));
        Assert.That((layer.SampleCount, layer.Vocabulary!.Tokens.Count), Is.EqualTo((196_866, 60)));
    }

    [Test]
    public void Line_ends_of_other_systems_and_a_mark_of_the_byte_order_do_not_count()
    {
        var (layer, tops) = SetUp(new TextLayerOptions
        {
            BatchSize = 1,
            Steps = 4,
            TestFraction = 0,
            Source = Given("\uFEFFa\r\nbc"),
        });
        layer.Forward([], tops);
        Assert.That(string.Concat(Rows(layer, tops[1])), Is.EqualTo("\nbc\n"));
    }

    [Test]
    public void Weights_have_the_vocabulary_and_refuse_a_net_with_another()
    {
        var file = folder.In("weights.safetensors");
        NetOf(Given("abcd\nabcd\n")).SaveWeights(file);
        Assert.That(SafeTensors.Load(file).Metadata["vocabulary"],
            Is.EqualTo("""{"unit":"character","tokens":["\n","a","b","c","d"]}"""));
        NetOf(Given("abcd\n")).LoadWeights(file);
        Assert.That(() => NetOf(Given("abce\n")).LoadWeights(file), Throws.TypeOf<DataException>().With.Message
            .Contains($"{file}: was learned with another vocabulary: received ").And.Message.Contains("\"d\"]}, allowed: ")
            .And.Message.EndsWith("\"e\"]}, that of layer 'text' (Text)"));
    }

    [Test]
    public void A_text_of_its_own_for_the_test_must_have_the_same_vocabulary()
    {
        folder.Write("other.txt", "abce\nabce\n");
        var net = Config(Given("abcd\nabcd\n"));
        var test = new LayerConfig("test", new TextLayerOptions { BatchSize = 1, Steps = 2, Source = "other.txt" })
        {
            Top = ["data", "label", "cont"],
            Phase = [Phase.Test],
        };
        net = net with { Layers = [net.Layers[0] with { Phase = [Phase.Train] }, test, .. net.Layers.Skip(1)] };
        Assert.That(() => Solver<double>.FromConfig(new SolverConfig { BaseLr = 0.1, MaxIter = 1 }, net),
            Throws.TypeOf<ConfigException>().With.Message.StartsWith("layer 'test' (Text): received the vocabulary "));
    }

    [Test]
    public void A_training_over_time_resumes_to_the_same_bits()
    {
        var net = Config(null);
        var result = ResumeCheck.Run<double>(new SolverConfig { BaseLr = 0.1, MaxIter = 6, TestInterval = 0 }, net, 6,
            folder.Path);
        Assert.That(result.IsSame, result.FirstDifference);
        var file = SafeTensors.Load(Directory.GetFiles(folder.In("0-6")).Single());
        Assert.That(file.Metadata["data_cursor/text"], Is.EqualTo("24"));
        Assert.That(file.ShapeOf("state/lstm/0"), Is.EqualTo(new Shape(1, 2, 3)));
    }

    [Test]
    public void Gradients_through_embedding_state_products_over_time_and_ignored_labels_are_those_of_differences()
    {
        var net = Net<double>.FromConfig(Config(Given("abababab\nabababab\n"), ignore: 0), Phase.Train);
        net.Forward();
        var result = GradientChecker.Check(net);
        Assert.That(result.Passed, result.ToString());
    }

    [Test]
    public void Misuse_is_an_error()
    {
        Expect<DataException>(new() { BatchSize = 1, Steps = 1, Source = "nowhere.txt" }, "nowhere.txt in ");
        Expect<DataException>(new() { BatchSize = 1, Steps = 1, Source = "bible_kjv" }, "nf data install bible_kjv");
        Expect<DataException>(new() { BatchSize = 5, Steps = 1, Source = Given("abcde"), TestFraction = 0 },
            "layer 'text' (Text): received 5 characters in the part train for batch_size 5, allowed: 2 or more a stream");
        Expect<ConfigException>(new() { BatchSize = 1, Steps = 1, MinCount = 2 },
            "layer 'text' (Text): received min_count with unit character");
        folder.Write("bytes.txt", [0xFF, 0xFE, 0xFF]);
        folder.Write("latin.txt", [(byte)'a', 0xE4, (byte)'b']);
        Expect<DataException>(new() { BatchSize = 1, Steps = 1, Source = "latin.txt" }, "allowed: UTF-8");
        Assert.That(() => SetUp(new() { BatchSize = 1, Steps = 1 }, tops: 4), Throws.TypeOf<ShapeException>());

        static void Expect<TError>(TextLayerOptions options, string message) where TError : Exception =>
            Assert.That(() => SetUp(options), Throws.TypeOf<TError>().With.Message.Contains(message));
    }

    private static Net<double> NetOf(string source) => Net<double>.FromConfig(Config(source), Phase.Train);

    private static NetConfig Config(string? source, int? ignore = null) => new()
    {
        Name = "text",
        Layers =
        [
            new("text", new TextLayerOptions { BatchSize = 2, Steps = 2, Source = source, TestFraction = 0.2 })
            {
                Top = ["data", "label", "cont"],
            },
            new("embed", new EmbedOptions { InputDim = 64, NumOutput = 2 }) { Bottom = ["data"] },
            new("lstm", new LSTMOptions { NumOutput = 3, CarryState = true }) { Bottom = ["embed", "cont"] },
            new("fc", new InnerProductOptions { NumOutput = 64, Axis = 2 }) { Bottom = ["lstm"] },
            new("loss", new SoftmaxLossOptions { Axis = 2, IgnoreLabel = ignore }) { Bottom = ["fc", "label"] },
        ],
    };
}
