namespace NeuralFramework.Solvers;

/// <summary>What of a test is looked at.</summary>
public enum TestMetric
{
    /// <summary>The mean loss; less is better.</summary>
    Loss,

    /// <summary>The mean of the first Accuracy layer; more is better.</summary>
    Accuracy,
}

/// <summary>The best test so far, and how many were made since.</summary>
internal sealed class BestTest(TestMetric metric, double minDelta)
{
    private double? best;

    /// <summary>How many tests were made since the best.</summary>
    public int TestsSince { get; set; }

    /// <summary>How it stands. A state of another metric is none: its values cannot be compared.</summary>
    public BestTestState State
    {
        get => new() { Metric = metric, Best = best, TestsSince = TestsSince };
        set => (best, TestsSince) = value.Metric == metric ? (value.Best, value.TestsSince) : (null, 0);
    }

    /// <summary>Looks at a test. Returns whether it is better than all before, by more than min_delta.</summary>
    public bool Observe(TestResult test)
    {
        // A test without the value is no improvement, as one that is not a number.
        var value = (metric == TestMetric.Loss ? -test.Loss : test.Accuracy) ?? double.NaN;
        if (double.IsFinite(value) && (best is null || value > best + minDelta))
        {
            (best, TestsSince) = (value, 0);
            return true;
        }
        TestsSince++;
        return false;
    }
}

/// <summary>How <see cref="BestTest"/> stands.</summary>
internal sealed record BestTestState
{
    public required TestMetric Metric { get; init; }

    /// <summary>The value, negative for a loss; null before the first test.</summary>
    public double? Best { get; init; }

    public required int TestsSince { get; init; }
}
