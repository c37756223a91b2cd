using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using NeuralFramework.Solvers;

namespace NeuralFramework.Cli;

/// <summary><c>nf train</c>.</summary>
internal sealed class TrainCommand
{
    private static readonly Option<string?> Run = new("--run")
    {
        Description = "The folder for log, configurations and snapshots (default: runs/NAME-TIME)",
        HelpName = "DIR",
    };

    private static readonly Option<bool> Resume = new("--resume")
    {
        Description = "Continue from the newest snapshot of --run (default: of the model's newest run)",
    };

    private static readonly Option<string?> Weights = new("--weights")
    {
        Description = "Start from the weights in a file, layer by name",
        HelpName = "FILE",
    };

    private static readonly Option<bool> AllowChanges = new("--allow-changes")
    {
        Description = "With --resume: go on although the configuration has changed",
    };

    private static readonly Option<int?> MaxIter = new("--max-iter") { Description = "Overrides max_iter", HelpName = "N" };

    private static readonly Option<long?> Seed = new("--seed") { Description = "Overrides random_seed", HelpName = "N" };

    private static readonly Option<bool> TensorBoard = new("--tensorboard")
    {
        Description = "Write a file of events for TensorBoard into the run's folder too",
    };

    private readonly CommonOptions common;
    private readonly ParseResult parsed;
    private readonly Solver<float> solver;
    private readonly Terminal terminal;

    private TrainCommand(CommonOptions common, ParseResult parsed)
    {
        (this.common, this.parsed, terminal) = (common, parsed, common.Terminal);
        if (parsed.GetValue(Resume) && parsed.GetValue(Weights) is not null)
            throw new ConfigException("--weights: received together with --resume, allowed: one of the two");
        if (parsed.GetValue(AllowChanges) && !parsed.GetValue(Resume))
            throw new ConfigException("--allow-changes: received without --resume, allowed: together with it");
        common.Apply(parsed);
        var files = common.Open(parsed);
        if (parsed.GetValue(MaxIter) is { } maxIter)
            files.SetSolver("max_iter", maxIter);
        if (parsed.GetValue(Seed) is { } seed)
            files.SetSolver("random_seed", seed);
        Tuning.Apply(common, parsed, files, Phase.Train);
        var (solverConfig, netConfig) = files.Read();
        solver = Solver<float>.FromConfig(solverConfig, netConfig);
    }

    public static Command Create(CommonOptions common)
    {
        var command = new Command("train", "Train a model")
        {
            common.Model, Run, Resume, AllowChanges, Weights, MaxIter, Seed, TensorBoard, Tuning.Option,
        };
        common.AddComputing(command);
        command.SetAction(parsed => new TrainCommand(common, parsed).Execute());
        return command;
    }

    private int Execute()
    {
        if (parsed.GetValue(Weights) is { } weights)
            LoadWeights(weights);
        using var run = parsed.GetValue(Resume) ? ContinueRun() : BeginRun();
        using var recorder = new RunRecorder(run, solver, parsed.GetValue(TensorBoard));
        terminal.Line($"{solver.Net.Config.Name}: {solver.Net.Parameters.Sum(parameter => (long)parameter.Count):N0} "
            + $"parameters, {Blas.Current.Name} on {WorkPool.Threads} thread{(WorkPool.Threads == 1 ? "" : "s")}, run in {run.FullPath}");

        var progress = new TrainProgress(terminal, solver);
        var isFinished = progress.Run(() => Train(run));
        var elapsed = recorder.Elapsed;
        var hash = solver.WeightsHash();
        if (isFinished)
            Finish(run, recorder, elapsed, hash);
        ShowResult(run, progress, elapsed, hash);
        return isFinished ? ExitCode.Done : Interrupted(run);
    }

    private void LoadWeights(string path)
    {
        var missing = solver.Net.LoadKnownWeights(path);
        if (missing.Count > 0)
            terminal.Line($"{path} has no layer {string.Join(", ", missing)}: new weights there");
    }

    private bool Train(RunFolder run)
    {
        try
        {
            return solver.Train(terminal.Interrupted);
        }
        catch (DivergedException error)
        {
            throw new DivergedException($"{error.Message}{Environment.NewLine}{Keep(error, run)}", error);
        }
    }

    private string Keep(DivergedException error, RunFolder run)
    {
        try
        {
            var bundle = DivergenceBundle.Write(solver, error, run.FullPath);
            return $"the step is kept in {bundle}; to see which layer and sample it was: nf replay {bundle}";
        }
        catch (DataException failure)
        {
            return $"the step is not kept: {failure.Message}";
        }
    }

    private RunFolder BeginRun() => RunFolder.Begin(
        parsed.GetValue(Run) ?? RunFolder.NewName(solver.Net.Config.Name), solver.Config, solver.Net.Config);

    private RunFolder ContinueRun()
    {
        var name = solver.Net.Config.Name;
        var run = RunFolder.Open(parsed.GetValue(Run) ?? RunFolder.NewestOf(name)
            ?? throw new DataException($"--resume: received no --run, and ./runs has no run of '{name}' with a snapshot; "
                + "allowed: --run DIR"));
        try
        {
            var snapshot = run.RestoreNewest(solver, parsed.GetValue(AllowChanges),
                change => terminal.Line($"changed since the snapshot: {change}"),
                damage => terminal.Line($"passed over: {damage}"));
            run.Continue(solver.Iteration, solver.IsAtEnd, solver.Config, solver.Net.Config);
            terminal.Line($"resumed from {snapshot} at iteration {solver.Iteration}");
            return run;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    private int Interrupted(RunFolder run)
    {
        terminal.Line($"interrupted at iteration {solver.Iteration}; saved. To go on: nf train {parsed.GetValue(common.Model)} "
            + $"--resume --run {run.FullPath}");
        return ExitCode.Interrupted;
    }

    private void Finish(RunFolder run, RunRecorder recorder, TimeSpan elapsed, string hash)
    {
        var test = solver.LastTest;
        terminal.Line(string.Create(CultureInfo.InvariantCulture, $"done: {solver.Iteration} iterations in "
            + $"{elapsed.TotalSeconds:0.0} s")
            + (solver.HasStoppedEarly ? ", stopped early" : "")
            + (double.IsNaN(solver.Loss) ? "" : string.Create(CultureInfo.InvariantCulture, $", loss {solver.Loss:0.0000}"))
            + (test?.Accuracy is { } accuracy ? string.Create(CultureInfo.InvariantCulture, $", accuracy {accuracy * 100:0.00} %") : ""));
        terminal.Line($"weights {hash[..16]}…, in {Path.Combine(run.FullPath, SnapshotFiles.NameFor(solver.Iteration))}");
        try
        {
            terminal.Line($"report in {recorder.Finish(hash).Path}");
        }
        catch (DataException error)
        {
            // The training itself is whole and saved.
            terminal.Line($"no report: {error.Message}");
        }
    }

    private void ShowResult(RunFolder run, TrainProgress progress, TimeSpan elapsed, string hash) =>
        terminal.Result(new JsonObject
        {
            ["iteration"] = solver.Iteration,
            ["loss"] = Terminal.Finite(solver.Loss),
            ["accuracy"] = Terminal.Finite(solver.LastTest?.Accuracy),
            ["test_loss"] = Terminal.Finite(solver.LastTest?.Loss),
            ["seconds"] = Math.Round(elapsed.TotalSeconds, 3),
            ["samples_per_second"] = Terminal.Finite(progress.SamplesPerSecond),
            ["weights_sha256"] = hash,
            ["run"] = run.FullPath,
        });
}
