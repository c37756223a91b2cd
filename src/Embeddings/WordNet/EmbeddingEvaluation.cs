namespace NeuralFramework.Embeddings;

/// <summary>What WordNet thinks of word vectors.</summary>
/// <param name="Nouns">How many words were judged.</param>
/// <param name="Pairs">How many pairs of them.</param>
/// <param name="Spearman">The rank correlation of cosine and path similarity over the pairs, −1 to 1; of vectors drawn at
/// random 0.</param>
/// <param name="NearNeighbors">The share of nouns whose nearest noun is at most two steps away in WordNet.</param>
/// <param name="NearAtRandom">The share of random pairs for which that is so.</param>
public sealed record EmbeddingScore(int Nouns, int Pairs, double Spearman, double NearNeighbors, double NearAtRandom);

/// <summary>Judges word vectors by WordNet, which no one has tuned to them: words near each other should be of like
/// kinds.</summary>
public static class EmbeddingEvaluation
{
    /// <summary>The most steps between words that count as near.</summary>
    public const int NearSteps = 2;

    /// <summary>Judges.</summary>
    /// <param name="vectors">The vectors; the most frequent words first.</param>
    /// <param name="nouns">The judge.</param>
    /// <param name="mostNouns">How many nouns are looked at: the first that are nouns and nothing else.</param>
    /// <param name="pairs">How many random pairs of them are.</param>
    /// <param name="seed">Which pairs.</param>
    /// <exception cref="DataException">Less than 3 words are nouns.</exception>
    public static EmbeddingScore Run(WordVectors vectors, WordNetNouns nouns, int mostNouns = 2000, int pairs = 100_000,
        long seed = 1)
    {
        var chosen = Enumerable.Range(0, vectors.Words.Count).Where(i => nouns.Has(vectors.Words[i])).Take(mostNouns).ToArray();
        if (chosen.Length < 3)
            throw new DataException($"word vectors: received {chosen.Length} words of {vectors.Words.Count:N0} that are nouns in "
                + "WordNet, allowed: 3 or more");
        var kinds = chosen.Select(word => nouns.KindsOf(vectors.Words[word])).ToArray();
        var random = RandomStream.Create(seed, "pairs");
        var (cosines, paths) = (new double[pairs], new double[pairs]);
        var nearAtRandom = 0;
        for (var pair = 0; pair < pairs; pair++)
        {
            var a = random.Next(chosen.Length);
            var b = (a + 1 + random.Next(chosen.Length - 1)) % chosen.Length;
            var steps = WordNetNouns.Steps(kinds[a], kinds[b]);
            cosines[pair] = vectors.Similarity(chosen[a], chosen[b]);
            paths[pair] = steps is null ? 0 : 1.0 / (1 + steps.Value);
            nearAtRandom += steps <= NearSteps ? 1 : 0;
        }
        var near = Enumerable.Range(0, chosen.Length).Count(i =>
            WordNetNouns.Steps(kinds[i], kinds[Nearest(vectors, chosen, i)]) <= NearSteps);
        return new EmbeddingScore(chosen.Length, pairs, RankCorrelation.Of(cosines, paths), (double)near / chosen.Length,
            (double)nearAtRandom / pairs);
    }

    private static int Nearest(WordVectors vectors, int[] chosen, int i)
    {
        var (best, nearest) = (float.NegativeInfinity, -1);
        for (var j = 0; j < chosen.Length; j++)
            if (j != i && vectors.Similarity(chosen[i], chosen[j]) is var similarity && (nearest < 0 || similarity > best))
                (best, nearest) = (similarity, j);
        return nearest;
    }
}
