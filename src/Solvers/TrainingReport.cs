namespace NeuralFramework.Solvers;

/// <summary>How the training stands.</summary>
/// <param name="Iteration">How many updates were made.</param>
/// <param name="DataLoss">The mean loss of the data since the last report.</param>
/// <param name="RegularizationLoss">R(W) of the weights before the last update.</param>
/// <param name="LearningRate">The rate of the last update.</param>
public sealed record TrainingReport(long Iteration, double DataLoss, double RegularizationLoss, double LearningRate);
