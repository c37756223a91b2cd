using CsvHelper;

namespace NeuralFramework.Cli;

/// <summary>A line of <c>log.csv</c>: a report of the training loss, or a test. What does not apply is empty.</summary>
[CsvRecord]
internal sealed partial record LogRow
{
    [CsvColumn("iteration")]
    public long Iteration { get; init; }

    [CsvColumn("seconds")]
    public double Seconds { get; init; }

    [CsvColumn("learning_rate")]
    public double? LearningRate { get; init; }

    [CsvColumn("loss")]
    public double? Loss { get; init; }

    [CsvColumn("regularization_loss")]
    public double? RegularizationLoss { get; init; }

    [CsvColumn("test_loss")]
    public double? TestLoss { get; init; }

    [CsvColumn("accuracy")]
    public double? Accuracy { get; init; }
}

/// <summary>The file <c>log.csv</c> of a run. Each line goes to the system in one piece, as soon as it is
/// made.</summary>
internal sealed class RunLog : IDisposable
{
    public const string FileName = "log.csv";

    private readonly string path;
    private readonly FileStream file;

    private RunLog(string path)
    {
        this.path = path;
        file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete,
            bufferSize: 0);
    }

    /// <summary>Whether a folder has a log.</summary>
    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, FileName));

    /// <summary>Writes the head and earlier lines, whole or not at all, and opens the log behind them.</summary>
    /// <exception cref="DataException">It cannot be written.</exception>
    public static RunLog Begin(string folder, IReadOnlyList<LogRow> earlier)
    {
        var path = Path.Combine(folder, FileName);
        AtomicFile.Write(path, stream => WriteTo(stream, hasHeader: true, earlier));
        return new RunLog(path);
    }

    /// <summary>The lines of a folder's log; none when it has no log.</summary>
    /// <exception cref="DataException">It cannot be read.</exception>
    public static IReadOnlyList<LogRow> Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            if (!File.Exists(path))
                return [];
            var bytes = File.ReadAllBytes(path);
            // A process that died, or a disk that was full, may have left a part of a line at the end.
            var whole = bytes.AsSpan().LastIndexOf((byte)'\n') + 1;
            using var reader = CsvReader.Create(new MemoryStream(bytes, 0, whole));
            return [.. reader.GetRecords<LogRow>()];
        }
        catch (Exception error) when (error is CsvFormatException or KeyNotFoundException or IOException
            or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: cannot be read: {error.Message.Split('\n')[0].Trim()}", error);
        }
    }

    /// <summary>Writes a line.</summary>
    /// <exception cref="DataException">It cannot be written.</exception>
    public void Write(LogRow row)
    {
        using var line = new MemoryStream();
        WriteTo(line, hasHeader: false, [row]);
        try
        {
            file.Write(line.GetBuffer(), 0, (int)line.Length);
        }
        catch (IOException error)
        {
            throw new DataException($"{path}: cannot be written: {error.Message}", error);
        }
    }

    public void Dispose() => file.Dispose();

    private static void WriteTo(Stream stream, bool hasHeader, IEnumerable<LogRow> rows)
    {
        using var writer = CsvWriter.Create(stream, new CsvWriterOptions { HasHeader = hasHeader }, leaveOpen: true);
        if (hasHeader)
            writer.WriteHeader<LogRow>();
        foreach (var row in rows)
            writer.WriteRecord(row);
    }
}
