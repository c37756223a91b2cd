using System.Numerics;

namespace NeuralFramework.Data;

/// <summary>The options of <see cref="IdxLayer{T}"/>. Paths are absolute, or relative to the current folder or else to
/// one of the <see cref="DataLocations"/>.</summary>
public sealed record IdxOptions : ImageLayerOptions
{
    /// <summary>The file of the images, N×H×W, packed by gzip or not.</summary>
    public required string Images { get; init; }

    /// <summary>The file of the labels, N class numbers, packed by gzip or not.</summary>
    public required string Labels { get; init; }

    /// <summary>The file of the training images, whose mean is subtracted when <c>mean_image</c> is set. When left out
    /// <see cref="Images"/>.</summary>
    public string? MeanSource { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<string> Problems() => base.Problems().Concat(MeanSource is not null && !MeanImage
        ? ["member 'mean_source': received a file without 'mean_image', allowed: together with it"]
        : []);
}

/// <summary>
/// Serves grey images and labels of a pair of files in the IDX format of MNIST: data N×1×H×W, each value (pixel − mean)
/// · scale; label N. No bottoms, no gradients.
/// </summary>
[LayerType("Idx")]
public sealed class IdxLayer<T>(IdxOptions options) : ImageLayer<T>(options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly IdxOptions options = options;

    /// <inheritdoc/>
    protected override ImageSet LoadImages()
    {
        var images = Find(options.Images, "images");
        var labels = Find(options.Labels, "labels");
        return ImageSet.Once($"idx/{images}/{labels}", () =>
        {
            var classes = IdxFile.Load(labels);
            string[] names = [.. Enumerable.Range(0, classes.Values.Max() + 1).Select(number => $"{number}")];
            return IdxFile.ToImages($"{images} and {labels}", IdxFile.Load(images), classes, names);
        });
    }

    /// <inheritdoc/>
    protected override ImageSet LoadImagesOfMean() => options.MeanSource is null
        ? LoadImages()
        : ImageSet.Once($"idx/{Find(options.MeanSource, "mean_source")}", () =>
        {
            var images = IdxFile.Load(Find(options.MeanSource, "mean_source"));
            // Only the images count here.
            var labels = new IdxFile(images.Name, [images.Extents[0]], new byte[images.Extents[0]]);
            return IdxFile.ToImages(images.Name, images, labels, ["any"]);
        });

    private string Find(string path, string member) =>
        Path.GetFullPath(DataLocations.FindGiven(path, $"{this}: member '{member}'"));
}
