using System.ComponentModel.DataAnnotations;

namespace NeuralFramework.Data;

/// <summary>What stands around an image that is padded.</summary>
public enum PadMode
{
    /// <summary>Zeros in the values of the top, so the mean where one is subtracted.</summary>
    Zero,

    /// <summary>The image mirrored at its border pixels, which are not repeated: c b | a b c | b a.</summary>
    Reflect,
}

/// <summary>
/// The options of the layers that serve images. A pixel x, 0 … 255, becomes (x − mean) · scale. In this order:
/// brightness, contrast, mean, scale, pad, crop, mirror, cutout. So the zeros that <see cref="Pad"/> and <see
/// cref="Cutout"/> put in are zeros of the top, the mean where one is subtracted, as is usual for CIFAR; torchvision
/// pads with black pixels before it normalises. What is random is drawn for each sample, in the phase train only, as a
/// function of seed, layer name and the sample's number since the beginning.
/// </summary>
public abstract record ImageLayerOptions : DataLayerOptions
{
    /// <summary>What a pixel is multiplied by, after the mean is subtracted: one value, or one a channel (such as
    /// 1/standard deviation). 1/255 when left out, which makes values of 0 … 1; Caffe's default is 1.</summary>
    public OneOrMany<double> Scale { get; init; } = 1.0 / 255;

    /// <summary>What is subtracted from a pixel before it is scaled, in 0 … 255 as in Caffe: one value, or one a
    /// channel. 0 when left out.</summary>
    public OneOrMany<double>? MeanValue { get; init; }

    /// <summary>Whether the mean image of the training set is subtracted from an image before it is scaled, in the
    /// place of <see cref="MeanValue"/>: the mean of each pixel of each channel over all training images. As in Caffe
    /// it moves with the crop.</summary>
    public bool MeanImage { get; init; }

    /// <summary>Whether a random half of the samples is flipped left to right, in the phase train only.</summary>
    public bool Mirror { get; init; }

    /// <summary>Rows and columns of the square that is cut out of an image: at random in the phase train, else from the
    /// middle. All of the image when left out.</summary>
    [Range(1, 1 << 15)]
    public int? CropSize { get; init; }

    /// <summary>Rows and columns put around an image before <see cref="CropSize"/> cuts.</summary>
    [Range(0, 1 << 15)]
    public int Pad { get; init; }

    /// <summary>What is put around the image.</summary>
    public PadMode PadMode { get; init; }

    /// <summary>The side of a square of zeros laid over a sample, in the phase train only: its centre is any pixel, and
    /// what reaches over the border is cut off (DeVries and Taylor 2017, arXiv:1708.04552). 0: none.</summary>
    [Range(0, 1 << 15)]
    public int Cutout { get; init; }

    /// <summary>Range of the random factor b of a sample's brightness, in the phase train only: x becomes
    /// min(b · x, 255), not rounded. One number v means max(0, 1 − v) … 1 + v, as in torchvision's ColorJitter, two the
    /// range itself.</summary>
    public OneOrMany<double>? Brightness { get; init; }

    /// <summary>Range of the random factor c of a sample's contrast, given as that of <see cref="Brightness"/>, in the
    /// phase train only: x becomes c · x + (1 − c) · m, held within 0 … 255, where m is the sample's mean grey after
    /// the brightness; grey is 0.2989 · red + 0.587 · green + 0.114 · blue, or the mean of the channels where there are
    /// not three.</summary>
    public OneOrMany<double>? Contrast { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<string> Problems()
    {
        if (MeanImage && MeanValue is not null)
            yield return "members 'mean_value' and 'mean_image': received both, allowed: one of them";
        if (Pad > 0 && CropSize is null)
            yield return $"member 'pad': received {Pad} without 'crop_size', allowed: together with it";
        foreach (var (member, range) in new[] { ("brightness", Brightness), ("contrast", Contrast) })
            if (range is not null && !(range.Count == 1 && range[0] >= 0)
                && !(range.Count == 2 && range[0] >= 0 && range[1] >= range[0]))
                yield return $"member '{member}': received [{string.Join(", ", range)}], allowed: a number of 0 or "
                    + "more, or a range [least, greatest] of such";
    }
}
