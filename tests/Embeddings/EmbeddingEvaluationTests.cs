using NeuralFramework.Data;
using NeuralFramework.Embeddings;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class EmbeddingEvaluationTests
{
    private TempFolder folder = null!;

    [SetUp]
    public void CreateFolder() => folder = new TempFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    // thing ← animal ← (dog, cat), thing ← tool ← (saw, axe); a saw is a verb, too.
    private WordNetNouns Nouns()
    {
        folder.Write("index.verb", "  1 licence\nsaw v 1 0 1 0 00000009  \n");
        folder.Write("index.adj", "");
        folder.Write("index.adv", "");
        folder.Write("index.noun", string.Concat(new[]
        {
            "thing 1", "animal 2", "tool 3", "dog 4", "cat 5", "saw 6", "axe 7",
        }.Select(word => $"{word.Split(' ')[0]} n 1 1 @ 1 0 0000000{word.Split(' ')[1]}  \n")));
        folder.Write("data.noun", "  1 licence\n" + string.Concat(new[]
        {
            (1, 0, "thing"), (2, 1, "animal"), (3, 1, "tool"), (4, 2, "dog"), (5, 2, "cat"), (6, 3, "saw"), (7, 3, "axe"),
        }.Select(synset => $"0000000{synset.Item1} 03 n 01 {synset.Item3} 0 {(synset.Item2 > 0
            ? $"002 @ 0000000{synset.Item2} n 0000 ~ 00000001 n 0000" : "000")} | a gloss; with 001 @ in it  \n")));
        return WordNetNouns.Load(folder.Path);
    }

    [TestCase("dog", "dog", 0)]
    [TestCase("dog", "animal", 1)]
    [TestCase("dog", "cat", 2)]
    [TestCase("dog", "axe", 4)]
    public void Steps_go_up_to_what_both_are_a_kind_of(string a, string b, int steps)
    {
        var nouns = Nouns();
        Assert.That(WordNetNouns.Steps(nouns.KindsOf(a), nouns.KindsOf(b)), Is.EqualTo(steps));
    }

    [Test]
    public void Words_that_are_not_nouns_alone_are_not_judged() =>
        Assert.That(new[] { "dog", "saw", "unknown" }.Select(Nouns().Has), Is.EqualTo(new[] { true, false, false }));

    [Test]
    public void Vectors_with_animals_together_and_tools_together_are_good_and_others_bad()
    {
        var good = new WordVectors(["dog", "cat", "axe", "tool"], 2, [1, 0, 1, 0.1f, 0, 1, 0.1f, 1]);
        var bad = new WordVectors(["dog", "axe", "cat", "tool"], 2, [1, 0, 1, 0.1f, 0, 1, 0.1f, 1]);
        var (best, worst) = (EmbeddingEvaluation.Run(good, Nouns()), EmbeddingEvaluation.Run(bad, Nouns()));
        Assert.That((best.Nouns, best.NearNeighbors, worst.NearNeighbors), Is.EqualTo((4, 1.0, 0.0)));
        Assert.That(best.Spearman, Is.GreaterThan(0.6));
        Assert.That(worst.Spearman, Is.LessThan(0));
        // Two pairs of six: within five standard deviations.
        Assert.That(best.NearAtRandom, Is.EqualTo(1.0 / 3).Within(0.008));
    }

    [Test]
    public void Vectors_without_nouns_are_an_error() => Assert.That(
        () => EmbeddingEvaluation.Run(new WordVectors(["dog", "of"], 1, [1, 2]), Nouns()), Throws.TypeOf<DataException>()
            .With.Message.EqualTo("word vectors: received 1 words of 2 that are nouns in WordNet, allowed: 3 or more"));

    [Test]
    public void A_damaged_file_is_an_error_that_names_the_line()
    {
        Nouns();
        var path = folder.Write("index.noun", "dog n one\n");
        Assert.That(() => WordNetNouns.Load(folder.Path), Throws.TypeOf<DataException>().With.Message.EqualTo(
            $"{path}: line 1: received 'dog n one', allowed: a line of WordNet's format"));
    }

    [Test]
    public void A_missing_file_is_an_error_that_names_the_package() => Assert.That(() => WordNetNouns.Load(folder.In("nowhere")),
        Throws.TypeOf<DataException>().With.Message.Contains("apt-get install wordnet-base"));

    [Test]
    public void WordNet_itself_knows_that_oxygen_is_nearer_to_nitrogen_than_to_a_sister()
    {
        if (!File.Exists(WordNetFiles.PackageFile))
            Assert.Ignore($"Debian's package {WordNetFiles.PackageName} is not installed");
        var nouns = WordNetNouns.Load(WordNetFiles.PackageFolder);
        Assert.That(WordNetNouns.Steps(nouns.KindsOf("oxygen"), nouns.KindsOf("nitrogen")),
            Is.LessThan(WordNetNouns.Steps(nouns.KindsOf("oxygen"), nouns.KindsOf("sister"))!.Value));
    }
}
