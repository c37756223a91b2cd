namespace NeuralFramework.Data;

/// <summary>
/// The words around a place, with frequent words left out at random: one of the share f of the text stays with the
/// probability (√(f/t) + 1) · t/f, as in word2vec's program; what is left out lets farther words come nearer. Windows end
/// at the border of a paragraph.
/// </summary>
public sealed class TextWindows
{
    private readonly Corpus corpus;
    private readonly SampleHash coins;
    private readonly uint[] kept;

    /// <param name="corpus">The text.</param>
    /// <param name="subsample">t; 0 leaves nothing out.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="name">Who draws.</param>
    public TextWindows(Corpus corpus, double subsample, long seed, string name)
    {
        this.corpus = corpus;
        coins = new SampleHash(seed, $"{name}/subsample");
        kept = [.. corpus.Vocabulary.Counts.Select(count => Kept((double)count / corpus.Vocabulary.Total, subsample))];
    }

    /// <summary>Whether a place has a word that is not left out in an epoch.</summary>
    public bool IsKept(long epoch, int place)
    {
        var word = corpus.Places[place];
        return word >= 0 && (kept[word] == uint.MaxValue
            || (uint)(coins.Bits(epoch * corpus.Places.Length + place) >> 32) < kept[word]);
    }

    /// <summary>Writes the words around a place, up to <paramref name="reach"/> on each side, the nearest first, the left
    /// side first. Returns how many are on the left, and how many there are.</summary>
    public (int Left, int Count) Collect(long epoch, int place, int reach, Span<int> words)
    {
        var places = corpus.Places;
        var count = 0;
        for (var at = place - 1; at >= 0 && places[at] != Corpus.Break && count < reach; at--)
            if (IsKept(epoch, at))
                words[count++] = places[at];
        var left = count;
        for (var at = place + 1; at < places.Length && places[at] != Corpus.Break && count - left < reach; at++)
            if (IsKept(epoch, at))
                words[count++] = places[at];
        return (left, count);
    }

    private static uint Kept(double share, double subsample)
    {
        var probability = subsample == 0 ? 1 : (Math.Sqrt(share / subsample) + 1) * subsample / share;
        return probability >= 1 ? uint.MaxValue : (uint)(probability * uint.MaxValue);
    }
}
