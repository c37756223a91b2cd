using NeuralFramework.Solvers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>What holds for every rule.</summary>
[NonParallelizable]
public class UpdateRuleTests
{
    /// <summary>A rule of each type. All that a solver file can name are here.</summary>
    internal static IReadOnlyList<UpdateRule> All { get; } =
    [
        new SgdRule { Momentum = 0.9 }, new NesterovRule { Momentum = 0.9 }, new AdaGradRule(), new RmsPropRule(),
        new AdaDeltaRule(), new AdamRule(), new AdamWRule(),
    ];

    internal static IEnumerable<TestCaseData> Rules() =>
        All.Select(rule => new TestCaseData(rule).SetArgDisplayNames(rule.GetType().Name));

    private static IEnumerable<TestCaseData> RulesAndRegularizations() =>
        All.SelectMany(rule => Enum.GetValues<RegularizationType>().Select(type =>
            new TestCaseData(rule, type).SetArgDisplayNames(rule.GetType().Name, $"{type}")));

    private static Blob<T>[] HistoryOf<T>(UpdateRule rule, int count, double value = 0)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var history = Enumerable.Range(0, rule.HistoryPerWeight()).Select(_ => new Blob<T>([count])).ToArray();
        foreach (var blob in history)
            blob.Data.Fill(T.CreateTruncating(value));
        return history;
    }

    [Test]
    public void Every_rule_that_a_file_can_name_is_tested_here() =>
        Assert.That(All.Select(rule => rule.GetType()),
            Is.EquivalentTo(ConfigSchema.DerivedTypes(typeof(UpdateRule)).Values));

    [TestCaseSource(nameof(RulesAndRegularizations))]
    public void The_tail_behind_the_last_whole_vector_gets_the_same_bits_as_a_vector(UpdateRule rule,
        RegularizationType type)
    {
        const int count = 37;
        var parameter = new Parameter<float>("p", [count]);
        var history = HistoryOf<float>(rule, count, 0.1);
        for (var i = 0; i < count; i++)
        {
            // Weights of both signs and zero; every place the same as the last one of its kind.
            parameter.Data[i] = (i % 3 - 1) * 0.7f;
            parameter.Diff[i] = (i % 3 + 1) * 0.3f;
        }
        rule.Update(new UpdateRange<float>(parameter, history, 0, count), new UpdateRates(0.11, 0.5, 0.13, type, 6));
        for (var i = 0; i < count; i++)
        {
            Assert.That(parameter.Data[i], Is.EqualTo(parameter.Data[i % 3]), $"weight {i}");
            foreach (var blob in history)
                Assert.That(blob.Data[i], Is.EqualTo(blob.Data[i % 3]), $"history {i}");
        }
        Assert.That(parameter.Data[2], Is.Not.EqualTo(0.7f));
    }

    [TestCaseSource(nameof(RulesAndRegularizations))]
    public void A_weight_that_is_not_a_number_stays_one(UpdateRule rule, RegularizationType type)
    {
        foreach (var count in new[] { 1, 37 })
        {
            var parameter = new Parameter<double>("p", [count]);
            parameter.Data.Fill(double.NaN);
            rule.Update(new UpdateRange<double>(parameter, HistoryOf<double>(rule, count), 0, count),
                new UpdateRates(0.1, 1, 0.1, type));
            Assert.That(parameter.Data.ToArray(), Is.All.NaN);
        }
    }

    [TestCaseSource(nameof(Rules))]
    public void Only_the_range_is_touched(UpdateRule rule)
    {
        var parameter = new Parameter<double>("p", [10]);
        parameter.Diff.Fill(1);
        var history = HistoryOf<double>(rule, 10);
        rule.Update(new UpdateRange<double>(parameter, history, 3, 5), new UpdateRates(1, 1, 0, default));
        foreach (var blob in history.Append(parameter))
            Assert.That(blob.Data.ToArray().Select(value => value != 0),
                Is.EqualTo(Enumerable.Range(0, 10).Select(i => i is 3 or 4)));
    }

    [TestCaseSource(nameof(Rules))]
    public void The_gradient_is_scaled_before_anything_else(UpdateRule rule)
    {
        static double[] Run(UpdateRule rule, double gradient, double scale)
        {
            var parameter = new Parameter<double>("p", [5]);
            parameter.Data.Fill(0.3);
            var history = HistoryOf<double>(rule, 5);
            for (var t = 0; t < 3; t++)
            {
                parameter.Diff.Fill(gradient);
                rule.Update(new UpdateRange<double>(parameter, history, 0, 5),
                    new UpdateRates(0.1, scale, 0.2, RegularizationType.L2, t));
            }
            return parameter.Data.ToArray();
        }
        Assert.That(Run(rule, 6, 0.25), Is.EqualTo(Run(rule, 1.5, 1)).Within(1e-15));
    }

    [TestCaseSource(nameof(Rules))]
    public void An_update_allocates_nothing(UpdateRule rule)
    {
        var parameter = new Parameter<float>("p", [1001]);
        var history = HistoryOf<float>(rule, 1001);
        void Update() => rule.Update(new UpdateRange<float>(parameter, history, 0, 1001),
            new UpdateRates(0.1, 1, 0.1, RegularizationType.L2));
        Update();
        Assert.That(Allocation.Of(Update), Is.Zero);
    }

    [TestCaseSource(nameof(Rules))]
    public void Several_small_batches_are_one_large_one(UpdateRule rule)
    {
        // Larger than rounding makes of it where a gradient is as small as the root that it is divided by.
        var config = TrainingSets.Sgd(0.05) with { WeightDecay = 0.1, Rule = rule, ClipGradients = 0.5 };
        var large = Solver<double>.FromConfig(config, TrainingSets.TwoLayers(6));
        var small = Solver<double>.FromConfig(config with { IterSize = 3 }, TrainingSets.TwoLayers(2));
        for (var step = 0; step < 5; step++)
            Assert.That(small.Step(1), Is.EqualTo(large.Step(1)).Within(1e-12));
        foreach (var (a, b) in small.Net.Parameters.Zip(large.Net.Parameters))
            Assert.That(a.Data.ToArray(), Is.EqualTo(b.Data.ToArray()).Within(1e-12));
    }

    [TestCaseSource(nameof(Rules))]
    public void The_weights_are_the_same_bits_for_any_number_of_threads(UpdateRule rule)
    {
        // Larger than a part of the work pool.
        var net = NetJson.Layers(
            """{ "type": "InMemory", "top": ["x", "y"], "batch_size": 2, "data": [[1], [-2]], "labels": [[1], [3]] }""",
            """{ "type": "InnerProduct", "bottom": "x", "num_output": 40000, "weight_filler": { "type": "msra" } }""",
            """{ "type": "InnerProduct", "num_output": 1, "weight_filler": { "type": "xavier" }, "name": "out" }""",
            """{ "type": "EuclideanLoss", "bottom": ["out", "y"] }""");
        var before = WorkPool.Threads;
        try
        {
            var hashes = new List<string>();
            foreach (var threads in new[] { 1, 2, 5 })
            {
                WorkPool.Threads = threads;
                var solver = Solver<float>.FromConfig(TrainingSets.Sgd(0.001) with
                {
                    Rule = rule, WeightDecay = 0.01, ClipGradients = 0.1, EmaDecay = 0.9,
                }, net);
                solver.Step(4);
                hashes.Add(solver.Net.WeightsHash() + solver.WeightsHash());
            }
            Assert.That(hashes.Distinct().Count(), Is.EqualTo(1));
        }
        finally
        {
            WorkPool.Threads = before;
        }
    }
}
