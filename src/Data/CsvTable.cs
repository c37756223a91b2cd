using System.Globalization;
using System.Numerics;
using System.Text;
using CsvHelper;

namespace NeuralFramework.Data;

/// <summary>Reads a table of numbers from a CSV file and reports its bad rows together, each with its line.</summary>
internal sealed class CsvTable<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MostProblemsShown = 10;

    private readonly string path;
    private readonly CsvOptions options;
    private readonly CsvReader reader;
    private readonly List<string> problems = [];
    private readonly List<T> values = [];
    private readonly List<T> labels = [];
    private string[] names = [];
    private int problemCount;
    private int labelColumn = -1;

    private CsvTable(string path, CsvOptions options, Stream stream)
    {
        (this.path, this.options) = (path, options);
        reader = CsvReader.Create(stream, new CsvReaderOptions
        {
            Separator = options.Delimiter[0],
            HasHeader = options.Header,
            TrimWhitespace = true,
            TrackLineNumbers = true,
            MalformedData = CsvMalformedDataHandling.Skip,
            OnMalformedRecord = bad => Report(bad.LineNumber,
                $"received {Short(bad.RawRecord)} ({Describe(bad.Reason)}), "
                + "allowed: quotes in pairs around a whole field"),
        }, leaveOpen: true);
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="DataException">It is missing, empty, has bad rows, or lacks the label column.</exception>
    public static SampleArrays<T> Load(string path, CsvOptions options)
    {
        DataFile.SizeOf(path);
        SampleArrays<T>? arrays = null;
        DataFile.Reading(path, stream =>
        {
            var table = new CsvTable<T>(path, options, stream);
            using (table.reader)
                arrays = table.Read();
        });
        return arrays!;
    }

    private SampleArrays<T> Read()
    {
        var rows = 0;
        while (reader.Read())
        {
            if (rows++ == 0)
                ReadNames();
            AddRow();
        }
        if (problemCount > problems.Count)
            problems.Add($"and {problemCount - problems.Count} more");
        if (problemCount > 0)
            throw new DataException(string.Join(Environment.NewLine, problems));
        if (rows == 0)
            throw new DataException($"{path}: received "
                + $"{(reader.Headers.Count > 0 ? "a header and no rows" : "an empty file")}, "
                + $"allowed: {(options.Header ? "a header and " : "")}1 row or more");
        return new SampleArrays<T>(rows, [values.Count / rows], [.. values], labelColumn < 0 ? null : Shape.Scalar,
            [.. labels]);
    }

    private void ReadNames()
    {
        names = options.Header
            ? [.. reader.Headers]
            : [.. Enumerable.Range(0, reader.FieldCount).Select(column => $"{column}")];
        if (options.LabelColumn is { } label)
            labelColumn = FindLabelColumn(label.Text);
        if (names.Length == 1 && labelColumn == 0)
            throw new DataException($"{path}: received 1 column and it has the labels, allowed: 1 column of data or "
                + "more beside it");
    }

    private int FindLabelColumn(string name)
    {
        var column = options.Header ? Array.IndexOf(names, name) : -1;
        if (column >= 0 && Array.IndexOf(names, name, column + 1) >= 0)
            throw new DataException($"{path}: label column '{name}': the header has it twice, allowed: once, or a "
                + $"number of 0 to {names.Length - 1}");
        if (column >= 0 || (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out column)
            && column < names.Length))
            return column;
        throw new DataException($"{path}: label column: received '{name}', allowed: "
            + (options.Header ? $"{string.Join(", ", names)}, or " : "") + $"a number of 0 to {names.Length - 1}"
            + (options.Header ? Suggestion.For(name, names) : ""));
    }

    private void AddRow()
    {
        if (reader.FieldCount != names.Length)
        {
            Report(reader.LineNumber, $"received {reader.FieldCount} column{(reader.FieldCount == 1 ? "" : "s")}, "
                + $"allowed: {names.Length}");
            return;
        }
        for (var column = 0; column < names.Length; column++)
        {
            var text = reader.GetSpan(column);
            var isNumber = T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value);
            if (!isNumber || !T.IsFinite(value))
                Report(reader.LineNumber, $"column '{names[column]}': received "
                    + $"{Short(Encoding.UTF8.GetString(text))}, allowed: "
                    + (isNumber ? "a finite number" : "a number"));
            (column == labelColumn ? labels : values).Add(value);
        }
    }

    private void Report(long line, string problem)
    {
        if (++problemCount <= MostProblemsShown)
            problems.Add($"{path}:{line}: {problem}");
    }

    private static string Describe(CsvMalformedReason reason) => reason switch
    {
        CsvMalformedReason.StrayQuote => "a quote inside a field",
        CsvMalformedReason.TextAfterClosingQuote => "text behind a closing quote",
        CsvMalformedReason.UnterminatedQuote => "a quote that is never closed",
        _ => reason.ToString(),
    };

    private static string Short(string text) => text.Length <= 40 ? $"\"{text}\"" : $"\"{text[..40]}…\"";
}
