using System.CommandLine;
using System.Text.Json.Nodes;
using NeuralFramework.Solvers;

namespace NeuralFramework.Cli;

/// <summary><c>nf verify-resume</c>: whether a training that is stopped and resumed comes to the same bits.</summary>
internal static class VerifyResumeCommand
{
    private static readonly Option<int> Iterations = new("--iterations")
    {
        Description = "How many iterations are trained in one go, and again with a stop half-way",
        DefaultValueFactory = _ => 20,
        HelpName = "N",
    };

    public static Command Create(CommonOptions common)
    {
        var command = new Command("verify-resume",
            "Train in one go, and stopped half-way and resumed, and compare the weights; exit code 1 when they differ")
        { common.Model, Iterations };
        common.AddComputing(command);
        command.SetAction(parsed => Execute(common, parsed));
        return command;
    }

    private static int Execute(CommonOptions common, ParseResult parsed)
    {
        common.Apply(parsed);
        var iterations = parsed.GetValue(Iterations);
        if (iterations < 2)
            throw new ConfigException($"--iterations: received {iterations}, allowed: 2 or more");
        var (solver, net) = common.Open(parsed).Read();
        var folder = Directory.CreateTempSubdirectory("nf-verify-resume-");
        try
        {
            var result = ResumeCheck.Run<float>(solver, net, iterations, folder.FullName, common.Terminal.Interrupted);
            Show(common.Terminal, result, net.Name);
            return result.IsSame ? ExitCode.Done : ExitCode.Failed;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Show(Terminal terminal, ResumeCheckResult result, string name)
    {
        terminal.Line($"{name}: {result.Iterations} iterations in one go:  {result.WeightsHash}");
        terminal.Line($"{name}: stopped after {result.StoppedAt} and resumed: {result.ResumedHash}");
        terminal.Line(result.IsSame ? "the same bits: weights, history, positions in the data"
            : $"they differ, first in '{result.FirstDifference}'");
        terminal.Result(new JsonObject
        {
            ["iterations"] = result.Iterations,
            ["stopped_at"] = result.StoppedAt,
            ["weights_sha256"] = result.WeightsHash,
            ["resumed_sha256"] = result.ResumedHash,
            ["same"] = result.IsSame,
            ["first_difference"] = result.FirstDifference,
        });
    }
}
