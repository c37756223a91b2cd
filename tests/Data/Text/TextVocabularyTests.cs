using NeuralFramework.Data;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class TextVocabularyTests
{
    [Test]
    public void Characters_are_numbered_by_their_code_points()
    {
        var vocabulary = TextVocabulary.Of(TextUnit.Character, "ba\nab 𝛿a");
        Assert.That(vocabulary.Tokens, Is.EqualTo(new[] { "\n", " ", "a", "b", "𝛿" }));
        Assert.That(vocabulary.Encode("a 𝛿"), Is.EqualTo(new[] { 2, 1, 4 }));
        Assert.That(vocabulary.Decode([4, 0, 3]), Is.EqualTo("𝛿\nb"));
    }

    [Test]
    public void A_character_that_is_not_there_is_an_error_that_names_it() =>
        Assert.That(() => TextVocabulary.Of(TextUnit.Character, "ab \n").Encode("abc"), Throws.TypeOf<DataException>()
            .With.Message.EqualTo("received the character c as number 3, allowed: line end space a b"));

    [Test]
    public void Words_are_numbered_by_how_often_they_occur_behind_the_unknown_one()
    {
        var vocabulary = TextVocabulary.Of(TextUnit.Word, "The cat's mat, the mat;\nthe end, isn't it?");
        Assert.That(vocabulary.Tokens, Is.EqualTo(new[] { "<unk>", ",", "mat", "the", "\n", ";", "?", "The", "cat's",
            "end", "isn't", "it" }));
        Assert.That(vocabulary.Encode("the dog, the mat"), Is.EqualTo(new[] { 3, 0, 1, 3, 2 }));
    }

    [Test]
    public void Rare_words_are_left_out()
    {
        const string text = "a a a b b c d d d d";
        Assert.That(TextVocabulary.Of(TextUnit.Word, text, minCount: 2).Tokens,
            Is.EqualTo(new[] { "<unk>", "d", "a", "b" }));
        Assert.That(TextVocabulary.Of(TextUnit.Word, text, size: 3).Tokens, Is.EqualTo(new[] { "<unk>", "d", "a" }));
    }

    [Test]
    public void Words_are_joined_as_they_are_written()
    {
        const string text = "And God said, (Let there be light:) and\nthere was light.";
        var vocabulary = TextVocabulary.Of(TextUnit.Word, text);
        Assert.That(vocabulary.Decode(vocabulary.Encode(text)), Is.EqualTo(text));
        Assert.That(vocabulary.Decode(vocabulary.Encode("And behold light")), Is.EqualTo("And <unk> light"));
    }

    [TestCase(TextUnit.Character)]
    [TestCase(TextUnit.Word)]
    public void A_vocabulary_goes_through_JSON(TextUnit unit)
    {
        var vocabulary = TextVocabulary.Of(unit, "say \"ab\"\nä");
        var read = TextVocabulary.FromJson(vocabulary.ToJson(), "a file");
        Assert.That((read.Unit, read.Tokens), Is.EqualTo((unit, vocabulary.Tokens)));
    }

    [TestCase("[1]")]
    [TestCase("{}")]
    [TestCase("null")]
    [TestCase("""{"unit":"character","tokens":["a","a"]}""")]
    [TestCase("""{"unit":"letter","tokens":["a"]}""")]
    [TestCase("""{"unit":"word","tokens":[null]}""")]
    public void What_is_no_vocabulary_is_an_error(string text) =>
        Assert.That(() => TextVocabulary.FromJson(text, "a file"), Throws.TypeOf<DataException>()
            .With.Message.StartsWith($"a file: received {text}, allowed: "));
}
