using System.Numerics.Tensors;

namespace NeuralFramework.Embeddings;

/// <summary>A word and how near it is.</summary>
/// <param name="Word">The word.</param>
/// <param name="Similarity">The cosine of the angle between the vectors, −1 to 1.</param>
public readonly record struct Neighbor(string Word, float Similarity);

/// <summary>Words with their vectors.</summary>
public sealed class WordVectors
{
    private readonly float[] values;
    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);
    private float[]? directions;

    /// <summary>Makes them.</summary>
    /// <param name="words">The words, each once.</param>
    /// <param name="dim">How many numbers a vector has.</param>
    /// <param name="values">The vectors, one behind the other.</param>
    /// <exception cref="DataException">The numbers do not fit, or a word is there twice.</exception>
    public WordVectors(IReadOnlyList<string> words, int dim, float[] values)
    {
        if (values.Length != (long)words.Count * dim)
            throw new DataException($"word vectors: received {values.Length:N0} numbers, allowed: {(long)words.Count * dim:N0} "
                + $"for {words.Count:N0} words of {dim}");
        (Words, Dim, this.values) = (words, dim, values);
        for (var i = 0; i < words.Count; i++)
            if (!numbers.TryAdd(words[i], i))
                throw new DataException($"word vectors: received the word '{words[i]}' twice, allowed: once");
    }

    /// <summary>The words.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>How many numbers a vector has.</summary>
    public int Dim { get; }

    /// <summary>The vectors, one behind the other.</summary>
    public ReadOnlySpan<float> Values => values;

    // Of length 1, so that a product is a cosine; a vector of zeros stays.
    private ReadOnlySpan<float> Directions => directions ??= Normalized();

    /// <summary>The vector of a word by its number.</summary>
    public ReadOnlySpan<float> this[int number] => values.AsSpan(number * Dim, Dim);

    /// <summary>The number of a word; null when it has no vector.</summary>
    public int? Find(string word) => numbers.TryGetValue(word, out var number) ? number : null;

    /// <summary>The number of a word, as given or else in lower case.</summary>
    /// <exception cref="DataException">It has no vector; the message offers the nearest spellings.</exception>
    public int Require(string word) => Find(word) ?? Find(word.ToLowerInvariant())
        ?? throw new DataException($"word: received '{word}', which has no vector, allowed: one of the {Words.Count:N0} words of "
            + $"the file; the nearest spellings: {string.Join(", ", Spelling.Nearest(word, Words, 5))}");

    /// <summary>The cosine of the angle between two words.</summary>
    public float Similarity(int a, int b) => TensorPrimitives.Dot(Direction(a), Direction(b));

    /// <summary>The words nearest to a word, without itself.</summary>
    public IReadOnlyList<Neighbor> Neighbors(int word, int count) => Nearest(Direction(word), [word], count);

    /// <summary>What is to c as b is to a: the words nearest to b − a + c, all of length 1, without the three. The source is
    /// Mikolov et al., Linguistic Regularities in Continuous Space Word Representations (2013).</summary>
    public IReadOnlyList<Neighbor> Analogy(int a, int b, int c, int count)
    {
        var wanted = new float[Dim];
        TensorPrimitives.Subtract(Direction(b), Direction(a), wanted);
        TensorPrimitives.Add(wanted, Direction(c), wanted);
        var norm = TensorPrimitives.Norm<float>(wanted);
        if (norm > 0)
            TensorPrimitives.Divide(wanted, norm, wanted);
        return Nearest(wanted, [a, b, c], count);
    }

    private ReadOnlySpan<float> Direction(int number) => Directions.Slice(number * Dim, Dim);

    private List<Neighbor> Nearest(ReadOnlySpan<float> wanted, int[] without, int count)
    {
        var queue = new PriorityQueue<int, (float Similarity, int Number)>();
        for (var i = 0; i < Words.Count; i++)
        {
            if (without.Contains(i))
                continue;
            // Of two as near, the more frequent, which has the smaller number, stays.
            queue.Enqueue(i, (TensorPrimitives.Dot(wanted, Direction(i)), -i));
            if (queue.Count > count)
                queue.Dequeue();
        }
        var result = new List<Neighbor>();
        while (queue.TryDequeue(out var number, out var priority))
            result.Add(new Neighbor(Words[number], priority.Similarity));
        result.Reverse();
        return result;
    }

    private float[] Normalized()
    {
        var result = values.ToArray();
        for (var i = 0; i < Words.Count; i++)
        {
            var row = result.AsSpan(i * Dim, Dim);
            var norm = TensorPrimitives.Norm<float>(row);
            if (norm > 0)
                TensorPrimitives.Divide(row, norm, row);
        }
        return result;
    }
}
