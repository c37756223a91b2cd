namespace NeuralFramework.Cli;

/// <summary>Units that gave 0 for all that they saw.</summary>
internal sealed class DeadUnitsRule : ILintRule
{
    // A few always are; beyond a quarter the layer has lost much of what it could learn.
    private const double MostDead = 0.25;

    public string Name => "dead-units";

    public string Why => "A unit that gives 0 for every sample gets no gradient and stays so. Try a smaller base_lr, a warmup, "
        + "inputs scaled to about 1, the filler msra, or a negative_slope.";

    public IEnumerable<(LayerConfig Layer, string What)> Look(LintTarget target)
    {
        foreach (var (name, units) in target.Trial?.Alive ?? new Dictionary<string, bool[]>())
            if (units.Count(isAlive => !isAlive) is var dead && dead > MostDead * units.Length)
                yield return (target.Train.Nodes.First(node => node.Layer.Name == name).Config,
                    $"{dead} of {units.Length} units gave 0 for every sample after {LintTrial.Steps} steps");
    }
}

/// <summary>A training that diverges in its first steps.</summary>
internal sealed class DivergesRule : ILintRule
{
    public string Name => "diverges";

    public string Why => "Values that are not finite stay so. Try a smaller base_lr, clip_gradients, or inputs scaled to "
        + "about 1.";

    public IEnumerable<(LayerConfig Layer, string What)> Look(LintTarget target)
    {
        if (target.Trial?.Divergence is not { } divergence)
            yield break;
        var layer = target.Config.Layers.FirstOrDefault(layer => divergence.Contains($"layer '{layer.Name}' "));
        yield return (layer ?? target.Config.Layers[^1], divergence);
    }
}
