using System.Text.Json.Nodes;
using NeuralFramework.Solvers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>Trainings that are saved and go on.</summary>
public class SnapshotTests
{
    [Test]
    public void The_newest_snapshot_is_that_of_the_highest_iteration()
    {
        using var folder = new TempFolder();
        foreach (var iteration in new[] { 9_999_999, 10_000_000, 20 })
            folder.Write(SnapshotFiles.NameFor(iteration), "");
        Assert.That(SnapshotFiles.NewestFirst(folder.Path).Select(Path.GetFileName), Is.EqualTo(new[]
        {
            "iteration-10000000.safetensors", "iteration-9999999.safetensors", "iteration-0000020.safetensors",
        }));
    }

    private TempFolder folder = null!;

    [SetUp]
    public void CreateFolder() => folder = new TempFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    private static SolverConfig Config => TrainingSets.Sgd(momentum: 0.9, maxIter: 20) with
    {
        WeightDecay = 0.01, IterSize = 2, LrPolicy = new StepPolicy { Gamma = 0.5, StepSize = 6 }, Display = 1,
    };

    private static Solver<double> Make(SolverConfig? config = null, NetConfig? net = null) =>
        Solver<double>.FromConfig(config ?? Config, net ?? TrainingSets.TwoLayers(2));

    private string SnapshotAfter(int steps, Solver<double>? solver = null)
    {
        solver ??= Make();
        solver.Step(steps);
        solver.Snapshot(folder.In("s.safetensors"));
        return folder.In("s.safetensors");
    }

    // Two epochs and a part: the shuffled order has changed by then.
    [TestCase(1)]
    [TestCase(5)]
    [TestCase(8)]
    public void A_restored_training_goes_on_to_the_same_bits(int steps)
    {
        var whole = Make();
        var losses = new List<double>();
        for (var i = 0; i < 12; i++)
            losses.Add(whole.Step(1));
        var resumed = Make();
        resumed.Restore(SnapshotAfter(steps));
        Assert.That(resumed.Iteration, Is.EqualTo(steps));
        for (var i = steps; i < 12; i++)
            Assert.That(resumed.Step(1), Is.EqualTo(losses[i]), $"the loss of step {i}");
        Assert.That(resumed.Net.WeightsHash(), Is.EqualTo(whole.Net.WeightsHash()));
    }

    [Test]
    public void Restoring_forgets_what_the_solver_did_before()
    {
        var path = SnapshotAfter(3);
        var fresh = Make();
        fresh.Restore(path);
        var used = Make(Config with { Display = 5 });
        used.Step(4);
        used.Restore(path);
        var freshLosses = new List<double> { fresh.Step(1), fresh.Step(1) };
        used.Step(2);
        Assert.That(used.Net.WeightsHash(), Is.EqualTo(fresh.Net.WeightsHash()));
        Assert.That(used.Loss, Is.EqualTo(freshLosses.Average()).Within(1e-15));
        Assert.That(used.TestNets[0].WeightsHash(), Is.EqualTo(used.Net.WeightsHash()));
    }

    [Test]
    public void A_snapshot_has_weights_history_and_where_the_training_stands()
    {
        var file = SafeTensors.Load(SnapshotAfter(3));
        Assert.That(file.Names, Is.EqualTo(new[]
        {
            "history/fc1/0/0", "history/fc1/1/0", "history/fc2/0/0", "history/fc2/1/0",
            "param/fc1/0", "param/fc1/1", "param/fc2/0", "param/fc2/1",
        }));
        Assert.That(file.Metadata["iteration"], Is.EqualTo("3"));
        Assert.That(file.Metadata["data_cursor/train"], Is.EqualTo("12"));
        Assert.That(file.Metadata["config_sha256"], Has.Length.EqualTo(64));
        Assert.That(file.Metadata["solver_type"], Is.EqualTo("SGD"));
        Assert.That(file.Metadata["seed"], Is.EqualTo("1"));
        Assert.That(SolverConfig.Read(ConfigDocument.FromNode(JsonNode.Parse(file.Metadata["config"])!["solver"]!
            .DeepClone().AsObject())), Is.EqualTo(Config));
    }

