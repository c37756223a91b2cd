namespace NeuralFramework.Embeddings;

/// <summary>Words that look like another.</summary>
internal static class Spelling
{
    /// <summary>The words with the fewest letters to change, add or take away; of words as near, the first in the
    /// list.</summary>
    public static IEnumerable<string> Nearest(string word, IReadOnlyList<string> words, int count)
    {
        var wanted = word.ToLowerInvariant();
        return words.Select(candidate => (candidate, distance: Distance(wanted, candidate)))
            .OrderBy(pair => pair.distance).Take(count).Select(pair => pair.candidate);
    }

    // Levenshtein's, a row of the table at a time.
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }
        return row[^1];
    }
}
