namespace NeuralFramework.Data;

/// <summary>The words that have vectors, by their number: the most frequent is 0; words equally frequent are in ordinal
/// order.</summary>
public sealed class Vocabulary
{
    private readonly Dictionary<string, int> numbers;

    /// <summary>Makes a vocabulary of words in the order of their numbers.</summary>
    /// <param name="words">The words, each once.</param>
    /// <param name="counts">How often each occurs, falling.</param>
    public Vocabulary(IReadOnlyList<string> words, IReadOnlyList<long> counts)
    {
        (Words, Counts) = (words, counts);
        numbers = words.Index().ToDictionary(pair => pair.Item, pair => pair.Index, StringComparer.Ordinal);
        Total = counts.Sum();
    }

    /// <summary>The words.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>How often each word occurs.</summary>
    public IReadOnlyList<long> Counts { get; }

    /// <summary>How many words there are.</summary>
    public int Count => Words.Count;

    /// <summary>How long the text is, without the words left out.</summary>
    public long Total { get; }

    /// <summary>The number of a word; null when it has none.</summary>
    public int? Find(string word) => numbers.TryGetValue(word, out var number) ? number : null;
}
