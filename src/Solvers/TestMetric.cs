using System.Text.Json.Nodes;

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

    /// <summary>Looks at a test. Returns whether it is better than all before, by min_delta at least.</summary>
    public bool Observe(TestResult test)
    {
        // A test without the value is no improvement, as one that is not a number.
        var value = (metric == TestMetric.Loss ? -test.Loss : test.Accuracy) ?? double.NaN;
        if (double.IsFinite(value) && !(value <= best + minDelta))
        {
            (best, TestsSince) = (value, 0);
            return true;
        }
        TestsSince++;
        return false;
    }

    public JsonObject Save() => new() { ["best"] = best, ["tests_since"] = TestsSince };

    public void Restore(JsonObject state) => (best, TestsSince) = ((double?)state["best"], (int)state["tests_since"]!);
}