    [Test]
    public void A_snapshot_is_a_weights_file_as_well()
    {
        var solver = Make();
        var path = SnapshotAfter(3, solver);
        var net = Net<double>.FromConfig(TrainingSets.TwoLayers(2), Phase.Test);
        net.LoadWeights(path);
        Assert.That(net.WeightsHash(), Is.EqualTo(solver.Net.WeightsHash()));
    }

    private static IEnumerable<TestCaseData> OtherTrainings()
    {
        yield return Case("base_lr: was 0.1, is 0.2", Config with { BaseLr = 0.2 });
        yield return Case("momentum: was 0.9, is 0.8", Config with { Rule = new SgdRule { Momentum = 0.8 } });
        yield return Case("random_seed: was 1, is 2", Config with { RandomSeed = 2 });
        yield return Case("iter_size: was 2, is 1", Config with { IterSize = 1 });
        yield return Case("lr_policy.gamma: was 0.5, is 0.25", Config with
        {
            LrPolicy = new StepPolicy { Gamma = 0.25, StepSize = 6 },
        });
        yield return Case("warmup: was nothing, is {\"iterations\":9,\"start_factor\":0}", Config with
        {
            Warmup = new Warmup { Iterations = 9 },
        });
        yield return Case("ema_decay: was nothing, is 0.9", Config with { EmaDecay = 0.9 });
        yield return Case("layers.train.batch_size: was 2, is 3", Config, TrainingSets.TwoLayers(3));
        yield return Case("layers.train.shuffle: was true, is false", Config,
            TrainingSets.TwoLayers(2, shuffle: "false"));

        static TestCaseData Case(string change, SolverConfig config, NetConfig? net = null) =>
            new TestCaseData(change, config, net).SetArgDisplayNames(change.Split(':')[0]);
    }

    [TestCaseSource(nameof(OtherTrainings))]
    public void A_snapshot_of_another_training_is_refused_says_what_changed_and_changes_nothing(string change,
        SolverConfig config, NetConfig? net)
    {
        var path = SnapshotAfter(3);
        var other = Make(config, net);
        other.Step(1);
        var before = other.Net.WeightsHash();
        Assert.That(() => other.Restore(path), Throws.TypeOf<ConfigException>().With.Message.EqualTo(
            $"{path}: is no snapshot of this training: {change}; allowed: the same net, solver, data and seed, or other "
                + "ones with --allow-changes"));
        AssertUnchanged(other, before, 1);
    }

    [TestCaseSource(nameof(OtherTrainings))]
    public void A_snapshot_of_another_training_is_read_where_that_is_allowed(string change, SolverConfig config,
        NetConfig? net)
    {
        var solver = Make();
        var path = SnapshotAfter(3, solver);
        var other = Make(config, net);
        Assert.That(other.Restore(path, allowChanges: true), Is.EqualTo(new[] { change }));
        Assert.That(other.Iteration, Is.EqualTo(3));
        Assert.That(other.Net.WeightsHash(), Is.EqualTo(solver.Net.WeightsHash()));
        Assert.That(other.WeightsHash(), Is.EqualTo(solver.Net.WeightsHash()));
        other.Step(1);
        Assert.That(other.Net.WeightsHash(), Is.Not.EqualTo(solver.Net.WeightsHash()));
    }

    [Test]
    public void The_history_of_one_rule_is_none_of_another()
    {
        var path = SnapshotAfter(3);
        var other = Make(Config with { Rule = new NesterovRule { Momentum = 0.9 } });
        Assert.That(() => other.Restore(path, allowChanges: true), Throws.TypeOf<ConfigException>().With.Message.EqualTo(
            $"{path}: holds the history of the rule SGD: received the type Nesterov, allowed: the same, or --weights "
                + "without --resume to begin anew from its weights"));
        AssertUnchanged(other, Make().Net.WeightsHash(), 0);
    }

