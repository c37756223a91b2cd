using System.Numerics;

namespace NeuralFramework.Data;

/// <summary>The options of the layers whose set has a training and a test part.</summary>
public abstract record KnownImagesOptions : ImageLayerOptions
{
    /// <summary>The part of the set. When left out: train in the phase train, else test.</summary>
    public DataSplit? Split { get; init; }
}

/// <summary>Base of the layers that serve the images of a set that has a training and a test part.</summary>
/// <typeparam name="T">float or double.</typeparam>
public abstract class KnownImagesLayer<T>(KnownImagesOptions options) : ImageLayer<T>(options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly DataSplit? split = options.Split;

    /// <summary>Finds and reads a part of the set.</summary>
    /// <exception cref="DataException">The set is missing or damaged.</exception>
    protected abstract ImageSet LoadSplit(DataSplit split);

    /// <inheritdoc/>
    protected sealed override ImageSet LoadImages() =>
        LoadSplit(split ?? (Context.Phase == Phase.Train ? DataSplit.Train : DataSplit.Test));

    /// <inheritdoc/>
    protected sealed override ImageSet LoadImagesOfMean() => LoadSplit(DataSplit.Train);
}
