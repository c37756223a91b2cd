using System.ComponentModel.DataAnnotations;

namespace NeuralFramework.Solvers;

/// <summary>Ends a training when the last patience tests were not better than the best before them. The source is
/// Prechelt, Early Stopping – But When? (1998). Tests count that <c>test_interval</c> asks for; a snapshot holds how it
/// stands.</summary>
public sealed record EarlyStopping
{
    /// <summary>What of a test must become better.</summary>
    public TestMetric Metric { get; init; } = TestMetric.Loss;

    /// <summary>After how many tests without an improvement the training ends.</summary>
    [Range(1, int.MaxValue)]
    public required int Patience { get; init; }

    /// <summary>By how much a test must be better than the best to count as an improvement.</summary>
    [Range(0, double.MaxValue)]
    public double MinDelta { get; init; }
}