    [Test]
    public void Weights_of_other_shapes_are_refused_whatever_is_allowed()
    {
        var path = SnapshotAfter(3);
        var net = TrainingSets.TwoLayers(2).ToJson();
        net["layers"]![2]!["num_output"] = 6;
        var other = Make(net: NetConfig.Read(ConfigDocument.FromNode(net)));
        Assert.That(() => other.Restore(path, allowChanges: true), Throws.TypeOf<DataException>()
            .With.Message.Contains("tensor 'history/fc1/0/0': received 5×3, allowed: 6×3"));
        Assert.That(other.Iteration, Is.Zero);
    }

    [Test]
    public void The_length_of_the_training_may_change_only_where_the_rate_does_not_depend_on_it()
    {
        var config = Config with { LrPolicy = new PolyPolicy { Power = 1 } };
        var path = SnapshotAfter(3, Make(config));
        Assert.That(() => Make(config with { MaxIter = 30 }).Restore(path), Throws.TypeOf<ConfigException>()
            .With.Message.Contains(": max_iter: was 20, is 30; "));
        Assert.That(Make(config with { Display = 7 }).Restore(path), Is.Empty);
    }

    [Test]
    public void The_tests_may_change_only_where_the_rate_does_not_depend_on_them()
    {
        var config = Config with { LrPolicy = new PlateauPolicy(), TestInterval = 4 };
        var path = SnapshotAfter(3, Make(config));
        Assert.That(() => Make(config with { TestInterval = 5 }).Restore(path), Throws.TypeOf<ConfigException>()
            .With.Message.Contains(": test_interval: was 4, is 5; "));
    }

    [Test]
    public void What_decides_only_when_to_stop_and_report_may_change()
    {
        var path = SnapshotAfter(3);
        var other = Make(Config with
        {
            MaxIter = 100, TestInterval = 7, TestIter = 1, Display = 3, Snapshot = 5, Net = "elsewhere.json",
            Schema = "x", KeepLast = 2, KeepBest = true, EarlyStopping = new EarlyStopping { Patience = 3 },
        });
        other.Restore(path);
        Assert.That(other.Iteration, Is.EqualTo(3));
    }

    [Test]
    public void A_missing_or_damaged_snapshot_is_refused_and_changes_nothing()
    {
        var bytes = File.ReadAllBytes(SnapshotAfter(3));
        var solver = Make();
        solver.Step(1);
        var before = solver.Net.WeightsHash();
        Assert.That(() => solver.Restore(folder.In("no")), Throws.TypeOf<DataException>());
        Assert.That(() => solver.Restore(folder.Write("cut", bytes[..^1])), Throws.TypeOf<DataException>());
        bytes[^5] ^= 1;
        Assert.That(() => solver.Restore(folder.Write("flipped", bytes)), Throws.TypeOf<DataException>()
            .With.Message.EqualTo($"{folder.In("flipped")}: received contents with another checksum than they were written "
                + "with, allowed: a whole snapshot"));
        AssertUnchanged(solver, before, 1);
    }

    [TestCase("iteration", null)]
    [TestCase("iteration", "-1")]
    [TestCase("data_cursor/train", "x")]
    public void A_snapshot_with_wrong_metadata_is_refused_and_changes_nothing(string key, string? value)
    {
        var path = SnapshotAfter(3);
        var file = SafeTensors.Load(path);
        if (value is null)
            file.Metadata.Remove(key);
        else
            file.Metadata[key] = value;
        file.Seal();
        file.Save(path);
        var solver = Make();
        solver.Step(1);
        var before = solver.Net.WeightsHash();
        Assert.That(() => solver.Restore(path), Throws.TypeOf<DataException>().With.Message.EqualTo(
            $"{path}: metadata '{key}': received {value ?? "nothing"}, allowed: a whole number of 0 or more"));
        AssertUnchanged(solver, before, 1);
    }

