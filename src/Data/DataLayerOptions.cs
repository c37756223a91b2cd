using System.ComponentModel.DataAnnotations;

namespace NeuralFramework.Data;

/// <summary>A part of a data set.</summary>
public enum DataSplit
{
    /// <summary>The samples to learn from.</summary>
    Train,

    /// <summary>The samples held out to measure with.</summary>
    Test,
}

/// <summary>The options that all data layers have.</summary>
public abstract record DataLayerOptions : LayerOptions
{
    /// <summary>How many samples a batch has.</summary>
    [Range(1, int.MaxValue)]
    public required int BatchSize { get; init; }

    /// <summary>Whether the samples come in another random order in each epoch, a function of seed, layer name and
    /// epoch; else they come in the order of the set.</summary>
    public bool Shuffle { get; init; }

    /// <summary>How many batches are made ahead on a thread of their own, while the net works on the one before; 0:
    /// none. The samples are the same for any number.</summary>
    [Range(0, 64)]
    public int Prefetch { get; init; } = 1;
}
