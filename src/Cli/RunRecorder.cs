using System.Diagnostics;
using NeuralFramework.Data;
using NeuralFramework.Reporting;
using NeuralFramework.Solvers;

namespace NeuralFramework.Cli;

/// <summary>Writes into a run's folder what a training says of itself, and at its end the report.</summary>
internal sealed class RunRecorder : IDisposable
{
    private readonly RunFolder run;
    private readonly Solver<float> solver;
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private readonly ClassEvaluation evaluation = new();
    private readonly EventFile? events;
    private readonly RunInfo info;

    /// <summary>Begins to record.</summary>
    /// <param name="run">The folder.</param>
    /// <param name="solver">The training that is about to begin.</param>
    /// <param name="hasEvents">Whether TensorBoard's file is written too.</param>
    /// <exception cref="DataException">A file cannot be written.</exception>
    public RunRecorder(RunFolder run, Solver<float> solver, bool hasEvents)
    {
        (this.run, this.solver) = (run, solver);
        info = RunInfo.Now(solver.Net.Parameters.Sum(parameter => (long)parameter.Count), solver.SamplesPerIteration);
        info.Write(run.FullPath);
        events = hasEvents ? EventFile.Begin(run.FullPath) : null;
        solver.SnapshotFolder = run.FullPath;
        solver.MeasuresLayers = true;
        solver.Reported += Record;
        solver.TestedBatch += evaluation.Add;
        solver.Tested += Record;
    }

    /// <summary>The time since the beginning.</summary>
    public TimeSpan Elapsed => watch.Elapsed;

    private double Seconds => Math.Round(run.SecondsBefore + watch.Elapsed.TotalSeconds, 3);

    /// <summary>Writes what a training that has ended came to, and its report.</summary>
    /// <param name="weightsHash">The hash of its weights.</param>
    /// <returns>The report's path and size.</returns>
    /// <exception cref="DataException">A file cannot be written.</exception>
    public (string Path, long Bytes) Finish(string weightsHash)
    {
        (info with { Result = new RunResult(solver.Iteration, Seconds, weightsHash, solver.HasStoppedEarly) })
            .Write(run.FullPath);
        var net = solver.TestNets.Count > 0 ? solver.TestNets[0] : solver.Net;
        var snapshot = Path.Combine(run.FullPath, SnapshotFiles.NameFor(solver.Iteration));
        // With ema_decay the net goes on with other weights than it was tested with.
        net.LoadWeights(snapshot);
        var path = Path.Combine(run.FullPath, RunReport.FileName);
        return (path, RunReport.Write(new TrainedRun(RunRecord.Open(run.FullPath) with { IsRunning = false })
        {
            Net = net,
            Snapshot = snapshot,
            Evaluation = evaluation,
            ClassNames = ClassNamesOf(net),
        }, path));
    }

    /// <summary>The names of the classes that a net's data has, if it says so.</summary>
    public static IReadOnlyList<string>? ClassNamesOf(Net<float> net) =>
        net.Layers.OfType<ImageLayer<float>>().FirstOrDefault()?.Images?.ClassNames;

    public void Dispose()
    {
        solver.Reported -= Record;
        solver.TestedBatch -= evaluation.Add;
        solver.Tested -= Record;
        events?.Dispose();
    }

    private void Record(TrainingReport report)
    {
        Record(new LogRow
        {
            Iteration = report.Iteration,
            Seconds = Seconds,
            LearningRate = report.LearningRate,
            Loss = report.DataLoss,
            RegularizationLoss = report.RegularizationLoss,
        });
        var layers = LayerRow.Of(report);
        run.Log(layers);
        events?.Write(layers);
    }

    private void Record(TestResult test)
    {
        evaluation.Complete();
        Record(new LogRow
        {
            Iteration = test.Iteration,
            Seconds = Seconds,
            TestLoss = test.Loss,
            Accuracy = test.Accuracy,
        });
    }

    private void Record(LogRow row)
    {
        run.Log(row);
        events?.Write(row);
    }
}
