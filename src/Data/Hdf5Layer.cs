using System.Numerics;

namespace NeuralFramework.Data;

/// <summary>The options of <see cref="Hdf5Layer{T}"/>.</summary>
public sealed record Hdf5Options : DataLayerOptions
{
    /// <summary>The file, or several whose samples are joined in this order: absolute, or relative to the current
    /// folder or else to one of the <see cref="DataLocations"/>.</summary>
    public required OneOrMany<string> Source { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<string> Problems() =>
        Source.Count == 0 || Source.Any(path => path.Length == 0)
            ? [$"member 'source': received {(Source.Count == 0 ? "no file" : "empty text")}, allowed: 1 file or more"]
            : [];
}

/// <summary>
/// Serves the datasets of HDF5 files that have the names of the tops: data N × the shape of a sample; label N, or N ×
/// the shape of a label. They hold floats or integers, the samples along their first axis. No bottoms, no gradients.
/// All is held in memory. The source is Caffe's <c>HDF5DataLayer</c>, whose <c>source</c> is a list of files in a text
/// file.
/// </summary>
[LayerType("Hdf5")]
public sealed class Hdf5Layer<T>(Hdf5Options options) : ArrayLayer<T>(options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly OneOrMany<string> source = options.Source;

    /// <inheritdoc/>
    protected override SampleArrays<T> LoadArrays()
    {
        string[] paths = [.. source.Select(path => DataLocations.FindGiven(path, $"{this}: member 'source'"))];
        var (count, dataShape, data) = Hdf5Files.Read<T>(paths, TopNames[0]);
        if (TopNames.Count == 1)
            return new SampleArrays<T>(count, dataShape, data, null, []);
        var (labelCount, labelShape, labels) = Hdf5Files.Read<T>(paths, TopNames[1]);
        return labelCount == count
            ? new SampleArrays<T>(count, dataShape, data, labelShape, labels)
            : throw new DataException($"{this}: {string.Join(", ", paths)}: dataset '{TopNames[1]}': received "
                + $"{labelCount} samples, allowed: {count}, as '{TopNames[0]}' has");
    }
}
