using NeuralFramework.Solvers;

namespace NeuralFramework.Reporting;

/// <summary>A run with the net it has trained, as far as they can be had.</summary>
/// <param name="Run">The run.</param>
public sealed record TrainedRun(RunRecord Run)
{
    /// <summary>The net with the trained weights, built to test where it can be tested; null where there is no
    /// snapshot or no data.</summary>
    public Net<float>? Net { get; init; }

    /// <summary>The snapshot that the weights are from.</summary>
    public string? Snapshot { get; init; }

    /// <summary>What a test of the net gave; null where it has no test data.</summary>
    public ClassEvaluation? Evaluation { get; init; }

    /// <summary>The names of the classes, if they are known.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>What is missing, and why.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Builds the net of a run, reads the newest snapshot that is whole, and tests it as the training
    /// does. What cannot be had is noted, not an error.</summary>
    /// <param name="run">The run.</param>
    /// <param name="classNames">Knows the names of a net's classes.</param>
    /// <param name="cancellation">Breaks the test off.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static TrainedRun Load(RunRecord run, Func<Net<float>, IReadOnlyList<string>?> classNames,
        CancellationToken cancellation = default)
    {
        var snapshots = SnapshotFiles.NewestFirst(run.Path);
        if (snapshots.Count == 0)
            return new TrainedRun(run) { Notes = ["There is no snapshot yet: what needs the weights is left out."] };
        var hasTest = run.Solver.TestInterval is { } interval ? interval > 0
            : run.Net.Layers.Any(layer => layer.Phase?.Contains(Phase.Test) == true);
        var notes = new List<string>();
        try
        {
            var net = Net<float>.FromConfig(run.Net, hasTest ? Phase.Test : Phase.Train, run.Solver.RandomSeed);
            var snapshot = LoadNewest(net, snapshots, notes);
            if (snapshot is null)
                return new TrainedRun(run) { Notes = notes };
            return new TrainedRun(run)
            {
                Net = net,
                Snapshot = snapshot,
                Evaluation = hasTest ? Evaluate(net, run.Solver.TestIter, cancellation) : null,
                ClassNames = classNames(net),
                Notes = notes,
            };
        }
        catch (NeuralFrameworkException error)
        {
            notes.Add($"What needs the net is left out: {error.Message}");
            return new TrainedRun(run) { Notes = notes };
        }
    }

    private static string? LoadNewest(Net<float> net, IReadOnlyList<string> snapshots, List<string> notes)
    {
        foreach (var snapshot in snapshots)
            try
            {
                net.LoadWeights(snapshot);
                return snapshot;
            }
            catch (DataException error)
            {
                notes.Add($"Passed over: {error.Message}");
            }
        return null;
    }

    private static ClassEvaluation Evaluate(Net<float> net, int? batches, CancellationToken cancellation)
    {
        var evaluation = new ClassEvaluation();
        TestPass.Run(net, batches, cancellation: cancellation, seen: evaluation.Add);
        evaluation.Complete();
        return evaluation;
    }
}
