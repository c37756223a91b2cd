using NeuralFramework.Embeddings;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class WordMapTests
{
    // Three groups of ten along three of five axes, with a little noise.
    private static WordVectors Groups()
    {
        var random = RandomStream.Create(1, "groups");
        var values = new float[30 * 5];
        for (var i = 0; i < values.Length; i++)
            values[i] = (i / 5 / 10 == i % 5 ? 1 : 0) + 0.05f * (float)random.NextDouble();
        return new WordVectors([.. Enumerable.Range(0, 30).Select(i => $"w{i}")], 5, values);
    }

    [Test]
    public void Words_of_a_group_lie_together([Values] MapMethod method)
    {
        var map = WordMap.Create(Groups(), [.. Enumerable.Range(0, 30)], method);
        for (var i = 0; i < 30; i++)
        {
            var nearest = Enumerable.Range(0, 30).Where(j => j != i).MinBy(j => Distance(map[i], map[j]));
            Assert.That(nearest / 10, Is.EqualTo(i / 10), $"beside {map[i].Word} lies {map[nearest].Word}");
        }

        static double Distance((string, double X, double Y) a, (string, double X, double Y) b) =>
            (a.X - b.X) * (a.X - b.X) + (a.Y - b.Y) * (a.Y - b.Y);
    }

    [Test]
    public void The_same_words_give_the_same_map() => Assert.That(
        WordMap.Create(Groups(), [.. Enumerable.Range(0, 30)], MapMethod.TSne),
        Is.EqualTo(WordMap.Create(Groups(), [.. Enumerable.Range(0, 30)], MapMethod.TSne)));

    [Test]
    public void Two_words_are_an_error() => Assert.That(() => WordMap.Create(Groups(), [0, 1], MapMethod.Pca),
        Throws.TypeOf<ConfigException>().With.Message.EqualTo("map: received 2 words, allowed: 3 or more"));
}
