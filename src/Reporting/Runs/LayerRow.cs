using CsvHelper;
using NeuralFramework.Solvers;

namespace NeuralFramework.Reporting;

/// <summary>A line of <c>layers.csv</c>: a layer in the iteration of a report. A layer that learns nothing has no
/// norms.</summary>
[CsvRecord]
public sealed partial record LayerRow
{
    /// <summary>The file's name in a run's folder.</summary>
    public const string FileName = "layers.csv";

    /// <summary>How many updates were made, that of the line included.</summary>
    [CsvColumn("iteration")]
    public long Iteration { get; init; }

    /// <summary>The layer.</summary>
    [CsvColumn("layer")]
    public string Layer { get; init; } = "";

    /// <summary>The time of its forward passes in milliseconds.</summary>
    [CsvColumn("forward_ms")]
    public double ForwardMs { get; init; }

    /// <summary>The time of its backward passes in milliseconds.</summary>
    [CsvColumn("backward_ms")]
    public double BackwardMs { get; init; }

    /// <inheritdoc cref="LayerNorms.Weights"/>
    [CsvColumn("weight_norm")]
    public double? WeightNorm { get; init; }

    /// <inheritdoc cref="LayerNorms.Gradient"/>
    [CsvColumn("gradient_norm")]
    public double? GradientNorm { get; init; }

    /// <inheritdoc cref="LayerNorms.Update"/>
    [CsvColumn("update_norm")]
    public double? UpdateNorm { get; init; }

    /// <inheritdoc cref="LayerNorms.UpdateRatio"/>
    [CsvColumn("update_ratio")]
    public double? UpdateRatio { get; init; }

    /// <summary>The lines of a report.</summary>
    public static IReadOnlyList<LayerRow> Of(TrainingReport report) => [.. report.Layers.Select(layer => new LayerRow
    {
        Iteration = report.Iteration,
        Layer = layer.Layer,
        ForwardMs = Math.Round(layer.ForwardMs, 4),
        BackwardMs = Math.Round(layer.BackwardMs, 4),
        WeightNorm = layer.Norms?.Weights,
        GradientNorm = layer.Norms?.Gradient,
        UpdateNorm = layer.Norms?.Update,
        UpdateRatio = layer.Norms?.UpdateRatio,
    })];
}
