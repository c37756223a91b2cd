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
        yield return new TestCaseData(Config with { BaseLr = 0.2 }, null).SetArgDisplayNames("rate");
        yield return new TestCaseData(Config with { Rule = new SgdRule { Momentum = 0.8 } },
            null).SetArgDisplayNames("momentum");
        yield return new TestCaseData(Config with { RandomSeed = 2 }, null).SetArgDisplayNames("seed");
        yield return new TestCaseData(Config with { IterSize = 1 }, null).SetArgDisplayNames("iter_size");
        yield return new TestCaseData(Config with { LrPolicy = new FixedPolicy() }, null).SetArgDisplayNames("policy");
        yield return new TestCaseData(Config, TrainingSets.TwoLayers(3)).SetArgDisplayNames("batch");
        yield return new TestCaseData(Config,
            TrainingSets.TwoLayers(2, shuffle: "false")).SetArgDisplayNames("shuffle");
    }

    [TestCaseSource(nameof(OtherTrainings))]
    public void A_snapshot_of_another_training_is_refused_and_changes_nothing(SolverConfig config, NetConfig? net)
    {
        var path = SnapshotAfter(3);
        var other = Make(config, net);
        other.Step(1);
        var before = other.Net.WeightsHash();
        Assert.That(() => other.Restore(path), Throws.TypeOf<ConfigException>().With.Message.StartsWith(
            $"{path}: is no snapshot of this training: received one of another net, solver, data layer "
                + "or seed, allowed: "));
        AssertUnchanged(other, before, 1);
    }

    [Test]
    public void What_decides_only_when_to_stop_and_report_may_change()
    {
        var path = SnapshotAfter(3);
        var other = Make(Config with
        {
            MaxIter = 100, TestInterval = 7, TestIter = 1, Display = 3, Snapshot = 5, Net = "elsewhere.json",
            Schema = "x",
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
