using System.ComponentModel.DataAnnotations;

namespace NeuralFramework.Solvers;

/// <summary>
/// Multiplies the rate by gamma when more than patience tests one after the other were not better than the best before:
/// <c>reduce_on_plateau</c>. The source is PyTorch's <c>ReduceLROnPlateau</c>. Tests count that <c>test_interval</c>
/// asks for; a snapshot holds how it stands.
/// </summary>
public sealed record PlateauPolicy : LrPolicy
{
    /// <summary>What of a test must become better.</summary>
    public TestMetric Metric { get; init; } = TestMetric.Loss;

    /// <summary>What the rate is multiplied by. (PyTorch's <c>factor</c>.)</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Gamma { get; init; } = 0.1;

    /// <summary>How many tests without an improvement are accepted.</summary>
    [Range(0, int.MaxValue)]
    public int Patience { get; init; } = 10;

    /// <summary>By how much a test must be better than the best to count as an improvement.</summary>
    [Range(0, double.MaxValue)]
    public double MinDelta { get; init; }

    /// <summary>How many tests after a reduction are not counted.</summary>
    [Range(0, int.MaxValue)]
    public int Cooldown { get; init; }

    /// <summary>The factor on base_lr does not fall below.</summary>
    [Range(0.0, 1.0)]
    public double MinFactor { get; init; }

    /// <summary>1: what the tests have reduced is a factor of its own.</summary>
    public override double Factor(long iteration, int maxIter) => 1;

    /// <inheritdoc/>
    public override bool DependsOnTests() => true;
}
