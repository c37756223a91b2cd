namespace NeuralFramework.Benchmarks;

/// <summary>Sums up rounds.</summary>
public static class Statistics
{
    /// <summary>The median; of an even number of values, the mean of the two in the middle.</summary>
    public static double Median(this IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>(largest − smallest) / median.</summary>
    public static double Spread(this IReadOnlyList<double> values) => (values.Max() - values.Min()) / values.Median();
}
