using System.Runtime.InteropServices;
using NeuralFramework.Data;
using NeuralFramework.Embeddings;
using NUnit.Framework;

namespace NeuralFramework.Tests;

[NonParallelizable]
public class EmbeddingTrainerTests
{
    private TempFolder folder = null!;
    private int threads;

    [SetUp]
    public void CreateFolder() => (folder, threads) = (new TempFolder(), WorkPool.Threads);

    [TearDown]
    public void PutBack()
    {
        WorkPool.Threads = threads;
        folder.Dispose();
    }

    private Corpus Corpus(string? text = null) => Data.Corpus.Load(folder.Write("text", text ?? SmallText.Create()), 1);

    private static EmbeddingOptions Options(EmbeddingMethod method, bool tree = false) => new()
    {
        Method = method, HierarchicalSoftmax = tree, Dim = 20, Window = 3, Subsample = 0.02, Epochs = 40,
    };

    [TestCase(EmbeddingMethod.SkipGram, false)]
    [TestCase(EmbeddingMethod.SkipGram, true)]
    [TestCase(EmbeddingMethod.Cbow, false)]
    [TestCase(EmbeddingMethod.Cbow, true)]
    [TestCase(EmbeddingMethod.GloVe, false)]
    public void Words_of_a_kind_come_to_lie_together(EmbeddingMethod method, bool tree)
    {
        var vectors = EmbeddingTrainer.Train(Corpus(), Options(method, tree));
        var words = SmallText.Kinds.SelectMany(kind => kind).ToList();
        foreach (var kind in SmallText.Kinds)
            foreach (var word in kind)
                Assert.That(vectors.Neighbors(vectors.Require(word), 30).Select(neighbor => neighbor.Word).Where(words.Contains).Take(3),
                    Is.EquivalentTo(kind.Except([word])), $"neighbours of {word}");
    }

    [TestCase(EmbeddingMethod.SkipGram, false)]
    [TestCase(EmbeddingMethod.Cbow, true)]
    [TestCase(EmbeddingMethod.GloVe, false)]
    public void A_seed_gives_the_same_bits_on_any_number_of_threads(EmbeddingMethod method, bool tree)
    {
        var options = Options(method, tree) with { Epochs = 2 };
        WorkPool.Threads = 1;
        var alone = EmbeddingTrainer.Train(Corpus(), options);
        foreach (var count in new[] { 2, 3 })
        {
            WorkPool.Threads = count;
            Assert.That(MemoryMarshal.AsBytes(EmbeddingTrainer.Train(Corpus(), options).Values)
                .SequenceEqual(MemoryMarshal.AsBytes(alone.Values)), $"{count} threads");
        }
        Assert.That(EmbeddingTrainer.Train(Corpus(), options with { Seed = 2 }).Values.ToArray(), Is.Not.EqualTo(alone.Values.ToArray()));
    }

    [Test]
    public void Counts_in_files_give_vectors_as_well()
    {
        var options = Options(EmbeddingMethod.GloVe) with { MemoryBytes = 5000 };
        var vectors = EmbeddingTrainer.Train(Corpus(), options);
        Assert.That(SmallText.Kinds[0][1..].Select(word => vectors.Similarity(vectors.Require("apple"), vectors.Require(word))),
            Is.All.GreaterThan(vectors.Similarity(vectors.Require("apple"), vectors.Require("fox"))));
    }

    [Test]
    public void Progress_goes_up_to_all_words()
    {
        var last = default(EmbeddingProgress);
        var corpus = Corpus();
        EmbeddingTrainer.Train(corpus, Options(EmbeddingMethod.SkipGram) with { Epochs = 1 }, progress => last = progress);
        Assert.That((last.Done, last.Total), Is.EqualTo(((long)corpus.Places.Length, (long)corpus.Places.Length)));
        Assert.That(last.Loss, Is.GreaterThan(0).And.LessThan(10));
    }

    [Test]
    public void A_rate_that_is_much_too_large_is_an_error() => Assert.That(
        () => EmbeddingTrainer.Train(Corpus(), Options(EmbeddingMethod.GloVe) with { LearningRate = 1e30 }),
        Throws.TypeOf<DivergedException>().With.Message.Contains("try a smaller learning rate"));

    [Test]
    public void Options_out_of_range_are_named_together() => Assert.That(
        () => EmbeddingTrainer.Train(Corpus(), new() { Dim = 0, Subsample = 2 }), Throws.TypeOf<ConfigException>()
            .With.Message.Contains("dim: received 0, allowed: 1 to 10000")
            .And.Message.Contains("subsample: received 2, allowed: 0 to 1"));

    [Test]
    public void A_training_that_is_stopped_ends() => Assert.That(
        () => EmbeddingTrainer.Train(Corpus(), new(), cancel: new CancellationToken(true)),
        Throws.InstanceOf<OperationCanceledException>());
}
