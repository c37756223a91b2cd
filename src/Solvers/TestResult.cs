using System.Numerics;

namespace NeuralFramework.Solvers;

/// <summary>What a pass over the test data gave: means over its samples.</summary>
/// <param name="Iteration">The iteration after which it was made.</param>
/// <param name="Loss">The mean loss of the data; null for a net without a loss.</param>
/// <param name="Accuracy">The mean of the first Accuracy layer; null for a net without one.</param>
/// <param name="Outputs">The mean of every scalar output by its name.</param>
/// <param name="Samples">How many samples were tested; batches where the data has no count.</param>
public sealed record TestResult(long Iteration, double? Loss, double? Accuracy, IReadOnlyDictionary<string, double> Outputs,
    long Samples);

/// <summary>A pass over the test data, from its beginning, so that tests can be compared.</summary>
public static class TestPass
{
    /// <summary>Runs a net over its data.</summary>
    /// <param name="net">A net built for the phase test.</param>
    /// <param name="batches">How many batches; the whole set once when left out.</param>
    /// <param name="iteration">The solver's iteration, for the result.</param>
    /// <param name="cancellation">Stops the pass between two batches.</param>
    /// <param name="seen">Called after each batch, while the net holds what it made of it.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static TestResult Run<T>(Net<T> net, int? batches = null, long iteration = 0,
        CancellationToken cancellation = default, Action<Net<T>>? seen = null) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var cursor = net.Layers.OfType<IDataCursor>().FirstOrDefault();
        foreach (var data in net.Layers.OfType<IDataCursor>())
            data.Position = 0;
        net.ClearState();
        var count = batches ?? (cursor is null ? 1 : (cursor.SampleCount - 1) / cursor.BatchSize + 1);
        var outputs = net.Outputs.Where(output => output.Count == 1).ToList();
        var sums = new double[outputs.Count];
        var loss = 0.0;
        long samples = 0;
        for (var batch = 0; batch < count; batch++)
        {
            cancellation.ThrowIfCancellationRequested();
            var before = cursor?.Position ?? 0;
            var batchLoss = double.CreateTruncating(net.Forward());
            // The last batch of a set may be short: means are over samples, not batches.
            var size = cursor is null ? 1 : cursor.Position - before;
            samples += size;
            loss += batchLoss * size;
            for (var i = 0; i < sums.Length; i++)
                sums[i] += double.CreateTruncating(outputs[i].Data[0]) * size;
            seen?.Invoke(net);
        }
        var means = outputs.Select((output, i) => (output.Name, Mean: sums[i] / samples))
            .ToDictionary(pair => pair.Name, pair => pair.Mean);
        var accuracy = net.Nodes.FirstOrDefault(node => node.Layer.Type == "Accuracy")?.Top[0].Name;
        return new TestResult(iteration, net.HasLoss ? loss / samples : null,
            accuracy is not null && means.TryGetValue(accuracy, out var mean) ? mean : null, means, samples);
    }
}
