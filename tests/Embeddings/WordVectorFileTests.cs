using System.Text;
using NeuralFramework.Data;
using NeuralFramework.Embeddings;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class WordVectorFileTests
{
    private static readonly WordVectors Vectors = new(["été", "the", "北京"], 2, [0.1f, -2, float.MaxValue, 1e-30f, 3, 1f / 3]);

    private TempFolder folder = null!;

    [SetUp]
    public void CreateFolder() => folder = new TempFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    private string Saved(string name)
    {
        WordVectorFile.Save(Vectors, folder.In(name));
        return folder.In(name);
    }

    [TestCase("vectors.txt")]
    [TestCase("vectors.bin")]
    [TestCase("vectors.safetensors")]
    public void What_is_written_is_read_to_the_bit(string name)
    {
        var read = WordVectorFile.Load(Saved(name));
        Assert.That(read.Words, Is.EqualTo(Vectors.Words));
        Assert.That(read.Dim, Is.EqualTo(2));
        Assert.That(read.Values.ToArray(), Is.EqualTo(Vectors.Values.ToArray()));
    }

    [Test]
    public void The_text_format_is_that_of_word2vec() => Assert.That(File.ReadAllText(Saved("vectors.txt")),
        Is.EqualTo("3 2\nété 0.1 -2\nthe 3.4028235E+38 1E-30\n北京 3 0.33333334\n"));

    [Test]
    public void The_binary_format_is_that_of_word2vec() => Assert.That(File.ReadAllBytes(Saved("vectors.bin"))[..16],
        Is.EqualTo((byte[])[.. Encoding.UTF8.GetBytes("3 2\nété "), .. BitConverter.GetBytes(0.1f), .. BitConverter.GetBytes(-2f)[..2]]));

    // word2vec's program ends each line with a space; gensim writes no line ends in the binary format.
    [Test]
    public void Files_of_other_programs_are_read()
    {
        Assert.That(WordVectorFile.Load(folder.Write("a.txt", "1 2\r\nword 1.5 2e-1 \r\n")).Values.ToArray(), Is.EqualTo(new[] { 1.5f, 0.2f }));
        var bytes = (byte[])[.. "2 1\na "u8, .. BitConverter.GetBytes(1f), .. "b "u8, .. BitConverter.GetBytes(2f)];
        Assert.That(WordVectorFile.Load(folder.Write("b.bin", bytes)).Words, Is.EqualTo(new[] { "a", "b" }));
    }

    [TestCase("vectors.txt")]
    [TestCase("vectors.bin")]
    [TestCase("vectors.safetensors")]
    public void A_file_cut_short_anywhere_is_an_error(string name)
    {
        var whole = File.ReadAllBytes(Saved(name));
        // The binary format is whole without the line end at its end.
        for (var length = 0; length < whole.Length - (name.EndsWith(".bin", StringComparison.Ordinal) ? 1 : 0); length++)
            Assert.That(() => WordVectorFile.Load(folder.Write($"cut.{name}", whole[..length])),
                Throws.TypeOf<DataException>().With.Message.StartsWith(folder.In($"cut.{name}")), $"{length} bytes");
    }

    [TestCase("3 2\nété 0.1 -2\nthe 3", "ends inside word 2 of 3, 'the', at byte 22; allowed: a whole file")]
    [TestCase("2 2\na 1 2\nb 1 x\n", "word 2 of 2, 'b': received 'x' as number 2, allowed: 2 numbers")]
    [TestCase("1 2\na 1 2 3\n", "word 1 of 1, 'a': received more than 2 numbers, allowed: 2 numbers")]
    [TestCase("1 1\na 1\nb 2\n", "received 4 bytes behind the last of 1 words, allowed: none")]
    [TestCase("hello\n", "received 'hello' as its first line, allowed: the number of words and of dimensions, as '20000 100', and "
        + "as many vectors in its 6 bytes")]
    [TestCase("2000000000 100\n", "received '2000000000 100' as its first line, allowed: the number of words and of dimensions, as "
        + "'20000 100', and as many vectors in its 15 bytes")]
    public void A_damaged_file_is_an_error_that_says_where(string text, string message)
    {
        var path = folder.Write("vectors.txt", text);
        Assert.That(() => WordVectorFile.Load(path), Throws.TypeOf<DataException>().With.Message.EqualTo($"{path}: {message}"));
    }

    [Test]
    public void A_binary_file_under_another_name_is_an_error_that_says_so()
    {
        File.Copy(Saved("vectors.bin"), folder.In("vectors.txt"));
        Assert.That(() => WordVectorFile.Load(folder.In("vectors.txt")), Throws.TypeOf<DataException>());
    }

    [Test]
    public void The_vectors_of_a_net_are_read_with_the_words_of_its_text()
    {
        var net = Net<float>.FromConfig(new NetConfig
        {
            Name = "words",
            Layers =
            [
                new LayerConfig("word", new Layers.InputOptions { Shape = [1] }),
                new LayerConfig("words", new Layers.EmbedOptions { InputDim = 5, NumOutput = 2 }),
            ],
        }, Phase.Train);
        net.SaveWeights(folder.In("net.safetensors"));
        var vocabulary = new Vocabulary(["a", "b", "c"], [3, 2, 1]);
        Assert.That(WordVectorFile.LoadFromNet(folder.In("net.safetensors"), ["words"], vocabulary).Values.ToArray(),
            Is.EqualTo(net.Parameters[0].Data[..6].ToArray()));
        Assert.That(WordVectorFile.LoadFromNet(folder.In("net.safetensors"), ["words", "words"], vocabulary).Values[0],
            Is.EqualTo(2 * net.Parameters[0].Data[0]));
        Assert.That(() => WordVectorFile.LoadFromNet(folder.In("net.safetensors"), ["other"], vocabulary), Throws.TypeOf<DataException>()
            .With.Message.EndsWith("received no 'param/other/0', but param/words/0, param/words/1, allowed: a row for each of the 3 "
                + "words of the text"));
    }

    [Test]
    public void A_net_starts_from_vectors_that_were_trained()
    {
        var net = Net<float>.FromConfig(new NetConfig
        {
            Name = "words",
            Layers =
            [
                new LayerConfig("word", new Layers.InputOptions { Shape = [1] }),
                new LayerConfig("words", new Layers.EmbedOptions { InputDim = 3, NumOutput = 2, BiasTerm = false }),
            ],
        }, Phase.Train);
        net.LoadKnownWeights(Saved("vectors.safetensors"));
        Assert.That(net.Parameters[0].Data.ToArray(), Is.EqualTo(Vectors.Values.ToArray()));
    }

    [Test]
    public void A_word_with_a_space_cannot_be_written() => Assert.That(
        () => WordVectorFile.Save(new WordVectors(["New York"], 1, [1]), folder.In("v.txt")),
        Throws.TypeOf<DataException>().With.Message.Contains("'New York'"));
}
