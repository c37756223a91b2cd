using System.Text.Json.Nodes;
using NeuralFramework.Solvers;

namespace NeuralFramework.Reporting;

/// <summary>Where two runs differ: in their configurations, and in their course. Numbers are compared exactly: runs of the
/// same configuration on the same machine and matrix engine have the same.</summary>
/// <param name="Changes">What differs in the configurations, a line a member.</param>
/// <param name="LastCommon">The last iteration that both logs have something of; null where they share none.</param>
/// <param name="LastSame">The last iteration before they part of which both say the same; null where there is
/// none.</param>
/// <param name="Parting">Where they part; null where they do not, as far as both have come.</param>
public sealed record RunDifference(IReadOnlyList<string> Changes, long? LastCommon, long? LastSame, RunParting? Parting)
{
    /// <summary>Compares two runs.</summary>
    public static RunDifference Between(RunRecord first, RunRecord second)
    {
        var points = LogPoints(first, second).Concat(LayerPoints(first, second)).OrderBy(point => point.Iteration)
            .ThenBy(point => point.Order).ToList();
        var parting = points.FirstOrDefault(point => point.Parting is not null)?.Parting;
        var same = points.Where(point => point.Parting is null
            && (parting is null || point.Iteration < parting.Iteration)).ToList();
        return new RunDifference(ConfigChanges.Between(ConfigOf(first), ConfigOf(second)),
            points.Count > 0 ? points[^1].Iteration : null, same.Count > 0 ? same[^1].Iteration : null, parting);
    }

    private sealed record Point(long Iteration, int Order, RunParting? Parting);

    // Those that learn in both, and before the lines of the log: they say more. In them the lines stand in the order in which layers run.
    private static IEnumerable<Point> LayerPoints(RunRecord first, RunRecord second)
    {
        var others = second.Layers.Where(row => row.GradientNorm is not null)
            .ToLookup(row => (row.Iteration, row.Layer));
        return first.Layers.Where(row => row.GradientNorm is not null && others.Contains((row.Iteration, row.Layer)))
            .Select((row, order) => new Point(row.Iteration, order,
                PartingOf(row, others[(row.Iteration, row.Layer)].Last())));
    }

    private static RunParting? PartingOf(LayerRow first, LayerRow second)
    {
        (string What, double? First, double? Second)[] values =
        [
            ("norm of the weights", first.WeightNorm, second.WeightNorm),
            ("norm of the gradient", first.GradientNorm, second.GradientNorm),
            ("norm of the update", first.UpdateNorm, second.UpdateNorm),
        ];
        return PartingOf(first.Iteration, first.Layer, values);
    }

    private static IEnumerable<Point> LogPoints(RunRecord first, RunRecord second)
    {
        var others = second.Log.ToLookup(row => (row.Iteration, row.IsTest));
        return first.Log.Where(row => others.Contains((row.Iteration, row.IsTest))).Select(row =>
        {
            var other = others[(row.Iteration, row.IsTest)].Last();
            return new Point(row.Iteration, int.MaxValue, PartingOf(row.Iteration, layer: null,
            [
                ("learning rate", row.LearningRate, other.LearningRate), ("loss", row.Loss, other.Loss),
                ("R(W)", row.RegularizationLoss, other.RegularizationLoss), ("test loss", row.TestLoss, other.TestLoss),
                ("accuracy", row.Accuracy, other.Accuracy),
            ]));
        });
    }

    private static RunParting? PartingOf(long iteration, string? layer,
        IReadOnlyList<(string What, double? First, double? Second)> values) =>
        values.Where(value => !Nullable.Equals(value.First, value.Second))
            .Select(value => new RunParting(iteration, layer, value.What, value.First, value.Second)).FirstOrDefault();

    /// <summary>A run's configuration, each member under the path that <c>--set</c> has for it.</summary>
    internal static JsonObject ConfigOf(RunRecord run)
    {
        var members = run.Net.ToJson();
        foreach (var (member, value) in run.Solver.ToJson())
            members[member] = value?.DeepClone();
        members.Remove("$schema");
        return members;
    }
}

/// <summary>Where two runs part.</summary>
/// <param name="Iteration">The first iteration of which they say something else.</param>
/// <param name="Layer">The first layer of which they do; null where only the loss or a test differs.</param>
/// <param name="What">The number that differs.</param>
/// <param name="First">What it is in the first run.</param>
/// <param name="Second">What it is in the second.</param>
public sealed record RunParting(long Iteration, string? Layer, string What, double? First, double? Second);
