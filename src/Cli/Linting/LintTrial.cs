using NeuralFramework.Solvers;

namespace NeuralFramework.Cli;

/// <summary>What a few steps of a training have shown.</summary>
internal sealed class LintTrial
{
    /// <summary>How many steps are made.</summary>
    public const int Steps = 20;

    // A unit that gave 0 for fewer may well be one that is seldom needed.
    private const int LeastSamples = 256;

    private readonly Dictionary<string, bool[]> alive = [];
    private readonly HashSet<string> learning = [];

    private LintTrial()
    {
    }

    /// <summary>How the training diverged, or null.</summary>
    public string? Divergence { get; private set; }

    /// <summary>For each ReLU by name, for each of its units (channels) whether it was ever above 0 for samples served
    /// behind the training.</summary>
    public IReadOnlyDictionary<string, bool[]> Alive => alive;

    /// <summary>The layers with a parameter that had a gradient other than 0.</summary>
    public IReadOnlySet<string> Learning => learning;

    /// <summary>Trains for <see cref="Steps"/> steps, then looks at a few batches more.</summary>
    public static LintTrial Run(SolverConfig config, NetConfig net, CancellationToken cancellation)
    {
        var trial = new LintTrial();
        var solver = Solver<float>.FromConfig(config with { TestInterval = 0, EarlyStopping = null }, net);
        try
        {
            for (var step = 0; step < Steps; step++)
            {
                cancellation.ThrowIfCancellationRequested();
                solver.Step(1);
                trial.NoteGradients(solver.Net);
            }
        }
        catch (DivergedException error)
        {
            trial.Divergence = error.Message;
            return trial;
        }
        // What serves the same few values in each pass cannot tell a dead unit from one that has not been needed.
        if (solver.Net.Layers.OfType<IDataCursor>().FirstOrDefault() is { } data)
            for (var samples = 0; samples < LeastSamples; samples += data.BatchSize)
                trial.NoteUnits(solver.Net);
        return trial;
    }

    private void NoteGradients(Net<float> net)
    {
        foreach (var layer in net.Layers)
            if (layer.Parameters.Any(parameter => parameter.NeedsGradient && parameter.Diff.ContainsAnyExcept(0f)))
                learning.Add(layer.Name);
    }

    // Layer by layer, as what stands in place behind a ReLU overwrites its values.
    private void NoteUnits(Net<float> net)
    {
        for (var i = 0; i < net.Nodes.Count; i++)
        {
            net.ForwardNode(i);
            if (net.Nodes[i] is { Layer.Type: "ReLU", Top: [{ Shape.Rank: > 1, Count: > 0 } top] } node)
                NoteUnits(node.Layer.Name, top);
        }
    }

    private void NoteUnits(string layer, Blob<float> top)
    {
        var (units, size) = (top.Shape[1], top.Shape.SizeOf(2));
        if (!alive.TryGetValue(layer, out var seen))
            alive[layer] = seen = new bool[units];
        for (var start = 0; start < top.Count; start += size)
            seen[start / size % units] |= top.Data.Slice(start, size).ContainsAnyInRange(float.Epsilon, float.MaxValue);
    }
}
