using System.Numerics;

namespace NeuralFramework.Data;

/// <summary>The options of <see cref="CsvLayer{T}"/>.</summary>
public sealed record CsvOptions : DataLayerOptions
{
    /// <summary>The file: absolute, or relative to the current folder or else to one of the
    /// <see cref="DataLocations"/>.</summary>
    public required string Path { get; init; }

    /// <summary>The column of the labels: its name in the header, or its number counted from 0. Left out: there are no
    /// labels.</summary>
    public ColumnName? LabelColumn { get; init; }

    /// <summary>Whether the first row has the columns' names.</summary>
    public bool Header { get; init; } = true;

    /// <summary>What stands between two columns: one ASCII character.</summary>
    public string Delimiter { get; init; } = ",";

    /// <inheritdoc/>
    public override IEnumerable<string> Problems()
    {
        if (Path.Length == 0)
            yield return "member 'path': received empty text, allowed: the path of a file";
        if (Delimiter.Length != 1 || !char.IsAscii(Delimiter[0]) || Delimiter[0] is '"' or '\r' or '\n')
            yield return $"member 'delimiter': received \"{Delimiter}\", allowed: one ASCII character, not a quote or "
                + "a line break";
    }
}

/// <summary>
/// Serves the rows of a table of numbers: data N×F, all columns but that of the labels in the order of the file; label
/// N, a class number, or any number to fit. No bottoms, no gradients. The source is Caffe's <c>HDF5DataLayer</c>, with
/// a format that a text editor can make.
/// </summary>
[LayerType("Csv")]
public sealed class CsvLayer<T>(CsvOptions options) : ArrayLayer<T>(options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly CsvOptions options = options;

    /// <inheritdoc/>
    protected override SampleArrays<T> LoadArrays() => 
        CsvTable<T>.Load(DataLocations.FindGiven(options.Path, $"{this}: member 'path'"), options);
}
