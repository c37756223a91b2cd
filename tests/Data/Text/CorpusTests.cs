using NeuralFramework.Data;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class CorpusTests
{
    private TempFolder folder = null!;

    [SetUp]
    public void CreateFolder() => folder = new TempFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    private Corpus Load(string text, int minCount = 1, int? maxWords = null) =>
        Corpus.Load(folder.Write("text", text), minCount, maxWords);

    [Test]
    public void The_most_frequent_word_is_number_0_and_equals_are_in_order()
    {
        var corpus = Load("b a c c\n\na c");
        Assert.That(corpus.Vocabulary.Words, Is.EqualTo(new[] { "c", "a", "b" }));
        Assert.That(corpus.Vocabulary.Counts, Is.EqualTo(new[] { 3L, 2, 1 }));
        Assert.That(corpus.Places.ToArray(), Is.EqualTo(new[] { 2, 1, 0, 0, Corpus.Break, 1, 0 }));
        Assert.That((corpus.Vocabulary.Find("a"), corpus.Vocabulary.Find("x")), Is.EqualTo(((int?)1, (int?)null)));
    }

    [Test]
    public void Rare_words_are_left_out_and_paragraphs_of_them_leave_one_border()
    {
        var corpus = Load("a x a\n\ny z\n\na b b\n\nq", minCount: 2);
        Assert.That(corpus.Vocabulary.Words, Is.EqualTo(new[] { "a", "b" }));
        Assert.That(corpus.Places.ToArray(), Is.EqualTo(new[] { 0, 0, Corpus.Break, 0, 1, 1 }));
    }

    [Test]
    public void Max_words_keeps_the_most_frequent() =>
        Assert.That(Load("a a a b b c", maxWords: 2).Vocabulary.Words, Is.EqualTo(new[] { "a", "b" }));

    [TestCase("", "received no word, allowed: a text in UTF-8")]
    [TestCase(" .,\n\n", "received no word, allowed: a text in UTF-8")]
    [TestCase("word word word", "received 3 words, 1 of them different, only 'word' 2 times or more; allowed: 2 different words "
        + "or more that occur 2 times (the least count can be lowered)")]
    [TestCase("all of them once", "received 4 words, 4 of them different, none 2 times or more; allowed: 2 different words or "
        + "more that occur 2 times (the least count can be lowered)")]
    public void A_text_of_too_few_words_is_an_error(string text, string message) => Assert.That(() => Load(text, minCount: 2),
        Throws.TypeOf<DataException>().With.Message.EqualTo($"{folder.In("text")}: {message}"));
}
