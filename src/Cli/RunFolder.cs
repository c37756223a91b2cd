using System.Globalization;
using NeuralFramework.Reporting;
using NeuralFramework.Solvers;

namespace NeuralFramework.Cli;

/// <summary>The folder of a run: <c>log.csv</c>, <c>layers.csv</c>, <c>run.json</c>, the two configurations as used,
/// snapshots, the report. It belongs to one process for as long as the run goes on.</summary>
internal sealed class RunFolder : IDisposable
{
    private readonly RunLock runLock;
    private CsvLog<LogRow>? log;
    private CsvLog<LayerRow>? layers;

    private RunFolder(string path)
    {
        FullPath = path;
        runLock = RunLock.Take(path);
    }

    /// <summary>The folder.</summary>
    public string FullPath { get; }

    /// <summary>How long the run took until the snapshot from which it goes on.</summary>
    public double SecondsBefore { get; private set; }

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

    /// <summary>The file with the weights that a command shall take: the one given, else the newest snapshot of a run, else
    /// that of the model's newest run.</summary>
    /// <exception cref="DataException">There is none.</exception>
    public static string WeightsOf(string model, string? weights, string? run)
    {
        if (weights is not null)
            return weights;
        run ??= NewestOf(model);
        return (run is null ? null : SnapshotFiles.NewestFirst(run).FirstOrDefault())
            ?? throw new DataException("--weights: received nothing, and "
                + $"{(run is null ? "./runs has no run of the model" : $"{run} has no snapshot")}; allowed: --weights FILE, or "
                + "--run DIR of a run with a snapshot");
    }

    /// <summary>The newest folder under <c>runs</c> with a snapshot of a model; null when there is none.</summary>
    public static string? NewestOf(string model) => Directory.Exists("runs")
        ? Directory.EnumerateDirectories("runs", $"{Safe(model)}-????????-??????").OrderDescending(StringComparer.Ordinal)
            .FirstOrDefault(folder => SnapshotFiles.NewestFirst(folder).Count > 0)
        : null;

    /// <summary>Begins a run: writes the configurations and the head of the log.</summary>
    /// <exception cref="ConfigException">The folder holds a run already.</exception>
    /// <exception cref="DataException">Another process trains in it, or it cannot be written.</exception>
    public static RunFolder Begin(string path, SolverConfig solver, NetConfig net)
    {
        if (File.Exists(path))
            throw new ConfigException($"--run: received '{path}', which is a file; allowed: a folder");
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"--run: the folder '{path}' cannot be made: {error.Message}", error);
        }
        var run = new RunFolder(path);
        try
        {
            // A run that ended before its first snapshot has nothing to lose.
            if (File.Exists(Path.Combine(path, LogRow.FileName)) && SnapshotFiles.NewestFirst(path).Count > 0)
                throw new ConfigException($"--run: received '{path}', which holds a run already; allowed: a new "
                    + "folder, or --resume");
            run.Start(solver, net, [], []);
            return run;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    /// <summary>Opens the folder of a run that is to go on: nobody else writes to it from here on.</summary>
    /// <exception cref="DataException">There is none, another process trains in it, or it cannot be
    /// written.</exception>
    public static RunFolder Open(string path)
    {
        if (SnapshotFiles.NewestFirst(path).Count == 0)
            throw new DataException($"--resume: received '{path}', which has no snapshot; allowed: the folder of a run "
                + "that wrote one");
        return new RunFolder(path);
    }

    /// <summary>Brings the newest snapshot that is whole into a solver.</summary>
    /// <param name="solver">The solver; when an exception is thrown it has not changed.</param>
    /// <param name="allowChanges">Whether the configuration may have changed.</param>
    /// <param name="changed">Told of each member of the configuration that has changed.</param>
    /// <param name="passedOver">Told of each newer one that is damaged.</param>
    /// <returns>The snapshot's path.</returns>
    /// <exception cref="ConfigException">It was made with another configuration.</exception>
    /// <exception cref="DataException">None is whole.</exception>
    public string RestoreNewest(Solver<float> solver, bool allowChanges, Action<string> changed,
        Action<string> passedOver)
    {
        foreach (var snapshot in SnapshotFiles.NewestFirst(FullPath))
            try
            {
                foreach (var change in solver.Restore(snapshot, allowChanges))
                    changed(change);
                return snapshot;
            }
            catch (DataException error)
            {
                passedOver(error.Message);
            }
        throw new DataException($"--resume: received '{FullPath}', in which no snapshot is whole; allowed: the folder "
            + "of a run with one that is");
    }

    /// <summary>Goes on with a run from an iteration on: what the log has of later ones is dropped.</summary>
    /// <exception cref="DataException">The log cannot be read, or a file cannot be written.</exception>
    public void Continue(long iteration, bool isAtEnd, SolverConfig solver, NetConfig net)
    {
        // The test at the end will be made again.
        var rows = CsvLog<LogRow>.Read(In(LogRow.FileName)).Where(row => row.Iteration < iteration
            || (row.Iteration == iteration && !(isAtEnd && row.TestLoss is not null))).ToList();
        var layerRows = CsvLog<LayerRow>.Read(In(LayerRow.FileName)).Where(row => row.Iteration <= iteration).ToList();
        Start(solver, net, rows, layerRows);
    }

    /// <summary>Writes a line of the log, so that it can be read while the run goes on.</summary>
    /// <exception cref="DataException">It cannot be written.</exception>
    public void Log(LogRow row) => log!.Write(row);

    /// <summary>Writes lines of the log of layers.</summary>
    /// <exception cref="DataException">They cannot be written.</exception>
    public void Log(IReadOnlyList<LayerRow> rows) => layers!.Write(rows);

    public void Dispose()
    {
        log?.Dispose();
        layers?.Dispose();
        runLock.Dispose();
    }

    // Files that a process was writing when it died are dropped, even before its first snapshot.
    private void Start(SolverConfig solver, NetConfig net, IReadOnlyList<LogRow> earlier,
        IReadOnlyList<LayerRow> earlierLayers)
    {
        string[] names =
        [
            SnapshotFiles.NamePattern, SnapshotFiles.BestName, SolverConfig.FileName, NetConfig.FileName,
            LogRow.FileName, LayerRow.FileName, RunInfo.FileName, RunReport.FileName,
        ];
        foreach (var name in names)
            AtomicFile.RemoveUnfinished(FullPath, name);
        SecondsBefore = earlier.LastOrDefault()?.Seconds ?? 0;
        UsedConfigs.Write(FullPath, solver, net);
        log = CsvLog<LogRow>.Begin(In(LogRow.FileName), earlier);
        layers = CsvLog<LayerRow>.Begin(In(LayerRow.FileName), earlierLayers);
    }

    private string In(string name) => Path.Combine(FullPath, name);

    // A net's name may hold what a folder's must not.
    private static string Safe(string model) => model.Length == 0 ? "net"
        : string.Concat(model.Select(letter => char.IsLetterOrDigit(letter) || letter is '-' or '_' ? letter : '_'));
}
