using CsvHelper;

namespace NeuralFramework.Reporting;

/// <summary>A log that grows with a run. What is written at one time goes to the system in one piece, so that others can
/// read it meanwhile.</summary>
/// <typeparam name="TRow">A line.</typeparam>
public sealed class CsvLog<TRow> : IDisposable where TRow : class
{
    private readonly string path;
    private readonly FileStream file;

    private CsvLog(string path)
    {
        this.path = path;
        file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete,
            bufferSize: 0);
    }

    /// <summary>Writes the head and earlier lines, whole or not at all, and opens the log behind them.</summary>
    /// <exception cref="DataException">It cannot be written.</exception>
    public static CsvLog<TRow> Begin(string path, IReadOnlyList<TRow> earlier)
    {
        AtomicFile.Write(path, stream => WriteTo(stream, hasHeader: true, earlier));
        return new CsvLog<TRow>(path);
    }

    /// <summary>The lines of a log; none when there is no file. A last line that is not whole is left out: a process
    /// that writes, one that died, or a full disk may have left it.</summary>
    /// <exception cref="DataException">It cannot be read.</exception>
    public static IReadOnlyList<TRow> Read(string path)
    {
        try
        {
            if (!File.Exists(path))
                return [];
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[file.Length];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            var whole = bytes.AsSpan(0, length).LastIndexOf((byte)'\n') + 1;
            using var reader = CsvReader.Create(new MemoryStream(bytes, 0, whole));
            return [.. reader.GetRecords<TRow>()];
        }
        catch (Exception error) when (error is CsvFormatException or KeyNotFoundException or IOException
            or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: cannot be read: {error.Message.Split('\n')[0].Trim()}", error);
        }
    }

    /// <summary>Writes lines.</summary>
    /// <exception cref="DataException">They cannot be written.</exception>
    public void Write(params IReadOnlyList<TRow> rows)
    {
        using var lines = new MemoryStream();
        WriteTo(lines, hasHeader: false, rows);
        try
        {
            file.Write(lines.GetBuffer(), 0, (int)lines.Length);
        }
        catch (IOException error)
        {
            throw new DataException($"{path}: cannot be written: {error.Message}", error);
        }
    }

    /// <summary>Closes it.</summary>
    public void Dispose() => file.Dispose();

    private static void WriteTo(Stream stream, bool hasHeader, IReadOnlyList<TRow> rows)
    {
        using var writer = CsvWriter.Create(stream, new CsvWriterOptions { HasHeader = hasHeader }, leaveOpen: true);
        if (hasHeader)
            writer.WriteHeader<TRow>();
        foreach (var row in rows)
            writer.WriteRecord(row);
    }
}
