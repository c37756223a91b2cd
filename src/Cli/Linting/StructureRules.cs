namespace NeuralFramework.Cli;

/// <summary>A bias that the batch normalisation behind it takes away again.</summary>
internal sealed class BiasBeforeBatchNormRule : ILintRule
{
    public string Name => "bias-before-batch-norm";

    public string Why => "BatchNorm subtracts the mean of each channel and the bias with it: it learns nothing and costs time "
        + "and memory. Set \"bias_term\": false.";

    public IEnumerable<(LayerConfig Layer, string What)> Look(LintTarget target)
    {
        foreach (var node in target.Train.Nodes.Where(LintTarget.NormalizesByBatch))
            if (LintTarget.MakerOf(target.Train, node, 0) is
                { Layer: { Type: "Convolution" or "Deconvolution" or "InnerProduct", Parameters.Count: 2 } } maker)
                yield return (maker.Config, $"it adds a bias, and '{node.Layer.Name}' (BatchNorm) reads its top");
    }
}

/// <summary>Batches that are summed up to one update, but normalised one by one.</summary>
internal sealed class IterSizeWithBatchNormRule : ILintRule
{
    public string Name => "iter-size-with-batch-norm";

    public string Why => "The statistics are those of each small batch, not of all that make an update, so it is another "
        + "training than one with the large batch. Use a larger batch_size, GroupNorm or LayerNorm.";

    public IEnumerable<(LayerConfig Layer, string What)> Look(LintTarget target)
    {
        if (target.Solver is { IterSize: > 1 } solver
            && target.Train.Nodes.FirstOrDefault(LintTarget.NormalizesByBatch) is { } node)
            yield return (node.Config, $"iter_size is {solver.IterSize}, and it normalises by the batch");
    }
}

/// <summary>A ReLU right before a softmax.</summary>
internal sealed class ReLUBeforeSoftmaxRule : ILintRule
{
    public string Name => "relu-before-softmax";

    public string Why => "Scores below 0 become 0: no class can be ruled out, and where all scores are below 0 nothing learns. "
        + "Leave the ReLU out.";

    public IEnumerable<(LayerConfig Layer, string What)> Look(LintTarget target)
    {
        foreach (var node in target.Train.Nodes.Where(node => node.Layer.Type is "Softmax" or "SoftmaxLoss" or "InfogainLoss"))
            if (LintTarget.MakerPast(target.Train, node, 0, "Dropout", "Flatten", "Reshape") is { Layer.Type: "ReLU" } relu)
                yield return (relu.Config, $"its top is the scores of '{node.Layer.Name}' ({node.Layer.Type})");
    }
}

/// <summary>A net of which nothing learns.</summary>
internal sealed class NothingLearnsRule : ILintRule
{
    public string Name => "nothing-learns";

    public string Why => "The training would end with the weights that it began with. Give a layer an lr_mult above 0, or the "
        + "solver a base_lr.";

    public IEnumerable<(LayerConfig Layer, string What)> Look(LintTarget target)
    {
        var first = target.Train.Nodes.FirstOrDefault(node => node.Layer.Parameters.Count > 0);
        if (first is null)
            yield break;
        if (target.Train.Parameters.All(parameter => parameter.LrMult == 0))
            yield return (first.Config, "lr_mult is 0 here and in all layers");
        else if (target.Solver is { BaseLr: 0 })
            yield return (first.Config, "base_lr is 0");
    }
}

/// <summary>A layer that is to learn and that no gradient reaches.</summary>
internal sealed class NoGradientRule : ILintRule
{
    public string Name => "no-gradient";

    public string Why => "Its weights stay as they began. See that a loss depends on it, through layers that send gradients "
        + "back.";

    public IEnumerable<(LayerConfig Layer, string What)> Look(LintTarget target)
    {
        if (!target.Train.HasLoss)
            yield break;
        foreach (var node in target.Train.Nodes.Where(node => node.Layer.Parameters.Any(parameter => parameter.NeedsGradient)))
            if (!node.NeedsBackward)
                yield return (node.Config, "it has weights, and no loss depends on them");
            else if (target.Trial is { Divergence: null } trial && !trial.Learning.Contains(node.Layer.Name))
                yield return (node.Config, $"the gradient of its weights was 0 in all of {LintTrial.Steps} steps");
    }
}
