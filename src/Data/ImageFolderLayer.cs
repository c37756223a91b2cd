using System.ComponentModel.DataAnnotations;
using System.Numerics;

namespace NeuralFramework.Data;

/// <summary>The options of <see cref="ImageFolderLayer{T}"/>. Paths are absolute, or relative to the current folder or
/// else to one of the <see cref="DataLocations"/>.</summary>
public sealed record ImageFolderOptions : ImageLayerOptions
{
    /// <summary>The folder of the class folders. Training and test layers each name their own, with the same class
    /// folders in both.</summary>
    public required string Source { get; init; }

    /// <summary>The rows that every image is resized to, together with <see cref="NewWidth"/>. When both are left out,
    /// all images must have the same size.</summary>
    [Range(1, 1 << 15)]
    public int? NewHeight { get; init; }

    /// <summary>The columns that every image is resized to, together with <see cref="NewHeight"/>.</summary>
    [Range(1, 1 << 15)]
    public int? NewWidth { get; init; }

    /// <summary>Whether images have the channels red, green and blue; else one, 0.299 · red + 0.587 · green + 0.114 ·
    /// blue.</summary>
    public bool IsColor { get; init; } = true;

    /// <summary>The folder of the training images, whose mean is subtracted when <c>mean_image</c> is set. When left
    /// out <see cref="Source"/>.</summary>
    public string? MeanSource { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<string> Problems()
    {
        foreach (var problem in base.Problems())
            yield return problem;
        if (NewHeight is null != NewWidth is null)
            yield return $"members 'new_height' and 'new_width': received only {NewHeight ?? NewWidth}, allowed: both "
                + "or none";
        if (MeanSource is not null && !MeanImage)
            yield return "member 'mean_source': received a folder without 'mean_image', allowed: together with it";
    }
}

/// <summary>
/// Serves images of a folder that has a folder for each class: data N×3×H×W, or N×1×H×W, each value (pixel − mean) ·
/// scale; label N, the place of the class among the sorted names of the class folders. No bottoms, no gradients. All
/// images are decoded once and held in memory. The source is Caffe's <c>ImageDataLayer</c>, with folders for its list.
/// </summary>
/// <remarks>See <see cref="ImageFolderFiles"/> for which files are read, and how.</remarks>
[LayerType("ImageFolder")]
public sealed class ImageFolderLayer<T>(ImageFolderOptions options) : ImageLayer<T>(options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ImageFolderOptions options = options;

    /// <inheritdoc/>
    protected override ImageSet LoadImages() => Load(options.Source, "source");

    /// <inheritdoc/>
    protected override ImageSet LoadImagesOfMean() =>
        options.MeanSource is null ? LoadImages() : Load(options.MeanSource, "mean_source");

    /// <inheritdoc/>
    /// <remarks>With a size in the options, no image is read.</remarks>
    public override ImageFormat Format => options is { NewHeight: { } height, NewWidth: { } width }
        ? new ImageFormat(options.IsColor ? 3 : 1, height, width,
            ImageFolderFiles.ClassesOf(DataLocations.FindGiven(options.Source, $"{this}: member 'source'")))
        : base.Format;

    private ImageSet Load(string path, string member)
    {
        var folder = Path.GetFullPath(DataLocations.FindGiven(path, $"{this}: member '{member}'"));
        var size = options.NewHeight is { } height ? (height, options.NewWidth!.Value) : ((int, int)?)null;
        return ImageSet.Once($"images/{size}/{options.IsColor}/{folder}",
            () => ImageFolderFiles.Read(folder, size, options.IsColor));
    }
}
