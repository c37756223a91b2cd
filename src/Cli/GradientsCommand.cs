using System.CommandLine;
using System.Globalization;
using System.Numerics;
using System.Numerics.Tensors;
using System.Text.Json.Nodes;
using NeuralFramework.Layers;
using NeuralFramework.Reporting;
using NeuralFramework.Solvers;
using Spectre.Console;

namespace NeuralFramework.Cli;

/// <summary><c>nf gradients</c>: how gradients vanish or explode over time, and what clipping does about it.</summary>
internal static class GradientsCommand
{
    private const int MostRows = 12;

    private static readonly Option<string?> Output = new("--output", "-o")
    {
        Description = "The plot: .svg",
        HelpName = "FILE",
    };

    private static readonly Option<int> Iterations = new("--iterations")
    {
        Description = "Also train the RNN of --growth so many iterations, with and without clip_gradients (the "
            + "solver's, else 1)",
        HelpName = "N",
    };

    // Which of the notes' two cases an RNN is in is a matter of its recurrent weights alone.
    private static readonly Option<string> Growth = new("--growth")
    {
        Description = "What the recurrent weights of a second RNN are multiplied by",
        DefaultValueFactory = _ => "2",
        HelpName = "X",
    };

    public static Command Create(CommonOptions common)
    {
        var command = new Command("gradients", "Show how the gradients of recurrent nets vanish or explode over time")
        {
            common.Model, Output, Iterations, Growth,
        };
        common.AddComputing(command);
        command.SetAction(parsed => Execute(common, parsed));
        return command;
    }

    private sealed record Trained(string Name, List<double> Losses, List<double> Norms, string? Diverged);

    private static int Execute(CommonOptions common, ParseResult parsed)
    {
        common.Apply(parsed);
        var (path, iterations) = (parsed.GetValue(Output), parsed.GetValue(Iterations));
        if (path is not null)
            LinePlot.RequireExtension(path);
        if (iterations < 0)
            throw new ConfigException($"--iterations: received {iterations}, allowed: 0 or more");
        var growth = GrowthOf(parsed.GetValue(Growth)!);
        var grown = string.Create(CultureInfo.InvariantCulture, $"RNN, W_h · {growth}");
        var files = common.Open(parsed);
        var (solver, config) = iterations > 0 ? files.Read() : (files.ReadSolver(), files.ReadNet());
        var seed = solver?.RandomSeed ?? 1;
        var lines = new[] { "RNN", "LSTM", "GRU" }.Select(cell => new PlotLine(cell, Measure(config, cell, 1, seed)))
            .Append(new PlotLine(grown, Measure(config, "RNN", growth, seed))).ToList();
        var trained = iterations == 0 ? [] : Train(common, solver!, config, iterations, growth);
        Print(common.Terminal, lines, trained);
        if (path is not null)
        {
            LinePlot.Write(path, $"Norms of gradients over time of {config.Name} with several cells",
                [OverTime(lines), .. Panels(grown, trained)]);
            common.Terminal.Line(path);
        }
        common.Terminal.Result(ToJson(lines, trained, path));
        return ExitCode.Done;
    }

    private static double[] Measure(NetConfig config, string cell, double growth, long seed)
    {
        // In double: what explodes leaves the range of float.
        var net = Net<double>.FromConfig(StateGradients.WithCell(config, cell), Phase.Train, seed);
        Grow(net, growth);
        return StateGradients.Measure(net);
    }

