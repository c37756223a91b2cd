using System.CommandLine;
using System.Text.Json.Nodes;

namespace NeuralFramework.Cli;

/// <summary><c>nf lint</c>: what in a model runs and yet is probably not what is meant.</summary>
internal static class LintCommand
{
    private const int Width = 78;

    private static readonly ILintRule[] Rules =
    [
        new BiasBeforeBatchNormRule(), new IterSizeWithBatchNormRule(), new InputScaleRule(), new NoGradientRule(),
        new ReLUBeforeSoftmaxRule(), new NothingLearnsRule(), new TransformsDifferRule(), new LabelsRule(),
        new DeadUnitsRule(), new DivergesRule(),
    ];

    private static readonly Option<bool> NoTrial = new("--no-trial")
    {
        Description = $"Do not train for {LintTrial.Steps} steps to look for dead units and gradients of 0",
    };

    public static Command Create(CommonOptions common)
    {
        var command = new Command("lint", "Look for hazards in a model; exit code 1 when there are any")
        {
            common.Model, NoTrial,
        };
        common.AddComputing(command);
        command.SetAction(parsed => Execute(common, parsed));
        return command;
    }

    private static int Execute(CommonOptions common, ParseResult parsed)
    {
        common.Apply(parsed);
        var files = common.Open(parsed);
        var (solver, config) = files.HasSolver ? files.Read() : (null, files.ReadNet());
        var train = Net<float>.FromConfig(config, Phase.Train, solver?.RandomSeed ?? 1);
        var test = config.Layers.Any(layer => layer.Phase?.Contains(Phase.Test) == true)
            ? Net<float>.FromConfig(config, Phase.Test) : null;
        var target = new LintTarget(config, train, test, solver, null);
        var hazards = HazardsOf(target);
        // Labels outside the classes would end the trial with an error.
        var isTried = solver is not null && train.HasLoss && !parsed.GetValue(NoTrial)
            && !hazards.Exists(hazard => hazard.Rule == LabelsRule.RuleName);
        if (isTried)
        {
            var trial = LintTrial.Run(solver!, config, common.Terminal.Interrupted);
            hazards = HazardsOf(new LintTarget(config, train, test, solver, trial));
        }
        Show(common.Terminal, config.Name, hazards, isTried);
        return hazards.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static List<Hazard> HazardsOf(LintTarget target) =>
        [.. Rules.SelectMany(rule => rule.Look(target)
            .Select(found => new Hazard(rule.Name, found.Layer, found.What, rule.Why)))];

    private static void Show(Terminal terminal, string name, List<Hazard> hazards, bool isTried)
    {
        foreach (var hazard in hazards)
        {
            terminal.Line($"{hazard.Layer}: {hazard.Rule}");
            foreach (var line in Lines.Wrap(hazard.What + ".", Width - 4).Concat(Lines.Wrap(hazard.Why, Width - 4)))
                terminal.Line($"    {line}");
        }
        terminal.Line($"{name}: {hazards.Count} hazard{(hazards.Count == 1 ? "" : "s")}, {Rules.Length} rules, "
            + (isTried ? $"{LintTrial.Steps} steps tried" : "no steps tried"));
        terminal.Result(new JsonObject
        {
            ["hazards"] = new JsonArray([.. hazards.Select(hazard => (JsonNode)new JsonObject
            {
                ["rule"] = hazard.Rule,
                ["layer"] = hazard.Layer.Name,
                ["place"] = hazard.Layer.Place,
                ["what"] = hazard.What,
                ["why"] = hazard.Why,
            })]),
            ["rules"] = new JsonArray([.. Rules.Select(rule => (JsonNode)rule.Name)]),
            ["trial_steps"] = isTried ? LintTrial.Steps : 0,
        });
    }
}
