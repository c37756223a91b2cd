using System.Numerics;
using System.Numerics.Tensors;
using PureHDF;

namespace NeuralFramework.Data;

/// <summary>Reads datasets of numbers from HDF5 files.</summary>
internal static class Hdf5Files
{
    /// <summary>Reads the dataset of a name from each file and joins them along their first axis.</summary>
    /// <returns>The number of samples, the shape of one, and the values.</returns>
    /// <exception cref="DataException">A file is missing or damaged; it lacks the dataset; the dataset has no axis, is
    /// empty or not of numbers; or its samples have another shape than those of the first file.</exception>
    public static (int Count, Shape SampleShape, T[] Values) Read<T>(IReadOnlyList<string> paths, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var parts = paths.Select(path => ReadFile<T>(path, name)).ToList();
        var shape = parts[0].SampleShape;
        var odd = parts.FindIndex(part => !part.SampleShape.Equals(shape));
        if (odd >= 0)
            throw new DataException($"{paths[odd]}: dataset '{name}': received samples of the shape "
                + $"{parts[odd].SampleShape}, allowed: {shape}, as in {paths[0]}");
        if (parts.Count == 1)
            return parts[0];
        var total = parts.Sum(part => part.Values.LongLength);
        if (total > Array.MaxLength)
            throw TooLarge(string.Join(", ", paths), name, total);
        return (parts.Sum(part => part.Count), shape, [.. parts.SelectMany(part => part.Values)]);
    }

    private static (int Count, Shape SampleShape, T[] Values) ReadFile<T>(string path, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        DataFile.SizeOf(path);
        try
        {
            using var file = H5File.OpenRead(path);
            var dataset = file.LinkExists(name) && file.Get(name) is IH5Dataset found
                ? found
                : throw new DataException($"{path}: dataset '{name}' is missing, allowed: "
                    + Names(file) + Suggestion.For(name, DatasetsOf(file)));
            var extents = dataset.Space.Dimensions;
            if (extents.Length == 0 || extents.Contains(0UL))
                throw new DataException($"{path}: dataset '{name}': received "
                    + $"{(extents.Length == 0 ? "one value without axes" : string.Join('×', extents))}, allowed: "
                    + "samples along the first axis, 1 or more");
            var size = extents.Aggregate(1L, (product, extent) => Math.Min(long.MaxValue / int.MaxValue,
                product * (long)Math.Min(extent, int.MaxValue)));
            if (size > Array.MaxLength)
                throw TooLarge(path, name, size);
            var values = Values<T>(dataset)
                ?? throw new DataException($"{path}: dataset '{name}': received the type {dataset.Type.Class} of "
                    + $"{dataset.Type.Size} bytes, allowed: floats of 2, 4 or 8 bytes, integers of 1, 2, 4 or 8 bytes");
            return ((int)extents[0], extents.Skip(1).Select(extent => (int)extent).ToArray(), values);
        }
        // The reader's ways to say that a file is not what it should be are many; a file it trips over is damaged.
        catch (Exception error) when (error is not (NeuralFrameworkException or OutOfMemoryException))
        {
            throw new DataException($"{path}: cannot be read as HDF5: {error.Message}", error);
        }
    }

    private static T[]? Values<T>(IH5Dataset dataset) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        (dataset.Type.Class, dataset.Type.Size) switch
        {
            (H5DataTypeClass.FloatingPoint, 2) => Converted<Half, T>(dataset),
            (H5DataTypeClass.FloatingPoint, 4) => Converted<float, T>(dataset),
            (H5DataTypeClass.FloatingPoint, 8) => Converted<double, T>(dataset),
            (H5DataTypeClass.FixedPoint, var size) => (dataset.Type.FixedPoint.IsSigned, size) switch
            {
                (true, 1) => Converted<sbyte, T>(dataset),
                (true, 2) => Converted<short, T>(dataset),
                (true, 4) => Converted<int, T>(dataset),
                (true, 8) => Converted<long, T>(dataset),
                (false, 1) => Converted<byte, T>(dataset),
                (false, 2) => Converted<ushort, T>(dataset),
                (false, 4) => Converted<uint, T>(dataset),
                (false, 8) => Converted<ulong, T>(dataset),
                _ => null,
            },
            _ => null,
        };

    private static T[] Converted<TStored, T>(IH5Dataset dataset)
        where TStored : unmanaged, INumberBase<TStored> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var stored = dataset.Read<TStored[]>();
        if (stored is T[] same)
            return same;
        var values = new T[stored.Length];
        TensorPrimitives.ConvertTruncating<TStored, T>(stored, values);
        return values;
    }

    private static string[] DatasetsOf(IH5Group file) =>
        [.. file.Children().OfType<IH5Dataset>().Select(dataset => dataset.Name).Order(StringComparer.Ordinal)];

    private static string Names(IH5Group file) =>
        DatasetsOf(file) is { Length: > 0 } names ? string.Join(", ", names) : "a file that has it; this one has none";

    private static DataException TooLarge(string path, string name, long size) =>
        new($"{path}: dataset '{name}': received {size:N0} values, allowed: at most {Array.MaxLength:N0}");
}