    /// <summary>Multiplies the recurrent weights of an RNN, in each of its layers.</summary>
    private static void Grow<T>(Net<T> net, double growth) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var layer = StateGradients.LayerOf(net);
        var options = (RecurrentOptions)net.Nodes.Single(node => node.Layer == layer).Config.Options;
        // Of each: W_x, W_h and perhaps a bias.
        var each = layer.Parameters.Count / options.NumLayers;
        for (var i = 1; i < layer.Parameters.Count && growth != 1; i += each)
            TensorPrimitives.Multiply(layer.Parameters[i].Data, T.CreateTruncating(growth), layer.Parameters[i].Data);
    }

    private static List<Trained> Train(CommonOptions common, SolverConfig config, NetConfig net, int iterations,
        double growth)
    {
        var limit = config.ClipGradients ?? 1;
        return
        [
            TrainOnce(common, config with { ClipGradients = null }, net, iterations, growth, "not clipped"),
            TrainOnce(common, config with { ClipGradients = limit }, net, iterations, growth,
                string.Create(CultureInfo.InvariantCulture, $"clipped to {limit}")),
        ];
    }

    private static Trained TrainOnce(CommonOptions common, SolverConfig config, NetConfig net, int iterations,
        double growth, string name)
    {
        var solver = Solver<float>.FromConfig(config with { TestInterval = 0 }, StateGradients.WithCell(net, "RNN"));
        Grow(solver.Net, growth);
        var trained = new Trained(name, [], [], null);
        for (var i = 0; i < iterations; i++)
        {
            common.Terminal.Interrupted.ThrowIfCancellationRequested();
            try
            {
                trained.Losses.Add(solver.Step(1));
            }
            catch (DivergedException error)
            {
                return trained with { Diverged = error.Message };
            }
            // An update reads the gradients and leaves them as they were before it was clipped.
            trained.Norms.Add(Math.Sqrt(solver.Net.Parameters.Where(parameter => parameter.NeedsGradient)
                .Sum(parameter => SumOfSquares(parameter.Diff)) / Math.Pow(config.IterSize, 2)));
        }
        return trained;
    }

    private static double SumOfSquares(ReadOnlySpan<float> values)
    {
        var sum = 0.0;
        foreach (var value in values)
            sum += (double)value * value;
        return sum;
    }

    private static void Print(Terminal terminal, List<PlotLine> lines, List<Trained> trained)
    {
        terminal.Line("the norm of the gradient of the last step's loss with respect to the state after step t");
        var table = Terminal.NewTable([("t", true), .. lines.Select(line => (line.Name, true))]);
        var steps = lines[0].Values.Count;
        var rows = Math.Min(MostRows, steps);
        for (var row = 0; row < rows; row++)
        {
            var t = rows == 1 ? 0 : (int)Math.Round((double)row * (steps - 1) / (rows - 1));
            table.AddRow([t.ToString(CultureInfo.InvariantCulture),
                .. lines.Select(line => Scientific(line.Values[t]))]);
        }
        terminal.Write(table);
        foreach (var run in trained)
            terminal.Line($"{run.Name}: {run.Losses.Count} iterations, loss {Scientific(Mean(run.Losses))} over the "
                + $"last tenth, largest norm of the gradients {Scientific(run.Norms.DefaultIfEmpty(double.NaN).Max())}"
                + (run.Diverged is null ? "" : $"; {run.Diverged}"));
    }

    private static double Mean(List<double> losses) => losses.Count == 0 ? double.NaN
        : losses.TakeLast(Math.Max(1, losses.Count / 10)).Average();

    private static PlotPanel OverTime(List<PlotLine> lines) =>
        new("‖∂L/∂h‖ of the last step's loss", "step t", lines, IsLogarithmic: true);

    private static IEnumerable<PlotPanel> Panels(string grown, List<Trained> trained) => trained.Count == 0 ? [] :
    [
        new PlotPanel($"norm of all gradients: {grown}", "iteration",
            [.. trained.Select(run => new PlotLine(run.Name, run.Norms))], IsLogarithmic: true),
        new PlotPanel("loss", "iteration", [.. trained.Select(run => new PlotLine(run.Name, run.Losses))],
            IsLogarithmic: true),
    ];

    private static JsonObject ToJson(List<PlotLine> lines, List<Trained> trained, string? path) => new()
    {
        ["norms"] = new JsonObject(lines.Select(line =>
            KeyValuePair.Create<string, JsonNode?>(line.Name, Numbers(line.Values)))),
        ["training"] = new JsonArray([.. trained.Select(run => (JsonNode)new JsonObject
        {
            ["name"] = run.Name,
            ["losses"] = Numbers(run.Losses),
            ["norms"] = Numbers(run.Norms),
            ["diverged"] = run.Diverged,
        })]),
        ["file"] = path,
    };

    private static JsonArray Numbers(IEnumerable<double> values) =>
        new([.. values.Select(value => Terminal.Finite(value))]);

    private static double GrowthOf(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && value > 0 && double.IsFinite(value)
            ? value
            : throw new ConfigException($"--growth: received '{text}', allowed: a number above 0");

    private static string Scientific(double value) => value.ToString("0.00e+00", CultureInfo.InvariantCulture);
}
