using System.Globalization;
using System.Text;
using CsvHelper;
using NeuralFramework.Solvers;

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

/// <summary>The folder of a run: <c>log.csv</c>, the two configurations as used, snapshots.</summary>
internal sealed class RunFolder : IDisposable
{
    private const string LogName = "log.csv";

    private readonly CsvWriter log;

    private RunFolder(string path, IReadOnlyList<LogRow> earlier)
    {
        FullPath = path;
        SecondsBefore = earlier.LastOrDefault()?.Seconds ?? 0;
        log = CsvWriter.ToFile(LogPath(path));
        log.WriteHeader<LogRow>();
        foreach (var row in earlier)
            log.WriteRecord(row);
        log.Flush();
    }

    /// <summary>The folder.</summary>
    public string FullPath { get; }

    /// <summary>How long the run took until the snapshot from which it goes on.</summary>
    public double SecondsBefore { get; }

    /// <summary>A new folder under <c>runs</c> for a model.</summary>
    public static string NewName(string model)
    {
        // Runs that start within a second of each other get the next free one.
        for (var time = DateTime.Now; ; time = time.AddSeconds(1))
        {
            var name = $"{Safe(model)}-{time.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}";
            if (!Path.Exists(Path.Combine("runs", name)))
                return Path.Combine("runs", name);
        }
    }

    /// <summary>The newest folder under <c>runs</c> with a snapshot of a model; null when there is none.</summary>
    public static string? NewestOf(string model) => Directory.Exists("runs")
        ? Directory.EnumerateDirectories("runs", $"{Safe(model)}-????????-??????").OrderDescending(StringComparer.Ordinal)
            .FirstOrDefault(folder => SnapshotFiles.NewestFirst(folder).Count > 0)
        : null;

    /// <summary>Begins a run: writes the configurations and the head of the log.</summary>
    /// <exception cref="ConfigException">The folder holds a run already.</exception>
    public static RunFolder Begin(string path, SolverConfig solver, NetConfig net)
    {
        if (File.Exists(path))
            throw new ConfigException($"--run: received '{path}', which is a file; allowed: a folder");
        // A run that ended before its first snapshot has nothing to lose.
        if (File.Exists(LogPath(path)) && SnapshotFiles.NewestFirst(path).Count > 0)
            throw new ConfigException($"--run: received '{path}', which holds a run already; allowed: a new folder, or --resume");
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"--run: the folder '{path}' cannot be made: {error.Message}", error);
        }
        WriteConfigs(path, solver, net);
        return new RunFolder(path, []);
    }

    /// <summary>Goes on with a run from an iteration on: what the log has of later ones is dropped.</summary>
    /// <exception cref="DataException">The log cannot be read.</exception>
    public static RunFolder Continue(string path, long iteration, bool isAtEnd, SolverConfig solver, NetConfig net)
    {
        // The test at the end will be made again.
        var rows = File.Exists(LogPath(path)) ? ReadLog(path).Where(row => row.Iteration < iteration
            || (row.Iteration == iteration && !(isAtEnd && row.TestLoss is not null))).ToList() : [];
        WriteConfigs(path, solver, net);
        return new RunFolder(path, rows);
    }

    /// <summary>Writes a line of the log and flushes it, so that it can be read while the run goes on.</summary>
    public void Log(LogRow row)
    {
        log.WriteRecord(row);
        log.Flush();
    }

    public void Dispose() => log.Dispose();

    // A net's name may hold what a folder's must not.
    private static string Safe(string model) => model.Length == 0 ? "net"
        : string.Concat(model.Select(letter => char.IsLetterOrDigit(letter) || letter is '-' or '_' ? letter : '_'));

    private static string LogPath(string folder) => Path.Combine(folder, LogName);

    private static void WriteConfigs(string path, SolverConfig solver, NetConfig net)
    {
        var asUsed = solver with { Net = NetConfig.FileName, Schema = null };
        WriteJson(Path.Combine(path, SolverConfig.FileName), asUsed.ToJson());
        WriteJson(Path.Combine(path, NetConfig.FileName), net.ToJson());
    }

    private static void WriteJson(string path, System.Text.Json.Nodes.JsonObject json) =>
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(json.ToJsonString(ConfigJson.Options) + "\n")));

    private static List<LogRow> ReadLog(string folder)
    {
        using var file = File.OpenRead(LogPath(folder));
        using var reader = CsvReader.Create(file);
        try
        {
            return [.. reader.GetRecords<LogRow>()];
        }
        catch (Exception error) when (error is CsvFormatException or KeyNotFoundException)
        {
            throw new DataException($"{LogPath(folder)}: cannot be read: {error.Message.Split('\n')[0].Trim()}", error);
        }
    }
}
