namespace NeuralFramework;

/// <summary>What a layer that serves samples tells the solver: where in its data it stands. The samples are a function
/// of the position, so setting it is all that resuming needs.</summary>
public interface IDataCursor
{
    /// <summary>How many samples have been served since the beginning, over all epochs.</summary>
    long Position { get; set; }

    /// <summary>How many samples the set has.</summary>
    int SampleCount { get; }

    /// <summary>How many samples a batch has.</summary>
    int BatchSize { get; }
}
