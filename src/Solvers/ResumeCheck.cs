using System.Numerics;

namespace NeuralFramework.Solvers;

/// <summary>What <see cref="ResumeCheck"/> found.</summary>
/// <param name="Iterations">How many updates each training made.</param>
/// <param name="StoppedAt">The iteration after which one of them was stopped and resumed.</param>
/// <param name="WeightsHash">The hash of the weights of the training made in one go.</param>
/// <param name="ResumedHash">The hash of the weights of the one that was stopped.</param>
/// <param name="FirstDifference">The first parameter that differs, else the first tensor of the rule's history or the
/// first other thing that a snapshot holds; null when all are the same bits.</param>
public sealed record ResumeCheckResult(int Iterations, int StoppedAt, string WeightsHash, string ResumedHash,
    string? FirstDifference)
{
    /// <summary>Whether both came to the same bits.</summary>
    public bool IsSame => FirstDifference is null;
}

/// <summary>Checks that a training which is stopped half-way and resumed comes to the same bits as one made in one
/// go.</summary>
public static class ResumeCheck
{
    /// <summary>Trains both ways and compares what they end with: weights, history, positions in the data.</summary>
    /// <param name="config">The solver; its intervals and <c>max_iter</c> do not count.</param>
    /// <param name="net">The net.</param>
    /// <param name="iterations">How many updates each makes; 2 or more.</param>
    /// <param name="folder">Where the snapshots are put.</param>
    /// <param name="cancellation">Breaks the check off between two updates.</param>
    /// <exception cref="ConfigException">There are fewer than 2 iterations, or problems in the definitions.</exception>
    /// <exception cref="DivergedException">A value is not finite.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static ResumeCheckResult Run<T>(SolverConfig config, NetConfig net, int iterations, string folder,
        CancellationToken cancellation = default) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (iterations < 2)
            throw new ConfigException($"iterations: received {iterations}, allowed: 2 or more");
        var stop = iterations / 2;
        var whole = Train(0, iterations, null);
        var half = Train(0, stop, null);
        var resumed = Train(stop, iterations, half.Path);
        return new ResumeCheckResult(iterations, stop, whole.Hash, resumed.Hash,
            FirstDifference(whole.Parameters, whole.Path, resumed.Path));

        // As nf train does it, whose training a signal ends: with the tests, on which a learning rate may depend.
        (string Path, string Hash, IEnumerable<string> Parameters) Train(int from, int to, string? snapshot)
        {
            var solver = Solver<T>.FromConfig(
                config with { MaxIter = Math.Max(config.MaxIter, iterations), Snapshot = 0 }, net);
            if (snapshot is not null)
                solver.Restore(snapshot);
            solver.SnapshotFolder = Directory.CreateDirectory(Path.Combine(folder, $"{from}-{to}")).FullName;
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            solver.Stepped += iteration =>
            {
                if (iteration == to)
                    end.Cancel();
            };
            solver.Train(end.Token);
            // Unless early_stopping has ended it, which must then be so both ways.
            if (solver.Iteration < to && !solver.IsAtEnd)
                throw new OperationCanceledException(cancellation);
            return (Path.Combine(solver.SnapshotFolder, SnapshotFiles.NameFor(solver.Iteration)), solver.WeightsHash(),
                solver.Net.Parameters.Select(parameter => parameter.Name));
        }
    }

    private static string? FirstDifference(IEnumerable<string> parameters, string onePath, string otherPath)
    {
        var (one, other) = (SafeTensors.Load(onePath), SafeTensors.Load(otherPath));
        // In the order of the layers, which is that in which an error spreads.
        var names = parameters.Select(name => $"param/{name}").Concat(one.Names.Concat(other.Names)).Distinct();
        return names.FirstOrDefault(name => !one.HasSame(name, other))
            ?? one.Metadata.Concat(other.Metadata).Select(entry => entry.Key).FirstOrDefault(key =>
                key != SafeTensors.ChecksumKey
                && one.Metadata.GetValueOrDefault(key) != other.Metadata.GetValueOrDefault(key));
    }
}
