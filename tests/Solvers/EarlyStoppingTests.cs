using NeuralFramework.Solvers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class EarlyStoppingTests
{
    private static SolverConfig Config => TrainingSets.Sgd(0.1, maxIter: 100) with
    {
        TestInterval = 2, EarlyStopping = new EarlyStopping { Patience = 3 },
    };

    // What is frozen does not become better: the first test stays the best.
    private static Solver<double> MakeFrozen(SolverConfig config) =>
        Solver<double>.FromConfig(config, TrainingSets.Line(", \"lr_mult\": 0"));

    private static long StopsAfter(EarlyStopping stopping, params double[] values)
    {
        var watch = new TestWatch(Config with { EarlyStopping = stopping }, hasAccuracy: true);
        var tests = 0;
        while (tests < values.Length && !watch.IsStopped)
        {
            var value = values[tests++];
            watch.Observe(new TestResult(2 * tests, value, value, new Dictionary<string, double>(), 1));
        }
        return watch.IsStopped ? tests : -1;
    }

    [Test]
    public void It_stops_after_patience_tests_without_an_improvement()
    {
        var stopping = new EarlyStopping { Patience = 2 };
        Assert.That(StopsAfter(stopping, 3, 2, 2, 1, 1, 1, 1), Is.EqualTo(6));
        Assert.That(StopsAfter(stopping, 3, 2, 2, 1, 1), Is.EqualTo(-1));
        Assert.That(StopsAfter(stopping with { Metric = TestMetric.Accuracy }, 1, 2, 3, 3, 2, 9), Is.EqualTo(5));
        Assert.That(StopsAfter(stopping with { MinDelta = 0.5 }, 3, 2.6, 2.5, 2), Is.EqualTo(3));
        Assert.That(StopsAfter(stopping, double.NaN, double.NaN, 1), Is.EqualTo(2));
    }

    [Test]
    public void A_training_ends_with_its_last_test_and_a_snapshot()
    {
        using var folder = new TempFolder();
        var solver = MakeFrozen(Config);
        solver.SnapshotFolder = folder.Path;
        var tests = new List<long>();
        solver.Tested += test => tests.Add(test.Iteration);
        Assert.That(solver.Train(), Is.True);
        Assert.That(tests, Is.EqualTo(new[] { 2, 4, 6, 8 }));
        Assert.That(solver.HasStoppedEarly, Is.True);
        Assert.That(solver.IsAtEnd, Is.True);
        Assert.That(SnapshotFiles.NewestFirst(folder.Path).Select(Path.GetFileName),
            Is.EqualTo(new[] { SnapshotFiles.NameFor(8) }));
    }

    [Test]
    public void One_that_has_stopped_stays_so_when_resumed_unless_it_may_go_on()
    {
        using var folder = new TempFolder();
        var solver = MakeFrozen(Config);
        solver.SnapshotFolder = folder.Path;
        solver.Train();
        var same = MakeFrozen(Config);
        same.Restore(folder.In(SnapshotFiles.NameFor(8)));
        Assert.That(same.Train(), Is.True);
        Assert.That(same.Iteration, Is.EqualTo(8));
        Assert.That(same.LastTest!.Iteration, Is.EqualTo(8));
        var patient = MakeFrozen(Config with { EarlyStopping = new EarlyStopping { Patience = 5 } });
        patient.Restore(folder.In(SnapshotFiles.NameFor(8)));
        patient.Train();
        Assert.That(patient.Iteration, Is.EqualTo(12));
    }

    [Test]
    public void Without_it_a_training_goes_on()
    {
        var solver = MakeFrozen(Config with { EarlyStopping = null });
        solver.Train();
        Assert.That(solver.Iteration, Is.EqualTo(100));
        Assert.That(solver.HasStoppedEarly, Is.False);
    }

    [Test]
    public void Without_tests_it_cannot_work() => Assert.That(() => MakeFrozen(Config with
    {
        TestInterval = null, KeepBest = true,
        EarlyStopping = new EarlyStopping { Patience = 0, Metric = TestMetric.Accuracy },
    }), Throws.TypeOf<ConfigException>().With.Message.EqualTo(string.Join(Environment.NewLine,
        "solver: member 'early_stopping': member 'patience': received 0, allowed: a whole number, 1 or more",
        "solver: member 'early_stopping': received it with no test_interval, allowed: with a test_interval of 1 or more",
        "solver: member 'early_stopping': member 'metric': received accuracy, allowed: loss; the net 'net' has no Accuracy "
            + "layer in the phase test",
        "solver: member 'keep_best': received true with no test_interval, allowed: with a test_interval of 1 or more")));
}
