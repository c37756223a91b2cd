namespace NeuralFramework.Solvers;

/// <summary>How the training stands.</summary>
/// <param name="Iteration">How many updates were made.</param>
/// <param name="DataLoss">The mean loss of the data since the last report.</param>
/// <param name="RegularizationLoss">R(W) of the weights before the last update.</param>
/// <param name="LearningRate">The rate of the last update.</param>
public sealed record TrainingReport(long Iteration, double DataLoss, double RegularizationLoss, double LearningRate)
{
    /// <summary>The layers in the last iteration, in the order in which they run; none unless
    /// <see cref="Solver{T}.MeasuresLayers"/>.</summary>
    public IReadOnlyList<LayerMeasurement> Layers { get; init; } = [];
}

/// <summary>A layer in one iteration.</summary>
/// <param name="Layer">Its name.</param>
/// <param name="ForwardMs">How long its forward passes took, in milliseconds.</param>
/// <param name="BackwardMs">How long its backward passes took, in milliseconds.</param>
/// <param name="Norms">Of its parameters that learn, all together; null where it has none. A parameter that several
/// layers share counts for the first.</param>
public sealed record LayerMeasurement(string Layer, double ForwardMs, double BackwardMs, LayerNorms? Norms);

/// <summary>Euclidean norms of a layer's parameters in one iteration.</summary>
/// <param name="Weights">‖w‖ before the update.</param>
/// <param name="Gradient">‖∂L/∂w‖ of the data's loss, the mean over <c>iter_size</c>; not clipped, and without the
/// regularisation.</param>
/// <param name="Update">‖Δw‖ of the update as it was made.</param>
public sealed record LayerNorms(double Weights, double Gradient, double Update)
{
    /// <summary>‖Δw‖ / ‖w‖, which the CS231n notes want near 0.001; null for weights of zero.</summary>
    public double? UpdateRatio => Weights > 0 ? Update / Weights : null;
}
