using NeuralFramework.Data;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class WindowLayerTests
{
    private TempFolder folder = null!;

    [SetUp]
    public void CreateFolder() => folder = new TempFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    private SkipGramOptions SkipGram(string text) => new()
    {
        Source = folder.Write("text", text), MinCount = 1, BatchSize = 2000, Window = 2, Subsample = 0, Negative = 3,
    };

    private CbowOptions Cbow(string text) => new()
    {
        Source = folder.Write("text", text), MinCount = 1, BatchSize = 500, Window = 2, Subsample = 0, Negative = 3,
    };

    // a b c d e, each once: numbers 0 to 4.
    [Test]
    public void Skip_gram_serves_pairs_within_the_window_and_near_ones_more_often()
    {
        var served = new ServedLayer<double>(new SkipGramLayer<double>(SkipGram("a b c d e")));
        var (words, labels) = served.Next();
        Assert.That((served.Data.Shape, served.Label.Shape), Is.EqualTo((new Shape(2000), new Shape(2000, 4))));
        var distances = words.Select((word, i) => (int)Math.Abs(word - labels[4 * i])).ToList();
        Assert.That(distances, Is.All.InRange(1, 2));
        // 8 pairs at the distance 1, with the weight 2, and 6 at the distance 2: within five standard deviations.
        Assert.That(distances.Count(distance => distance == 1) / 2000.0, Is.EqualTo(16.0 / 22).Within(0.05));
    }

    [Test]
    public void Words_drawn_are_never_the_word_that_is_there()
    {
        var (_, labels) = new ServedLayer<double>(new SkipGramLayer<double>(SkipGram("a a a a a b c"))).Next();
        foreach (var label in labels.Chunk(4))
            Assert.That(label[1..], Has.None.EqualTo(label[0]));
    }

    [Test]
    public void Windows_end_with_the_paragraph()
    {
        var (words, labels) = new ServedLayer<double>(new SkipGramLayer<double>(SkipGram("a b\n\nc d"))).Next();
        for (var i = 0; i < words.Length; i++)
            Assert.That(((int)words[i] / 2, (int)labels[4 * i] / 2), Is.AnyOf((0, 0), (1, 1)));
    }

    [Test]
    public void Cbow_serves_the_words_around_and_fills_up_with_minus_1()
    {
        var served = new ServedLayer<double>(new CbowLayer<double>(Cbow("a b c d e")));
        var (around, labels) = served.Next();
        Assert.That((served.Data.Shape, served.Label.Shape), Is.EqualTo((new Shape(500, 4), new Shape(500, 4))));
        var samples = around.Chunk(4).Zip(labels.Chunk(4), (words, label) => $"{label[0]}: {string.Join(' ', words)}").Distinct();
        Assert.That(samples, Is.EquivalentTo(new[]
        {
            "0: 1 -1 -1 -1", "0: 1 2 -1 -1", "1: 0 2 -1 -1", "1: 0 2 3 -1", "2: 1 3 -1 -1", "2: 1 0 3 4", "3: 2 4 -1 -1",
            "3: 2 1 4 -1", "4: 3 -1 -1 -1", "4: 3 2 -1 -1",
        }));
    }

    [Test]
    public void With_a_hierarchical_softmax_the_label_is_the_way_to_the_word()
    {
        var served = new ServedLayer<double>(new SkipGramLayer<double>(SkipGram("a a a a b b c d") with { HierarchicalSoftmax = true }));
        var tree = new HuffmanTree([4, 2, 1, 1]);
        served.Next();
        Assert.That(served.Label.Shape, Is.EqualTo(new Shape(2000, 2, 3)));
        var ways = Enumerable.Range(0, 4).Select(word => string.Join(' ',
            tree.NodesTo(word).ToArray().Concat(new int[3]).Take(3)
                .Concat(tree.TurnsTo(word).ToArray().Select(turn => turn ? 1 : 0).Concat([-1, -1, -1]).Take(3))));
        Assert.That(served.Label.Data.ToArray().Chunk(6).Select(way => string.Join(' ', way)).Distinct(), Is.SubsetOf(ways));
    }

    [Test]
    public void A_batch_is_a_function_of_the_position()
    {
        var options = SkipGram(SmallText.Create(20)) with { BatchSize = 7, Subsample = 0.01, Shuffle = true };
        var served = new ServedLayer<float>(new SkipGramLayer<float>(options));
        served.Next();
        var second = served.Next();
        served.Layer.Position = 7;
        Assert.That(served.Next(), Is.EqualTo(second));
    }

    [Test]
    public void Subsampling_leaves_frequent_words_out_and_brings_others_nearer()
    {
        var text = string.Concat(Enumerable.Repeat("x the y the ", 200));
        var served = new ServedLayer<double>(new SkipGramLayer<double>(SkipGram(text) with { Subsample = 0.05, Window = 1 }));
        var all = new ServedLayer<double>(new SkipGramLayer<double>(SkipGram(text) with { Window = 1 }));
        Assert.That(PairsWithoutThe(all), Is.Zero, "'the' is between all others");
        Assert.That(PairsWithoutThe(served), Is.GreaterThan(200));

        static int PairsWithoutThe(ServedLayer<double> served)
        {
            var (words, labels) = served.Next();
            return words.Where((word, i) => word != 0 && labels[4 * i] != 0).Count();
        }
    }

    [Test]
    public void A_text_without_neighbours_is_an_error()
    {
        var served = new ServedLayer<double>(new SkipGramLayer<double>(SkipGram("a\n\nb\n\na") with { BatchSize = 1, Prefetch = 0 }));
        Assert.That(() => served.Next(), Throws.TypeOf<DataException>().With.Message.Contains(
            "received a text in which no two of the words that are looked at stand near each other"));
    }
}
