using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using NeuralFramework.Solvers;
using Spectre.Console;

namespace NeuralFramework.Cli;

/// <summary><c>nf plan</c>: what a training will take, before it is begun.</summary>
internal sealed class PlanCommand
{
    private static readonly Option<int> Steps = new("--steps")
    {
        Description = "How many steps are timed, after a warm-up of a second; 0: none",
        DefaultValueFactory = _ => 10,
        HelpName = "N",
    };

    private static readonly Option<int?> Batch = new("--batch") { Description = "Overrides every batch_size", HelpName = "N" };

    private readonly Terminal terminal;
    private readonly Net<float> net;
    private readonly Solver<float>? solver;
    private readonly long before = Environment.WorkingSet;
    private readonly MemoryPlan memory;
    private readonly StepEstimate? estimate;

    private PlanCommand(Terminal terminal, NetConfig config, SolverConfig? solverConfig, int steps)
    {
        this.terminal = terminal;
        var reserved = MemoryLimit.ReservedOnThread;
        if (solverConfig is null)
        {
            net = Net<float>.FromConfig(config, Phase.Train);
            memory = MemoryPlan.Of(net, MemoryLimit.ReservedOnThread - reserved);
            return;
        }
        solver = Solver<float>.FromConfig(solverConfig, config);
        net = solver.Net;
        memory = MemoryPlan.Of(solver, MemoryLimit.ReservedOnThread - reserved);
        estimate = steps > 0 ? StepEstimate.Measure(solver, steps, terminal.Interrupted) : null;
    }

    public static Command Create(CommonOptions common)
    {
        var command = new Command("plan", "Show what a training will take: layers, shapes, parameters, arithmetic, memory, time")
        {
            common.Model, Steps, Batch,
        };
        common.AddComputing(command);
        command.SetAction(parsed => Execute(common, parsed));
        return command;
    }

    private static int Execute(CommonOptions common, ParseResult parsed)
    {
        common.Apply(parsed);
        var steps = parsed.GetValue(Steps);
        if (steps < 0)
            throw new ConfigException($"--steps: received {steps}, allowed: 0 (none) or more");
        var files = common.Open(parsed, parsed.GetValue(Batch));
        var (solver, net) = files.HasSolver ? files.Read() : (null, files.ReadNet());
        var plan = new PlanCommand(common.Terminal, net, solver, steps);
        plan.Show();
        common.Terminal.Result(plan.ToJson());
        return ExitCode.Done;
    }

    private long Parameters => CountOf(learned: true);

    private long Frozen => CountOf(learned: false);

    private IEnumerable<NetNode<float>> Nodes => net.Nodes.Where(node => !node.IsInserted);

    private IDataCursor? Data => net.Layers.OfType<IDataCursor>().FirstOrDefault();

    /// <summary>The steps of an epoch; null where the data has no count.</summary>
    private double? StepsOfEpoch => Data is { } data && solver?.SamplesPerIteration is { } samples
        ? (double)data.SampleCount / samples : null;

    private double? StepMs => estimate?.StepMs;

    private double? EpochSeconds => StepMs / 1000 * StepsOfEpoch;

    private double? TrainingSeconds => StepMs / 1000 * solver?.Config.MaxIter;

    private void Show()
    {
        var table = Terminal.NewTable(("layer", false), ("type", false), ("top", false), ("parameters", true),
            ("multiply-adds", true));
        foreach (var node in Nodes)
            table.AddRow(Markup.Escape(node.Layer.Name), node.Layer.Type,
                Markup.Escape(string.Join(" ", node.Top.Select(top => top.Shape))), Count(LearnedBy(node)),
                Amount(LayerWork.Forward(node)));
        terminal.Write(table);
        terminal.Line($"{net.Config.Name}: {Parameters:N0} parameters that are learned"
            + (Frozen > 0 ? $", {Frozen:N0} that are not" : ""));
        if (Forward > 0)
            terminal.Line($"multiply-adds (2 FLOPs each) of products with weights, for a batch"
                + $"{(Data is { } data ? $" of {data.BatchSize}" : "")}:{Environment.NewLine}  {Amount(Forward)} forward, "
                + $"{Amount(Step)} forward and backward");
        ShowMemory();
        ShowTime();
    }

