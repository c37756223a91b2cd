namespace NeuralFramework.Solvers;

/// <summary>Holds a solver that a program made to the limits of one read from a file, and its parts to each
/// other.</summary>
internal static class SolverChecks
{
    /// <exception cref="ConfigException">There are problems; all of them are named.</exception>
    public static void Require(SolverConfig config, NetConfig net)
    {
        var problems = Limits(config).Concat(Tests(config, net)).Select(problem => $"solver: {problem}").ToList();
        if (problems.Count > 0)
            throw new ConfigException(problems);
    }

    private static IEnumerable<string> Limits(SolverConfig config) =>
        ConfigLimits.Problems(config)
            .Concat(ConfigLimits.Problems(config.Rule))
            .Concat(Part("lr_policy", config.LrPolicy))
            .Concat(Part("warmup", config.Warmup))
            .Concat(Part("early_stopping", config.EarlyStopping));

    private static IEnumerable<string> Part(string member, object? record) => record is null
        ? []
        : ConfigLimits.Problems(record).Select(problem => $"member '{member}': {problem}");

    private static IEnumerable<string> Tests(SolverConfig config, NetConfig net)
    {
        (string Member, string Value, TestMetric? Metric)[] watchers =
        [
            ("lr_policy", "reduce_on_plateau", (config.LrPolicy as PlateauPolicy)?.Metric),
            ("early_stopping", "it", config.EarlyStopping?.Metric),
            ("keep_best", "true", config.KeepBest ? TestMetric.Loss : null),
        ];
        foreach (var (member, value, metric) in watchers.Where(watcher => watcher.Metric is not null))
        {
            if (config.TestInterval is not > 0)
                yield return $"member '{member}': received {value} with {TestInterval(config)}, allowed: with a "
                    + "test_interval of 1 or more";
            if (metric == TestMetric.Accuracy && !HasAccuracy(net))
                yield return $"member '{member}': member 'metric': received accuracy, allowed: loss; the net "
                    + $"'{net.Name}' has no Accuracy layer in the phase test";
        }
    }

    private static string TestInterval(SolverConfig config) =>
        config.TestInterval is { } interval ? $"a test_interval of {interval}" : "no test_interval";

    private static bool HasAccuracy(NetConfig net) =>
        net.Layers.Any(layer => layer.Type == "Accuracy" && layer.IsIn(Phase.Test));
}
