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
}

/// <summary>The options of the layers that serve images. A pixel x, 0 … 255, becomes (x − mean_value) ·
/// scale.</summary>
public abstract record ImageLayerOptions : DataLayerOptions
{
    /// <summary>What a pixel is multiplied by, after the mean is subtracted: one value, or one a channel. 1/255 when
    /// left out, which makes values of 0 … 1; Caffe's default is 1.</summary>
    public OneOrMany<double> Scale { get; init; } = 1.0 / 255;

    /// <summary>What is subtracted from a pixel before it is scaled, in 0 … 255 as in Caffe: one value, or one a
    /// channel. 0 when left out.</summary>
    public OneOrMany<double> MeanValue { get; init; } = 0.0;

    /// <summary>Whether a random half of the samples is flipped left to right, in the phase train only; which ones is a
    /// function of seed, layer name and the sample's number since the beginning.</summary>
    public bool Mirror { get; init; }

    /// <summary>The part of the set. When left out: train in the phase train, else test.</summary>
    public DataSplit? Split { get; init; }
}