    private void ShowMemory()
    {
        terminal.Line($"memory: {Bytes(memory.Total + before)}, computed:");
        foreach (var (name, bytes) in memory.Parts.Append(("the program itself", before)).Where(part => part.Item2 >= 50_000))
            terminal.Line($"  {Bytes(bytes),9}  {name}");
        if (estimate is not null)
            terminal.Line($"  {Bytes(estimate.PeakBytes),9}  is the most that the process had in these steps, measured");
    }

    private void ShowTime()
    {
        if (estimate is null)
            return;
        terminal.Line(string.Create(CultureInfo.InvariantCulture, $"time: {StepMs:0.00} ms a step (median of {estimate.Steps}, "
            + $"{Blas.Current.Name} on {WorkPool.Threads} thread{(WorkPool.Threads == 1 ? "" : "s")})")
            + (Step == 0 ? "" : string.Create(CultureInfo.InvariantCulture,
                $", {2.0 * Step * solver!.Config.IterSize / StepMs / 1e6:0.0} GFLOPS")));
        if (StepsOfEpoch is { } steps)
            terminal.Line(string.Create(CultureInfo.InvariantCulture,
                $"  an epoch of {Data!.SampleCount:N0} samples: {steps:0.#} steps, {Time(EpochSeconds)}"));
        terminal.Line($"  the training: {solver!.Config.MaxIter:N0} steps, {Time(TrainingSeconds)}, without its tests");
    }

    private JsonObject ToJson() => new()
    {
        ["name"] = net.Config.Name,
        ["parameters"] = Parameters,
        ["frozen_parameters"] = Frozen,
        ["forward_multiply_adds"] = Forward,
        ["step_multiply_adds"] = Step,
        ["memory"] = new JsonObject(memory.Parts.Append(("total", memory.Total)).Select(part => KeyValuePair.Create(
            part.Item1.Replace(",", "").Replace(' ', '_'), (JsonNode?)part.Item2))),
        ["process_bytes_before"] = before,
        ["process_bytes_peak"] = estimate?.PeakBytes,
        ["batch_size"] = Data?.BatchSize,
        ["samples"] = Data?.SampleCount,
        ["steps_of_epoch"] = StepsOfEpoch,
        ["step_ms"] = StepMs,
        ["epoch_seconds"] = EpochSeconds,
        ["training_seconds"] = TrainingSeconds,
        ["layers"] = new JsonArray([.. Nodes.Select(node => (JsonNode)new JsonObject
        {
            ["name"] = node.Layer.Name,
            ["type"] = node.Layer.Type,
            ["tops"] = new JsonObject(node.Top.Select(top => KeyValuePair.Create(top.Name,
                (JsonNode?)new JsonArray([.. top.Shape.Select(extent => (JsonNode)extent)])))),
            ["parameters"] = LearnedBy(node),
            ["forward_multiply_adds"] = LayerWork.Forward(node),
            ["step_multiply_adds"] = LayerWork.Step(node),
        })]),
    };

    private long Forward => net.Nodes.Sum(LayerWork.Forward);

    private long Step => net.Nodes.Sum(LayerWork.Step);

    private long CountOf(bool learned) =>
        net.Parameters.Where(parameter => parameter.NeedsGradient == learned).Sum(parameter => (long)parameter.Count);

    private static long LearnedBy(NetNode<float> node) =>
        node.Layer.Parameters.Where(parameter => parameter.NeedsGradient).Sum(parameter => (long)parameter.Count);

    private static string Count(long count) => count == 0 ? "" : count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Amount(long count) => count switch
    {
        0 => "",
        < 1_000_000 => count.ToString("N0", CultureInfo.InvariantCulture),
        < 1_000_000_000 => (count / 1e6).ToString("0.0 M", CultureInfo.InvariantCulture),
        _ => (count / 1e9).ToString("0.0 G", CultureInfo.InvariantCulture),
    };

    private static string Bytes(long bytes) => (bytes / 1e6).ToString("0.0 MB", CultureInfo.InvariantCulture);

    private static string Time(double? seconds) => seconds switch
    {
        null => "",
        < 60 => seconds.Value.ToString("0.0 s", CultureInfo.InvariantCulture),
        < 3600 => (seconds.Value / 60).ToString("0.0 min", CultureInfo.InvariantCulture),
        _ => (seconds.Value / 3600).ToString("0.0 h", CultureInfo.InvariantCulture),
    };
}
