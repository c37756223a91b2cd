using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>What the sum of a loss over samples and places is divided by. Source: Caffe's <c>NormalizationMode</c>,
/// there too never by less than 1 place: a batch in which nothing counts has the loss 0.</summary>
public enum LossNormalization
{
    /// <summary>The number of places, those that are ignored as well.</summary>
    Full,

    /// <summary>The number of places that are not ignored.</summary>
    Valid,

    /// <summary>The number of samples, however many places each has.</summary>
    BatchSize,

    /// <summary>1: the loss is the sum.</summary>
    None,
}

internal static class LossNormalizer
{
    /// <summary>The divisor of a sum over all places of a view.</summary>
    /// <param name="normalization">What counts.</param>
    /// <param name="view">The samples are <c>Outer</c>, the places of each <c>Inner</c>.</param>
    /// <param name="valid">What counts for <see cref="LossNormalization.Valid"/>.</param>
    public static T Divisor<T>(this LossNormalization normalization, AxisView view, T valid)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var divisor = normalization switch
        {
            LossNormalization.Full => T.CreateTruncating(view.Positions),
            LossNormalization.Valid => valid,
            LossNormalization.BatchSize => T.CreateTruncating(view.Outer),
            _ => T.One,
        };
        return divisor == T.Zero ? T.One : divisor;
    }
}
