using System.Globalization;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class EmbedCommandTests : CommandLineTest
{
    private string Train(string name = "vectors.txt", string epochs = "30", params string[] more)
    {
        Cli.Write("text.txt", SmallText.Create());
        var result = CommandLine.RunJson(["embed", "train", "text.txt", "-o", name, "--dim", "20", "--min-count", "1", "--epochs", epochs,
            "--subsample", "0.02", .. more]);
        Assert.That((int)result["words"]!, Is.EqualTo(30));
        Assert.That((double)result["words_per_second"]!, Is.GreaterThan(0));
        return (string)result["vectors_sha256"]!;
    }

    [Test]
    public void Vectors_are_trained_and_asked()
    {
        Train();
        var neighbors = Run("embed", "neighbors", "vectors.txt", "apple", "Fox", "-n", "3");
        Assert.That(neighbors.Output, Does.Match(@"^apple: (pear|plum|cherry) [01]\.").And.Match(@"(?m)^fox: (horse|dog|hare) [01]\."));
        Assert.That(Run("embed", "similarity", "vectors.txt", "rome", "paris").Output, Does.Match(@"^rome, paris: [01]\.\d{4}\n$"));
        var analogy = CommandLine.RunJson("embed", "analogy", "vectors.txt", "apple", "eat", "fox", "-n", "2");
        Assert.That(analogy["neighbors"]!.AsArray(), Has.Count.EqualTo(2));
    }

    [TestCase("skipgram")]
    [TestCase("cbow")]
    [TestCase("glove")]
    public void The_threads_make_no_difference_and_the_seed_does(string method)
    {
        var one = Train("a.bin", "2", "--method", method, "--threads", "1");
        Assert.That(Train("b.bin", "2", "--method", method, "--threads", "2"), Is.EqualTo(one));
        Assert.That(File.ReadAllBytes("a.bin"), Is.EqualTo(File.ReadAllBytes("b.bin")));
        Assert.That(Train("c.bin", "2", "--method", method, "--seed", "2"), Is.Not.EqualTo(one));
    }

    [Test]
    public void Vectors_are_converted()
    {
        Train();
        Assert.That(Run("embed", "convert", "vectors.txt", "v.safetensors").ExitCode, Is.Zero);
        Assert.That(Run("embed", "convert", "v.safetensors", "v.bin").ExitCode, Is.Zero);
        Assert.That(Run("embed", "convert", "v.bin", "again.txt").ExitCode, Is.Zero);
        Assert.That(File.ReadAllText("again.txt"), Is.EqualTo(File.ReadAllText("vectors.txt")));
    }

    [Test]
    public void Words_are_drawn([Values("pca", "tsne")] string method)
    {
        Train();
        Cli.Write("words.txt", "apple pear plum\nhorse dog fox\n\nparis rome");
        var result = CommandLine.RunJson("embed", "plot", "vectors.txt", "--words", "words.txt", "--method", method, "-o", "map.svg");
        Assert.That((int)result["words"]!, Is.EqualTo(8));
        Assert.That(File.ReadAllText("map.svg"), Does.Contain(">apple</text>"));
    }

    [Test]
    public void WordNet_judges()
    {
        if (!File.Exists(Data.WordNetFiles.PackageFile))
            Assert.Ignore($"Debian's package {Data.WordNetFiles.PackageName} is not installed");
        Train();
        var score = CommandLine.RunJson("embed", "evaluate", "vectors.txt", "--pairs", "500");
        Assert.That((double)score["near_neighbors"]!, Is.GreaterThan((double)score["near_at_random"]!), score.ToString());
    }

    [Test]
    public void A_text_that_is_no_text_is_an_error_and_nothing_is_written()
    {
        Cli.Write("empty.txt", "");
        Cli.Write("one.txt", "word word word");
        Cli.Write("latin.txt", [0x63, 0x61, 0x66, 0xE9]);
        AssertBadInput(Run("embed", "train", "empty.txt", "-o", "v.txt"), "empty.txt: received no word");
        AssertBadInput(Run("embed", "train", "one.txt", "--min-count", "2", "-o", "v.txt"), "one.txt: received 3 words, 1 of them different");
        AssertBadInput(Run("embed", "train", "latin.txt", "-o", "v.txt"), "latin.txt: received the byte 0xE9 at position 3");
        AssertBadInput(Run("embed", "train", "nowhere.txt", "-o", "v.txt"), "text: not found; looked for nowhere.txt");
        Assert.That(File.Exists("v.txt"), Is.False);
    }

    [Test]
    public void Options_out_of_range_are_errors()
    {
        Cli.Write("text.txt", SmallText.Create(10));
        AssertBadInput(Run("embed", "train", "text.txt", "-o", "v.txt", "--dim", "0"), "dim: received 0, allowed: 1 to 10000");
        AssertBadInput(Run("embed", "train", "text.txt", "-o", "v.txt", "--min-count", "0"), "--min-count: received 0, allowed: 1 or more");
        AssertBadInput(Run("embed", "train", "text.txt", "-o", "nowhere/v.txt"), "--output: received 'nowhere/v.txt', whose folder does");
        AssertBadInput(Run("embed", "train", "text.txt", "-o", "v.txt", "--method", "lsa"), "--method: received 'lsa', allowed: skipgram, cbow, glove");
        AssertBadInput(Run("embed", "train", "text.txt", "-o", "v.txt", "--subsample", "x"), "--subsample: received 'x', allowed: a number");
    }

    [Test]
    public void An_unknown_word_is_an_error_that_offers_spellings()
    {
        Train();
        AssertBadInput(Run("embed", "neighbors", "vectors.txt", "appel"), string.Create(CultureInfo.InvariantCulture,
            $"word: received 'appel', which has no vector, allowed: one of the {30} words of the file; the nearest spellings: apple"));
    }

    [Test]
    public void A_file_cut_short_is_an_error()
    {
        Train();
        File.WriteAllText("cut.txt", File.ReadAllText("vectors.txt")[..1000]);
        AssertBadInput(Run("embed", "neighbors", "cut.txt", "apple"), "cut.txt: ends inside word ");
    }
}
