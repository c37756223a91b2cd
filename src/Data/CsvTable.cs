using System.Globalization;
using System.Numerics;
using CsvHelper;
using CsvHelper.Configuration;

namespace NeuralFramework.Data;

/// <summary>Reads a table of numbers from a CSV file and reports its bad rows together, each with its line.</summary>
internal sealed class CsvTable<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MostProblemsShown = 10;

    private readonly string path;
    private readonly CsvOptions options;
    private readonly CsvParser parser;
    private readonly List<string> problems = [];
    private readonly List<T> values = [];
    private readonly List<T> labels = [];
    private string[] names = [];
    private int problemCount;
    private int labelColumn = -1;

    private CsvTable(string path, CsvOptions options, TextReader reader)
    {
        (this.path, this.options) = (path, options);
        parser = new CsvParser(reader, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = options.Delimiter,
            TrimOptions = TrimOptions.Trim,
            BadDataFound = bad => Report($"received a quote out of place in {Short(bad.Field)}, allowed: quotes around a "
                + "whole field"),
        });
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="DataException">It is missing, empty, has bad rows, or lacks the label column.</exception>
    public static SampleArrays<T> Load(string path, CsvOptions options)
    {
        DataFile.SizeOf(path);
        SampleArrays<T>? arrays = null;
        DataFile.Reading(path, stream =>
        {
            using var reader = new StreamReader(stream);
            arrays = new CsvTable<T>(path, options, reader).Read();
        });
        return arrays!;
    }

    private SampleArrays<T> Read()
    {
        if (!parser.Read())
            throw new DataException($"{path}: received an empty file, allowed: "
                + (options.Header ? "a header and 1 row or more" : "1 row or more"));
        var first = parser.Record!;
        names = options.Header ? [.. first] : [.. first.Select((_, column) => $"{column}")];
        if (options.LabelColumn is { } label)
            labelColumn = FindLabelColumn(label.Text);
        if (names.Length - (labelColumn < 0 ? 0 : 1) == 0)
            throw new DataException($"{path}: received {names.Length} column and it has the labels, allowed: 1 column of "
                + "data or more");
        var rows = 0;
        for (var isRow = !options.Header || parser.Read(); isRow; isRow = parser.Read(), rows++)
            AddRow(parser.Record!);
        if (problemCount > 0)
            throw new DataException(string.Join(Environment.NewLine, problems)
                + (problemCount > problems.Count ? $"{Environment.NewLine}and {problemCount - problems.Count} more" : ""));
        if (rows == 0)
            throw new DataException($"{path}: received a header and no rows, allowed: 1 row or more");
        return new SampleArrays<T>(rows, [values.Count / rows], [.. values], labelColumn < 0 ? null : Shape.Scalar, [.. labels]);
    }

    private int FindLabelColumn(string name)
    {
        var column = options.Header ? Array.IndexOf(names, name) : -1;
        if (column >= 0 && Array.IndexOf(names, name, column + 1) >= 0)
            throw new DataException($"{path}: label column '{name}': the header has it twice, allowed: once, or a number of "
                + $"0 to {names.Length - 1}");
        if (column < 0 && !(int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out column)
            && column < names.Length))
            throw new DataException($"{path}: label column: received '{name}', allowed: "
                + (options.Header ? $"{string.Join(", ", names)}, or " : "") + $"a number of 0 to {names.Length - 1}"
                + (options.Header ? Suggestion.For(name, names) : ""));
        return column;
    }

    private void AddRow(string[] row)
    {
        if (row.Length != names.Length)
        {
            Report($"received {row.Length} column{(row.Length == 1 ? "" : "s")}, allowed: {names.Length}");
            return;
        }
        for (var column = 0; column < row.Length; column++)
        {
            if (!T.TryParse(row[column], NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
                Report($"column '{names[column]}': received {Short(row[column])}, allowed: a number");
            else if (!T.IsFinite(value))
                Report($"column '{names[column]}': received {Short(row[column])}, allowed: a finite number");
            (column == labelColumn ? labels : values).Add(value);
        }
    }

    private void Report(string problem)
    {
        if (++problemCount <= MostProblemsShown)
            problems.Add($"{path}:{parser.RawRow}: {problem}");
    }

    private static string Short(string text) => text.Length <= 40 ? $"\"{text}\"" : $"\"{text[..40]}…\"";
}
