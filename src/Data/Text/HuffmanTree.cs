namespace NeuralFramework.Data;

/// <summary>
/// The binary tree with the shortest ways to frequent words: its leaves are the words, its inner nodes, one less, have
/// numbers from 0; the root is the last. The source is Huffman, A Method for the Construction of Minimum-Redundancy Codes
/// (1952).
/// </summary>
public sealed class HuffmanTree
{
    private readonly int[] starts;
    private readonly int[] nodes;
    private readonly bool[] turns;

    /// <summary>Builds the tree.</summary>
    /// <param name="counts">How often each word occurs; 2 words or more.</param>
    public HuffmanTree(IReadOnlyList<long> counts)
    {
        var words = counts.Count;
        var parents = new int[2 * words - 1];
        var isRight = new bool[2 * words - 1];
        var queue = new PriorityQueue<int, (long Count, int Number)>();
        for (var i = 0; i < words; i++)
            queue.Enqueue(i, (counts[i], i));
        for (var node = words; node < parents.Length; node++)
        {
            queue.TryDequeue(out var left, out var least);
            queue.TryDequeue(out var right, out var next);
            (parents[left], parents[right], isRight[right]) = (node, node, true);
            queue.Enqueue(node, (least.Count + next.Count, node));
        }
        (starts, nodes, turns) = Ways(words, parents, isRight);
        for (var i = 0; i < words; i++)
            LongestWay = Math.Max(LongestWay, NodesTo(i).Length);
    }

    /// <summary>How many inner nodes the longest way has.</summary>
    public int LongestWay { get; }

    /// <summary>The inner nodes on the way from the root to a word.</summary>
    public ReadOnlySpan<int> NodesTo(int word) => nodes.AsSpan(starts[word]..starts[word + 1]);

    /// <summary>Whether the way goes right at each of them.</summary>
    public ReadOnlySpan<bool> TurnsTo(int word) => turns.AsSpan(starts[word]..starts[word + 1]);

    private static (int[] Starts, int[] Nodes, bool[] Turns) Ways(int words, int[] parents, bool[] isRight)
    {
        var root = parents.Length - 1;
        var starts = new int[words + 1];
        var (nodes, turns) = (new List<int>(), new List<bool>());
        for (var word = 0; word < words; word++)
        {
            var start = nodes.Count;
            for (var at = word; at != root; at = parents[at])
            {
                nodes.Add(parents[at] - words);
                turns.Add(isRight[at]);
            }
            nodes.Reverse(start, nodes.Count - start);
            turns.Reverse(start, turns.Count - start);
            starts[word + 1] = nodes.Count;
        }
        return (starts, [.. nodes], [.. turns]);
    }
}
