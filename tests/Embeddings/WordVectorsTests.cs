using NeuralFramework.Embeddings;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class WordVectorsTests
{
    private static readonly WordVectors Vectors = new(["man", "woman", "king", "queen", "none"], 2,
        [1, 0, 1, 1, 3, 0.1f, 2, 2.2f, 0, 0]);

    [Test]
    public void Neighbors_are_those_at_the_least_angle_whatever_their_length()
    {
        var neighbors = Vectors.Neighbors(0, 2);
        Assert.That(neighbors.Select(neighbor => neighbor.Word), Is.EqualTo(new[] { "king", "woman" }));
        Assert.That(neighbors[1].Similarity, Is.EqualTo(Math.Sqrt(0.5)).Within(1e-6));
    }

    [Test]
    public void An_analogy_is_what_is_to_the_third_as_the_second_to_the_first()
    {
        var nearest = Vectors.Analogy(0, 1, 2, 10);
        Assert.That(nearest[0].Word, Is.EqualTo("queen"));
        Assert.That(nearest.Select(neighbor => neighbor.Word), Is.EqualTo(new[] { "queen", "none" }), "the three are left out");
    }

    [Test]
    public void A_vector_of_zeros_is_like_nothing() => Assert.That(Vectors.Similarity(4, 0), Is.Zero);

    [Test]
    public void Words_are_found_in_lower_case_too() => Assert.That(Vectors.Require("Queen"), Is.EqualTo(3));

    [Test]
    public void An_unknown_word_is_an_error_that_offers_the_nearest_spellings() => Assert.That(() => Vectors.Require("womn"),
        Throws.TypeOf<DataException>().With.Message.EqualTo("word: received 'womn', which has no vector, allowed: one of the 5 "
            + "words of the file; the nearest spellings: woman, man, none, king, queen"));

    [Test]
    public void A_word_that_is_there_twice_is_an_error() => Assert.That(() => new WordVectors(["a", "a"], 1, [1, 2]),
        Throws.TypeOf<DataException>().With.Message.Contains("'a' twice"));
}
