using NeuralFramework.Data;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class HuffmanTreeTests
{
    // The two of count 1 meet first (node 0), then with the one of 2 (node 1), then with that of 4 (node 2, the root).
    [Test]
    public void Frequent_words_have_short_ways()
    {
        var tree = new HuffmanTree([4, 2, 1, 1]);
        Assert.That(tree.LongestWay, Is.EqualTo(3));
        Assert.That(Enumerable.Range(0, 4).Select(word => tree.NodesTo(word).ToArray()),
            Is.EqualTo(new int[][] { [2], [2, 1], [2, 1, 0], [2, 1, 0] }));
        Assert.That(tree.TurnsTo(2).ToArray()[..2], Is.EqualTo(tree.TurnsTo(3).ToArray()[..2]));
        Assert.That(tree.TurnsTo(2)[2], Is.Not.EqualTo(tree.TurnsTo(3)[2]));
    }

    [Test]
    public void No_way_is_the_beginning_of_another_and_all_leaves_are_used()
    {
        var random = RandomStream.Create(1, "tree");
        var counts = Enumerable.Range(0, 200).Select(_ => (long)(1 + random.Next(1000))).OrderDescending().ToArray();
        var tree = new HuffmanTree(counts);
        // Kraft: the shares of the leaves of a full binary tree sum to 1.
        Assert.That(Enumerable.Range(0, 200).Sum(word => Math.Pow(2, -tree.NodesTo(word).Length)), Is.EqualTo(1).Within(1e-12));
        Assert.That(Enumerable.Range(0, 200).Select(word => string.Concat(tree.TurnsTo(word).ToArray())).Distinct().Count(),
            Is.EqualTo(200));
    }
}
