using System.Diagnostics;
using System.Globalization;
using NeuralFramework.Solvers;
using Spectre.Console;

namespace NeuralFramework.Cli;

/// <summary>Shows how a training goes: in a terminal a table that changes with loss, accuracy, rate, speed and time
/// left; piped, a line for each report and test.</summary>
internal sealed class TrainProgress
{
    // Often enough to look alive, seldom enough to cost nothing.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly Terminal terminal;
    private readonly Solver<float> solver;
    private readonly TrainTable table;
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private readonly long firstIteration;
    private TimeSpan lastShown;
    private LiveDisplayContext? live;

    public TrainProgress(Terminal terminal, Solver<float> solver)
    {
        (this.terminal, this.solver) = (terminal, solver);
        table = new TrainTable(solver.Net.Config.Name, solver.Config.MaxIter);
        firstIteration = solver.Iteration;
        solver.Reported += ShowReport;
        solver.Tested += ShowTest;
        solver.Stepped += ShowStep;
    }

    /// <summary>Samples a second since the start, tests left out; null where the data has no count.</summary>
    public double? SamplesPerSecond => solver.SamplesPerIteration is { } samples && solver.StepTime > TimeSpan.Zero
        ? (solver.Iteration - firstIteration) * samples / solver.StepTime.TotalSeconds
        : null;

    private TimeSpan? Left => solver.Iteration > firstIteration
        ? watch.Elapsed * ((double)(solver.Config.MaxIter - solver.Iteration) / (solver.Iteration - firstIteration))
        : null;

    /// <summary>Runs the training under the table.</summary>
    public bool Run(Func<bool> train)
    {
        if (!terminal.IsInteractive)
            return train();
        return terminal.Console.Live(table.Render(solver.Iteration, Left)).Start(context =>
        {
            live = context;
            try
            {
                return train();
            }
            finally
            {
                // What stays on the screen is how it ended.
                context.UpdateTarget(table.Render(solver.Iteration, left: null));
                live = null;
            }
        });
    }

    private void ShowStep(long iteration)
    {
        if (live is null || watch.Elapsed - lastShown < Interval)
            return;
        lastShown = watch.Elapsed;
        live.UpdateTarget(table.Render(iteration, Left));
    }

    private void ShowReport(TrainingReport report)
    {
        table.Add(report, SamplesPerSecond);
        if (live is null)
            terminal.Line(string.Create(CultureInfo.InvariantCulture, $"iteration {report.Iteration}/{solver.Config.MaxIter}  "
                + $"loss {report.DataLoss:0.0000}  R(W) {report.RegularizationLoss:0.0000}  lr {report.LearningRate:g4}{Speed()}"));
    }

    private void ShowTest(TestResult test)
    {
        table.Add(test);
        if (live is null)
            terminal.Line(Describe(test));
    }

    /// <summary>A test in words: <c>test after 500: loss 1.4321, accuracy 51.30 %</c>.</summary>
    public static string Describe(TestResult test)
    {
        var parts = new List<string>();
        if (test.Loss is { } loss)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"loss {loss:0.0000}"));
        if (test.Accuracy is { } accuracy)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"accuracy {accuracy * 100:0.00} %"));
        return $"test after {test.Iteration}: {string.Join(", ", parts)} ({test.Samples} samples)";
    }

    private string Speed() => SamplesPerSecond is { } speed
        ? string.Create(CultureInfo.InvariantCulture, $"  {speed:N0} samples/s")
        : "";
}
