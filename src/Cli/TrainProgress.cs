using System.Diagnostics;
using System.Globalization;
using NeuralFramework.Solvers;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace NeuralFramework.Cli;

/// <summary>Shows how a training goes: in a terminal a bar with loss, accuracy, speed and time left; piped, a line for
/// each report.</summary>
internal sealed class TrainProgress
{
    // Often enough to look alive, seldom enough to cost nothing.
    private static readonly TimeSpan BarInterval = TimeSpan.FromMilliseconds(100);

    private readonly Terminal terminal;
    private readonly Solver<float> solver;
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private readonly long firstIteration;
    private TimeSpan lastShown;
    private TrainingReport? lastReport;
    private ProgressTask? bar;

    public TrainProgress(Terminal terminal, Solver<float> solver)
    {
        (this.terminal, this.solver) = (terminal, solver);
        firstIteration = solver.Iteration;
        solver.Reported += ShowReport;
        solver.Tested += ShowTest;
        solver.Stepped += ShowStep;
    }

    /// <summary>Samples a second since the start, tests left out; null where the data has no count.</summary>
    public double? SamplesPerSecond => solver.SamplesPerIteration is { } samples && solver.StepTime > TimeSpan.Zero
        ? (solver.Iteration - firstIteration) * samples / solver.StepTime.TotalSeconds
        : null;

    /// <summary>Runs the training under the bar.</summary>
    public bool Run(Func<bool> train)
    {
        if (!terminal.IsInteractive)
            return train();
        return terminal.Console.Progress()
            .AutoClear(true)
            .Columns(new StatusColumn(this), new ProgressBarColumn { Width = 20 })
            .Start(context =>
            {
                bar = context.AddTask("training", maxValue: Math.Max(1, solver.Config.MaxIter));
                bar.Value = solver.Iteration;
                return train();
            });
    }

    private void ShowStep(long iteration)
    {
        if (bar is null || watch.Elapsed - lastShown < BarInterval)
            return;
        lastShown = watch.Elapsed;
        bar.Value = iteration;
    }

    private void ShowReport(TrainingReport report)
    {
        lastReport = report;
        if (bar is null)
            terminal.Line(string.Create(CultureInfo.InvariantCulture, $"iteration {report.Iteration}/{solver.Config.MaxIter}  "
                + $"loss {report.DataLoss:0.0000}  R(W) {report.RegularizationLoss:0.0000}  lr {report.LearningRate:g4}{Speed()}"));
    }

    private void ShowTest(TestResult test) => terminal.Line(Describe(test));

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

    private static string Describe(TimeSpan time) =>
        time.TotalHours >= 1 ? $"{(int)time.TotalHours} h {time.Minutes:00}" : $"{time:mm\\:ss}";

    private string Speed() => SamplesPerSecond is { } speed
        ? string.Create(CultureInfo.InvariantCulture, $"  {speed:N0} samples/s")
        : "";

    private string Status()
    {
        var text = $"{solver.Iteration}/{solver.Config.MaxIter}";
        if (lastReport is not null)
            text += string.Create(CultureInfo.InvariantCulture, $" loss {lastReport.DataLoss:0.000}");
        if (solver.LastTest?.Accuracy is { } accuracy)
            text += string.Create(CultureInfo.InvariantCulture, $" acc {accuracy * 100:0.0}%");
        if (SamplesPerSecond is { } speed)
            text += string.Create(CultureInfo.InvariantCulture, $" {speed / 1000:0.0}k/s");
        var done = solver.Iteration - firstIteration;
        if (done > 0)
            text += $" left {Describe(watch.Elapsed * ((double)(solver.Config.MaxIter - solver.Iteration) / done))}";
        return text;
    }

    private sealed class StatusColumn(TrainProgress progress) : ProgressColumn
    {
        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(progress.Status());
    }
}