    [TestCase("config", null)]
    [TestCase("config", "[]")]
    [TestCase("tests", "{")]
    [TestCase("tests", "{}")]
    [TestCase("tests", "null")]
    [TestCase("losses", "{\"sum\": \"x\", \"count\": 1}")]
    public void A_snapshot_with_damaged_state_is_refused_and_changes_nothing(string key, string? value)
    {
        var path = SnapshotAfter(3);
        var file = SafeTensors.Load(path);
        if (value is null)
            file.Metadata.Remove(key);
        else
            file.Metadata[key] = value;
        file.Seal();
        file.Save(path);
        var solver = Make();
        solver.Step(1);
        var before = solver.Net.WeightsHash();
        Assert.That(() => solver.Restore(path), Throws.TypeOf<DataException>().With.Message.StartsWith(
            $"{path}: metadata '{key}': received {value ?? "nothing"}, allowed: "));
        AssertUnchanged(solver, before, 1);
    }

    private static readonly LrPolicy[] Policies =
    [
        new FixedPolicy(), new PlateauPolicy { Patience = 0, Gamma = 0.7, Cooldown = 1 },
        new CosinePolicy { Period = 5, PeriodMult = 2 },
    ];

    // Everything at once: momentum, clipping, averages, warm-up, what tests decide, losses between two reports.
    private static SolverConfig Full(UpdateRule rule, LrPolicy policy) => TrainingSets.Sgd(0.05, maxIter: 20) with
    {
        Rule = rule, LrPolicy = policy, Warmup = new Warmup { Iterations = 6 }, WeightDecay = 0.01, ClipGradients = 0.5,
        EmaDecay = 0.8, IterSize = 2, TestInterval = 3, Snapshot = 4, Display = 5, KeepBest = true,
        EarlyStopping = new EarlyStopping { Patience = 1000 },
    };

    private void TrainIn(string name, SolverConfig config, string? from = null)
    {
        Directory.CreateDirectory(folder.In(name));
        var solver = Make(config);
        solver.SnapshotFolder = folder.In(name);
        if (from is not null)
            solver.Restore(from);
        solver.Train();
    }

    // Without the configuration, which says where the training was to stop when the file was written.
    private byte[] Bytes(string name, string fileName)
    {
        var file = SafeTensors.Load(Path.Combine(folder.In(name), fileName));
        Assert.That(file.Metadata.Remove("config"));
        file.Seal();
        file.Save(folder.In("compared"));
        return File.ReadAllBytes(folder.In("compared"));
    }

    [TestCaseSource(typeof(UpdateRuleTests), nameof(UpdateRuleTests.Rules))]
    public void A_training_that_is_stopped_and_goes_on_writes_the_same_files_as_one_that_was_not(UpdateRule rule)
    {
        foreach (var (policy, number) in Policies.Select((policy, number) => (policy, number)))
        {
            var config = Full(rule, policy);
            TrainIn($"whole{number}", config);
            // Between two tests, at one, at a snapshot, and one before the end.
            foreach (var stop in new[] { 1, 7, 9, 8, 19 })
            {
                var name = $"stopped{number}at{stop}";
                TrainIn(name, config with { MaxIter = stop });
                TrainIn(name, config, Path.Combine(folder.In(name), SnapshotFiles.NameFor(stop)));
                foreach (var file in new[] { SnapshotFiles.NameFor(20), SnapshotFiles.BestName })
                    Assert.That(Bytes(name, file).AsSpan().SequenceEqual(Bytes($"whole{number}", file)),
                        $"{policy.GetType().Name}, stopped at {stop}: {file}");
            }
        }
    }

