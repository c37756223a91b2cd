namespace NeuralFramework.Data;

/// <summary>
/// Draws words with the probability count^power / Σ count^power, each in the same time however many there are. The
/// source of the power 3/4 is Mikolov et al., Distributed Representations of Words and Phrases (2013), of the method
/// Walker's alias table in the form of Vose (1991).
/// </summary>
public sealed class WordSampler
{
    private readonly uint[] thresholds;
    private readonly int[] aliases;

    /// <summary>Makes the table.</summary>
    public WordSampler(IReadOnlyList<long> counts, double power = 0.75)
    {
        var count = counts.Count;
        var weights = counts.Select(value => Math.Pow(value, power)).ToArray();
        var mean = weights.Sum() / count;
        (thresholds, aliases) = (new uint[count], new int[count]);
        var (small, large) = (new Stack<int>(), new Stack<int>());
        for (var i = count - 1; i >= 0; i--)
        {
            weights[i] /= mean;
            (weights[i] < 1 ? small : large).Push(i);
        }
        while (small.Count > 0 && large.Count > 0)
        {
            var (low, high) = (small.Pop(), large.Pop());
            thresholds[low] = (uint)(weights[low] * uint.MaxValue);
            aliases[low] = high;
            weights[high] -= 1 - weights[low];
            (weights[high] < 1 ? small : large).Push(high);
        }
        // What rounding leaves over fills its column alone.
        foreach (var rest in small.Concat(large))
            (thresholds[rest], aliases[rest]) = (uint.MaxValue, rest);
    }

    /// <summary>The word of 64 random bits.</summary>
    public int Draw(ulong bits)
    {
        var column = (int)((bits >> 32) * (ulong)thresholds.Length >> 32);
        return (uint)bits <= thresholds[column] ? column : aliases[column];
    }
}
