using System.Diagnostics;
using System.Numerics;

namespace NeuralFramework;

/// <summary>What a layer computes fastest with.</summary>
/// <param name="Layer">The layer's name.</param>
/// <param name="Algorithm">The value of its option <c>algorithm</c>.</param>
/// <param name="Milliseconds">How long each one took, forward and, if it is run, backward; empty if the choice was
/// remembered.</param>
public sealed record AlgorithmChoice(string Layer, string Algorithm, IReadOnlyDictionary<string, double> Milliseconds);

/// <summary>Finds by measuring which algorithm is the fastest for each <see cref="ITunable"/> layer of a net.</summary>
public static class AlgorithmTuner
{
    private const int Rounds = 7;

    // Long enough for the just-in-time compiler to have replaced its first, unoptimised code.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(0.3);

    /// <summary>Measures each layer with each of its algorithms and leaves it with the fastest. The blobs and the
    /// gradients of the net are overwritten.</summary>
    /// <param name="net">The net, of the shapes and for the phase that it will be used with.</param>
    /// <param name="cache">What is known already is taken from here, and what was measured is added.</param>
    /// <param name="cancellation">Stops it.</param>
    public static IReadOnlyList<AlgorithmChoice> Tune<T>(Net<T> net, AlgorithmCache cache,
        CancellationToken cancellation = default) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var choices = new List<AlgorithmChoice>();
        foreach (var node in net.Nodes)
            if (node.Layer is ITunable { Algorithms.Count: > 1 } layer)
                choices.Add(Choose(node, layer, cache, cancellation));
        return choices;
    }

    private static AlgorithmChoice Choose<T>(NetNode<T> node, ITunable layer, AlgorithmCache cache,
        CancellationToken cancellation) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var task = TaskOf(node);
        var times = new Dictionary<string, double>();
        if (cache.Find(task) is not { } best || !layer.Algorithms.Contains(best))
        {
            times = Measure(node, layer, cancellation);
            best = times.MinBy(time => time.Value).Key;
            cache.Add(task, best);
        }
        Use(node, layer, best);
        return new AlgorithmChoice(node.Layer.Name, best, times);
    }

    // Everything the time depends on: the machine, the threads, the numbers, the options but the one that is sought, and
    // the shapes.
    private static string TaskOf<T>(NetNode<T> node) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        $"{Environment.MachineName}, {Environment.ProcessorCount} processors, {WorkPool.Threads} threads, {typeof(T).Name}: "
        + $"{node.Layer.Type} of {string.Join(", ", node.Layer.Parameters.Select(parameter => parameter.Shape))}: "
        + $"{string.Join(", ", node.Bottom.Select(blob => blob.Shape))} to "
        + string.Join(", ", node.Top.Select(blob => blob.Shape)) + (node.NeedsBackward ? ", and back" : "");

    /// <summary>The median of some rounds in which the algorithms take turns.</summary>
    private static Dictionary<string, double> Measure<T>(NetNode<T> node, ITunable layer, CancellationToken cancellation)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var times = layer.Algorithms.ToDictionary(algorithm => algorithm, _ => new double[Rounds]);
        foreach (var algorithm in layer.Algorithms)
        {
            Use(node, layer, algorithm);
            for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < WarmUp; Run(node))
                cancellation.ThrowIfCancellationRequested();
        }
        for (var round = 0; round < Rounds; round++)
            foreach (var algorithm in layer.Algorithms)
            {
                cancellation.ThrowIfCancellationRequested();
                Use(node, layer, algorithm);
                // The first run takes memory.
                Run(node);
                var start = Stopwatch.GetTimestamp();
                Run(node);
                times[algorithm][round] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
        return times.ToDictionary(time => time.Key, time => time.Value.Order().ElementAt(Rounds / 2));
    }

    private static void Use<T>(NetNode<T> node, ITunable layer, string algorithm)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        layer.Algorithm = algorithm;
        node.Layer.Reshape(node.Bottom, node.Top);
    }

    private static void Run<T>(NetNode<T> node) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        node.Layer.Forward(node.Bottom, node.Top);
        if (node.NeedsBackward)
            node.Layer.Backward(node.Top, node.PropagateDown, node.Bottom);
    }
}
