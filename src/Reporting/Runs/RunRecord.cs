using System.Diagnostics;
using System.Globalization;
using NeuralFramework.Solvers;

namespace NeuralFramework.Reporting;

/// <summary>What the folder of a run holds, read at one moment; the run may go on meanwhile.</summary>
public sealed record RunRecord
{
    /// <summary>The file that names the process that trains.</summary>
    public const string HolderName = "run.pid";

    /// <summary>The folder.</summary>
    public required string Path { get; init; }

    /// <summary>The solver as used.</summary>
    public required SolverConfig Solver { get; init; }

    /// <summary>The net as used.</summary>
    public required NetConfig Net { get; init; }

    /// <summary>The lines of <c>log.csv</c>.</summary>
    public required IReadOnlyList<LogRow> Log { get; init; }

    /// <summary>The lines of <c>layers.csv</c>.</summary>
    public required IReadOnlyList<LayerRow> Layers { get; init; }

    /// <summary>What it was made with; null for a run of an earlier version.</summary>
    public required RunInfo? Info { get; init; }

    /// <summary>Whether a process trains in it.</summary>
    public required bool IsRunning { get; init; }

    /// <summary>The folder's name.</summary>
    public string Name => System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(
        System.IO.Path.GetFullPath(Path)));

    /// <summary>The reports of the training.</summary>
    public IEnumerable<LogRow> Reports => Log.Where(row => !row.IsTest);

    /// <summary>The tests.</summary>
    public IEnumerable<LogRow> Tests => Log.Where(row => row.IsTest);

    /// <summary>How far it has come, as far as the log knows.</summary>
    public long Iteration => Log.Count > 0 ? Log[^1].Iteration : 0;

    /// <summary>How long it took until then.</summary>
    public double Seconds => Log.Count > 0 ? Log[^1].Seconds : 0;

    /// <summary>Reads a folder.</summary>
    /// <exception cref="DataException">It is no run's folder, or a log cannot be read.</exception>
    /// <exception cref="ConfigException">A configuration in it has problems.</exception>
    public static RunRecord Open(string path)
    {
        string[] needed = [LogRow.FileName, SolverConfig.FileName, NetConfig.FileName];
        if (needed.FirstOrDefault(name => !File.Exists(System.IO.Path.Combine(path, name))) is { } missing)
            throw new DataException($"run: received '{path}', which "
                + (Directory.Exists(path) ? $"has no {missing}" : "is no folder")
                + "; allowed: the folder of a run of 'nf train'");
        return new RunRecord
        {
            Path = path,
            Solver = SolverConfig.Load(path),
            Net = NetConfig.Load(path),
            Log = CsvLog<LogRow>.Read(System.IO.Path.Combine(path, LogRow.FileName)),
            Layers = CsvLog<LayerRow>.Read(System.IO.Path.Combine(path, LayerRow.FileName)),
            Info = RunInfo.Read(path),
            IsRunning = HasLivingHolder(path),
        };
    }

    // The lock itself is not tried: to hold it, even for a moment, could stop a training that begins.
    private static bool HasLivingHolder(string path)
    {
        try
        {
            var holder = File.ReadAllText(System.IO.Path.Combine(path, HolderName));
            if (!int.TryParse(holder, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                return false;
            using var process = Process.GetProcessById(id);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // No such file, or no such process.
            return false;
        }
    }
}
