using System.Diagnostics;
using NeuralFramework.Solvers;

namespace NeuralFramework.Cli;

/// <summary>Medians over the timed steps, in milliseconds.</summary>
internal sealed record StepTiming(int Iterations, double ForwardMs, double BackwardMs, double UpdateMs, double TotalMs,
    double MinTotalMs, IReadOnlyList<LayerTiming> Layers);

/// <summary>Medians of one layer, in milliseconds, and how it computes, if it has a choice.</summary>
internal sealed record LayerTiming(string Name, string Type, string? Algorithm, double ForwardMs, double BackwardMs);

/// <summary>Runs steps of a net and times each layer.</summary>
internal sealed class StepTimer
{
    private const int LeastWarmUpSteps = 50;

    private readonly Net<float> net;
    private readonly Solver<float>? solver;
    private readonly double[] forward;
    private readonly double[] backward;

    private StepTimer(Net<float> net, Solver<float>? solver)
    {
        (this.net, this.solver) = (net, solver);
        forward = new double[net.Nodes.Count];
        backward = new double[net.Nodes.Count];
    }

    /// <summary>Times a net. In the phase train a step is forward, backward and update; in the others, forward.</summary>
    /// <param name="solver">The solver; null: SGD with momentum 0.9 and weight decay.</param>
    /// <param name="net">The net.</param>
    /// <param name="phase">What it is built for.</param>
    /// <param name="iterations">How many steps are timed.</param>
    /// <param name="warmUp">How long steps are taken before: long enough for the just-in-time compiler to have replaced
    /// its first, unoptimised code.</param>
    /// <param name="cancellation">Stops it.</param>
    public static StepTiming Run(SolverConfig? solver, NetConfig net, Phase phase, int iterations, TimeSpan warmUp,
        CancellationToken cancellation)
    {
        solver ??= new SolverConfig { BaseLr = 0.001, MaxIter = 0, WeightDecay = 0.0005, Rule = new SgdRule { Momentum = 0.9 } };
        if (phase != Phase.Train)
            return new StepTimer(Net<float>.FromConfig(net, phase, solver.RandomSeed), null)
                .Measure(iterations, warmUp, cancellation);
        var training = Solver<float>.FromConfig(solver with { TestInterval = 0 }, net);
        return new StepTimer(training.Net, training).Measure(iterations, warmUp, cancellation);
    }

    private StepTiming Measure(int iterations, TimeSpan warmUp, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < LeastWarmUpSteps || Stopwatch.GetElapsedTime(start) < warmUp; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            Step();
        }
        var totals = new double[iterations];
        var updates = new double[iterations];
        var forwards = Table(iterations);
        var backwards = Table(iterations);
        for (var i = 0; i < iterations; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var begin = Stopwatch.GetTimestamp();
            updates[i] = Step();
            totals[i] = Milliseconds(begin);
            for (var layer = 0; layer < net.Nodes.Count; layer++)
                (forwards[layer][i], backwards[layer][i]) = (forward[layer], backward[layer]);
        }
        var layers = net.Nodes.Select((node, layer) => new LayerTiming(node.Layer.Name, node.Layer.Type,
            (node.Layer as ITunable)?.Algorithm, Median(forwards[layer]), Median(backwards[layer]))).ToList();
        return new StepTiming(iterations, Median(Sums(forwards, iterations)), Median(Sums(backwards, iterations)),
            Median(updates), Median(totals), totals.Min(), layers);
    }

    /// <summary>One step; the times of the layers go to the arrays, that of the update is returned.</summary>
    private double Step()
    {
        for (var i = 0; i < net.Nodes.Count; i++)
        {
            var begin = Stopwatch.GetTimestamp();
            net.ForwardNode(i);
            forward[i] = Milliseconds(begin);
        }
        if (solver is null)
            return 0;
        var beginClear = Stopwatch.GetTimestamp();
        net.ClearGradients();
        var clear = Milliseconds(beginClear);
        for (var i = net.Nodes.Count - 1; i >= 0; i--)
        {
            var begin = Stopwatch.GetTimestamp();
            net.BackwardNode(i);
            backward[i] = Milliseconds(begin);
        }
        var beginUpdate = Stopwatch.GetTimestamp();
        solver.ApplyUpdate();
        return clear + Milliseconds(beginUpdate);
    }

    private double[][] Table(int iterations) => [.. net.Nodes.Select(_ => new double[iterations])];

    private static double[] Sums(double[][] table, int iterations) =>
        [.. Enumerable.Range(0, iterations).Select(i => table.Sum(row => row[i]))];

    private static double Milliseconds(long since) => Stopwatch.GetElapsedTime(since).TotalMilliseconds;

    private static double Median(double[] values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
