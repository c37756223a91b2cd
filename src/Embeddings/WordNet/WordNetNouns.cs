using System.Globalization;

namespace NeuralFramework.Embeddings;

/// <summary>
/// The nouns of WordNet and the tree-like graph of what is a kind of what. The files are <c>index.noun</c> and
/// <c>data.noun</c> of WordNet 3.0, as Debian's package <c>wordnet-base</c> has them in <c>/usr/share/wordnet</c>; their
/// format is that of <c>wndb(5WN)</c>.
/// </summary>
public sealed class WordNetNouns
{
    private static readonly string[] OtherClasses = ["index.verb", "index.adj", "index.adv"];

    private readonly Dictionary<string, int[]> synsetsOf = new(StringComparer.Ordinal);
    private readonly Dictionary<int, int[]> kindOf = [];

    private WordNetNouns()
    {
    }

    /// <summary>Reads the files.</summary>
    /// <param name="folder">The folder with them.</param>
    /// <exception cref="DataException">One is missing or damaged; the message names the line.</exception>
    public static WordNetNouns Load(string folder)
    {
        var nouns = new WordNetNouns();
        // Words that are verbs or adjectives as well would be judged by a sense that the text may not have.
        var others = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in OtherClasses)
            ReadLines(Path.Combine(folder, name), fields => others.Add(fields[0]));
        ReadLines(Path.Combine(folder, "index.noun"), fields =>
        {
            var synsets = Number(fields[2]);
            if (!others.Contains(fields[0]))
                nouns.synsetsOf[fields[0]] = [.. fields[^synsets..].Select(Number)];
        });
        ReadLines(Path.Combine(folder, "data.noun"), fields =>
        {
            // Number, file, class, words (hexadecimal), then word and number of each, then pointers of four fields.
            var words = int.Parse(fields[3], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var first = 5 + 2 * words;
            var pointers = Number(fields[first - 1]);
            nouns.kindOf[Number(fields[0])] = [.. Enumerable.Range(0, pointers).Select(i => first + 4 * i)
                .Where(at => fields[at] is "@" or "@i").Select(at => Number(fields[at + 1]))];
        });
        return nouns;
    }

    /// <summary>Whether a word is a noun and nothing else.</summary>
    public bool Has(string word) => synsetsOf.ContainsKey(word);

    /// <summary>For each sense of a word all that it is a kind of, with the least number of steps to it; the sense itself
    /// is 0 steps away.</summary>
    public IReadOnlyDictionary<int, int> KindsOf(string word)
    {
        var steps = new Dictionary<int, int>();
        var queue = new Queue<int>();
        foreach (var synset in synsetsOf[word])
            if (steps.TryAdd(synset, 0))
                queue.Enqueue(synset);
        while (queue.TryDequeue(out var synset))
            foreach (var kind in kindOf.GetValueOrDefault(synset) ?? [])
                if (steps.TryAdd(kind, steps[synset] + 1))
                    queue.Enqueue(kind);
        return steps;
    }

    /// <summary>The steps on the shortest way between any senses of two words, up to what both are a kind of and down
    /// again; null when nothing is both. 1 / (1 + steps) is WordNet's path similarity.</summary>
    public static int? Steps(IReadOnlyDictionary<int, int> kindsOfA, IReadOnlyDictionary<int, int> kindsOfB)
    {
        int? least = null;
        foreach (var (kind, steps) in kindsOfA)
            if (kindsOfB.TryGetValue(kind, out var others) && !(least <= steps + others))
                least = steps + others;
        return least;
    }

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static void ReadLines(string path, Action<string[]> take)
    {
        if (!File.Exists(path))
            throw new DataException($"{path}: no such file; allowed: the files of WordNet 3.0, as Debian's package wordnet-base "
                + "has them (apt-get install wordnet-base), or others by --wordnet");
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            // Lines of the licence begin with a space.
            if (line.Length == 0 || line[0] == ' ')
                continue;
            try
            {
                take(line.Split('|')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
            }
            catch (Exception error) when (error is FormatException or OverflowException or IndexOutOfRangeException
                or ArgumentException)
            {
                throw new DataException($"{path}: line {number}: received '{(line.Length <= 60 ? line : line[..60] + "…")}', "
                    + "allowed: a line of WordNet's format", error);
            }
        }
    }
}
