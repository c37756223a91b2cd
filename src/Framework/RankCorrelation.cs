using MathNet.Numerics.Statistics;

namespace NeuralFramework;

/// <summary>How alike two orders are.</summary>
public static class RankCorrelation
{
    /// <summary>Spearman's coefficient: the correlation of the ranks, of equal values their mean rank; −1 to 1, and not a
    /// number where all values of one list are equal. Computed by MathNet.</summary>
    /// <exception cref="ArgumentException">The lists differ in length.</exception>
    public static double Of(IReadOnlyCollection<double> a, IReadOnlyCollection<double> b) => Correlation.Spearman(a, b);
}