    [Test]
    public void A_report_after_a_snapshot_has_the_losses_before_it()
    {
        var whole = Make(Config with { Display = 5 });
        whole.Step(5);
        var resumed = Make(Config with { Display = 5 });
        resumed.Restore(SnapshotAfter(3, Make(Config with { Display = 5 })));
        resumed.Step(2);
        Assert.That(resumed.Loss, Is.EqualTo(whole.Loss));
    }

    [Test]
    public void Only_the_last_snapshots_are_kept([Values(1, 2, 3, 100)] int count)
    {
        var solver = Make(Config with { Snapshot = 3, MaxIter = 10, KeepLast = count });
        solver.SnapshotFolder = folder.Path;
        folder.Write("iteration-0000077.safetensors", "of a later time");
        folder.Write("other.safetensors", "");
        solver.Train();
        Assert.That(Directory.GetFiles(folder.Path).Select(Path.GetFileName), Is.EquivalentTo(
            new[] { 10, 9, 6, 3 }.Take(count).Append(77).Select(iteration => SnapshotFiles.NameFor(iteration))
                .Append("other.safetensors")));
    }

    [Test]
    public void The_snapshot_after_the_best_test_is_kept()
    {
        // So large a rate that the accuracy goes up and down.
        var solver = Make(TrainingSets.Sgd(2, 0.9, maxIter: 30) with { TestInterval = 2, KeepBest = true });
        solver.SnapshotFolder = folder.Path;
        var tests = new List<TestResult>();
        solver.Tested += tests.Add;
        solver.Train();
        var best = tests.MaxBy(test => test.Accuracy)!;
        Assert.That(best.Iteration, Is.Not.EqualTo(tests[0].Iteration).And.Not.EqualTo(tests[^1].Iteration));
        var path = folder.In(SnapshotFiles.BestName);
        Assert.That(SafeTensors.Load(path).Metadata["iteration"], Is.EqualTo($"{best.Iteration}"));
        var net = Net<double>.FromConfig(TrainingSets.TwoLayers(2), Phase.Test);
        net.LoadWeights(path);
        Assert.That(TestPass.Run(net).Accuracy, Is.EqualTo(best.Accuracy));
        Assert.That(SnapshotFiles.NewestFirst(folder.Path).Select(Path.GetFileName),
            Is.EqualTo(new[] { SnapshotFiles.NameFor(30) }), "the best is not taken for the newest");
    }

    [Test]
    public void Snapshots_are_taken_at_their_interval_and_at_the_end()
    {
        var solver = Make(Config with { Snapshot = 4, MaxIter = 10 });
        solver.SnapshotFolder = folder.Path;
        solver.Train();
        Assert.That(SnapshotFiles.NewestFirst(folder.Path).Select(Path.GetFileName), Is.EqualTo(new[]
        {
            "iteration-0000010.safetensors", "iteration-0000008.safetensors", "iteration-0000004.safetensors",
        }));
    }

    [Test]
    public void Files_that_are_no_snapshots_are_not_listed()
    {
        folder.Write("iteration-0000009.safetensors.17.tmp", "");
        folder.Write("other.safetensors", "");
        Assert.That(SnapshotFiles.NewestFirst(folder.Path), Is.Empty);
        Assert.That(SnapshotFiles.NewestFirst(folder.In("no")), Is.Empty);
    }

    private static void AssertUnchanged(Solver<double> solver, string hash, long iteration)
    {
        Assert.That(solver.Net.WeightsHash(), Is.EqualTo(hash));
        Assert.That(solver.Iteration, Is.EqualTo(iteration));
        var untouched = Make(solver.Config, solver.Net.Config);
        untouched.Step((int)iteration + 2);
        solver.Step(2);
        Assert.That(solver.Net.WeightsHash(), Is.EqualTo(untouched.Net.WeightsHash()),
            "history or data position changed");
    }
}
