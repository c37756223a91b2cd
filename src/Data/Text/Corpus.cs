namespace NeuralFramework.Data;

/// <summary>A text as numbers of words: 4 bytes a word in memory. Words that are too rare are left out, so that those
/// around them stand next to each other, as in word2vec.</summary>
public sealed class Corpus
{
    /// <summary>Stands between two paragraphs.</summary>
    public const int Break = -1;

    private readonly int[] places;

    private Corpus(string path, Vocabulary vocabulary, int[] places) =>
        (Path, Vocabulary, this.places) = (path, vocabulary, places);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The words.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>The numbers of the words in the order of the text, with <see cref="Break"/> between paragraphs.</summary>
    public ReadOnlySpan<int> Places => places;

    /// <summary>Reads a text.</summary>
    /// <param name="path">A text in UTF-8; see <see cref="TextWords"/>.</param>
    /// <param name="minCount">How often a word must occur at least.</param>
    /// <param name="maxWords">How many words have vectors at most, the most frequent; null: any number.</param>
    /// <exception cref="DataException">It cannot be read, is not UTF-8, or has less than two words that are frequent
    /// enough.</exception>
    public static Corpus Load(string path, int minCount, int? maxWords = null)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var lookup = numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        var counts = new List<long>();
        var places = new List<int>();
        TextWords.Read(path, word =>
        {
            var number = Break;
            if (!word.IsEmpty && !lookup.TryGetValue(word, out number))
            {
                number = counts.Count;
                lookup[word] = number;
                counts.Add(0);
            }
            if (number != Break)
                counts[number]++;
            places.Add(number);
        });
        if (counts.Count == 0)
            throw new DataException($"{path}: received no word, allowed: a text in UTF-8");
        var chosen = numbers.Where(pair => counts[pair.Value] >= minCount)
            .OrderByDescending(pair => counts[pair.Value]).ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Take(maxWords ?? int.MaxValue).ToList();
        if (chosen.Count < 2)
            throw new DataException($"{path}: received {counts.Sum():N0} words, {counts.Count:N0} of them different, "
                + (chosen.Count == 0 ? "none" : $"only '{chosen[0].Key}'") + $" {minCount} times or more; allowed: 2 "
                + $"different words or more that occur {minCount} times (the least count can be lowered)");
        var vocabulary = new Vocabulary([.. chosen.Select(pair => pair.Key)], [.. chosen.Select(pair => counts[pair.Value])]);
        return new Corpus(path, vocabulary, Renumber(places, counts.Count, chosen));
    }

    private static int[] Renumber(List<int> places, int different, List<KeyValuePair<string, int>> chosen)
    {
        const int Rare = -2;
        var map = new int[different];
        Array.Fill(map, Rare);
        for (var i = 0; i < chosen.Count; i++)
            map[chosen[i].Value] = i;
        var length = 0;
        var result = new int[places.Count];
        foreach (var place in places)
        {
            var number = place == Break ? Break : map[place];
            if (number != Rare && (number != Break || (length > 0 && result[length - 1] != Break)))
                result[length++] = number;
        }
        if (result[length - 1] == Break)
            length--;
        return result[..length];
    }
}
