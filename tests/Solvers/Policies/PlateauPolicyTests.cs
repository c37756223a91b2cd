using NeuralFramework.Solvers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class PlateauPolicyTests
{
    private static TestResult Result(long iteration, double loss, double accuracy = 0) =>
        new(iteration, loss, accuracy, new Dictionary<string, double>(), 1);

    // The rates after each of some tests, one an iteration.
    private static List<double> Rates(PlateauPolicy policy, params double[] values)
    {
        var watch = new TestWatch(TrainingSets.Sgd(1) with { LrPolicy = policy, TestInterval = 1 }, hasAccuracy: true);
        var rates = new List<double>();
        for (var i = 0; i < values.Length; i++)
        {
            watch.Observe(Result(i + 1, values[i], values[i]));
            rates.Add(watch.Schedule.Rate(i + 1));
        }
        return rates;
    }

    [Test]
    public void More_tests_without_improvement_than_patience_reduce_the_rate() => Assert.That(
        Rates(new PlateauPolicy { Patience = 1, Gamma = 0.5 }, 3, 2, 2, 2, 1, 1, 1, 1, 1),
        Is.EqualTo(new[] { 1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.125 }));

    [Test]
    public void More_accuracy_is_better() => Assert.That(
        Rates(new PlateauPolicy { Patience = 0, Gamma = 0.5, Metric = TestMetric.Accuracy }, 0.1, 0.2, 0.2, 0.3, 0.1),
        Is.EqualTo(new[] { 1, 1, 0.5, 0.5, 0.25 }));

    [Test]
    public void An_improvement_must_be_more_than_min_delta() => Assert.That(
        Rates(new PlateauPolicy { Patience = 0, Gamma = 0.5, MinDelta = 0.5 }, 3, 2.5, 2.4, 1.9),
        Is.EqualTo(new[] { 1, 0.5, 0.5, 0.25 }));

    [Test]
    public void The_rate_does_not_fall_below_its_least() => Assert.That(
        Rates(new PlateauPolicy { Patience = 0, Gamma = 0.1, MinFactor = 0.05 }, 1, 1, 1, 1),
        Is.EqualTo(new[] { 1, 0.1, 0.05, 0.05 }));

    [Test]
    public void Tests_right_after_a_reduction_may_go_uncounted() => Assert.That(
        Rates(new PlateauPolicy { Patience = 0, Gamma = 0.5, Cooldown = 2 }, 1, 1, 1, 1, 1, 1),
        Is.EqualTo(new[] { 1, 0.5, 0.5, 0.5, 0.25, 0.25 }));

    [Test]
    public void A_test_that_is_not_a_number_is_no_improvement() => Assert.That(
        Rates(new PlateauPolicy { Patience = 1, Gamma = 0.5 }, double.NaN, double.NaN, 1, 1, double.PositiveInfinity),
        Is.EqualTo(new[] { 1, 0.5, 0.5, 0.5, 0.25 }));

    [Test]
    public void Tests_that_the_interval_does_not_ask_for_do_not_count()
    {
        var watch = new TestWatch(TrainingSets.Sgd(1) with
        {
            LrPolicy = new PlateauPolicy { Patience = 0, Gamma = 0.5 }, TestInterval = 10,
        }, hasAccuracy: true);
        foreach (var iteration in new long[] { 10, 10, 13 })
            watch.Observe(Result(iteration, 1));
        Assert.That(watch.Schedule.Rate(14), Is.EqualTo(1));
        watch.Observe(Result(20, 1));
        Assert.That(watch.Schedule.Rate(21), Is.EqualTo(0.5));
    }

    [Test]
    public void A_training_reduces_its_rate()
    {
        // What is frozen does not become better.
        var solver = Solver<double>.FromConfig(TrainingSets.Sgd(0.1, maxIter: 8) with
        {
            LrPolicy = new PlateauPolicy { Patience = 1, Gamma = 0.5 }, TestInterval = 2,
        }, TrainingSets.Line(", \"lr_mult\": 0"));
        var rates = new List<double>();
        solver.Stepped += _ => rates.Add(solver.LearningRate);
        solver.Train();
        Assert.That(rates, Is.EqualTo(new[] { 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05 }));
    }

    [Test]
    public void Without_tests_it_cannot_work()
    {
        var config = TrainingSets.Sgd() with { LrPolicy = new PlateauPolicy() };
        Assert.That(() => Solver<double>.FromConfig(config, TrainingSets.TwoLayers(2)),
            Throws.TypeOf<ConfigException>().With.Message.EqualTo("solver: member 'lr_policy': received "
                + "reduce_on_plateau with no test_interval, allowed: with a test_interval of 1 or more"));
        Assert.That(() => Solver<double>.FromConfig(config with { TestInterval = 0 }, TrainingSets.TwoLayers(2)),
            Throws.TypeOf<ConfigException>().With.Message.Contains("with a test_interval of 0, allowed: "));
    }

    [Test]
    public void Without_an_accuracy_the_loss_must_be_watched() => Assert.That(
        () => Solver<double>.FromConfig(TrainingSets.Sgd() with
        {
            LrPolicy = new PlateauPolicy { Metric = TestMetric.Accuracy }, TestInterval = 1,
        }, TrainingSets.Line()),
        Throws.TypeOf<ConfigException>().With.Message.EqualTo("solver: member 'lr_policy': member 'metric': received "
            + "accuracy, allowed: loss; the net 'net' has no Accuracy layer in the phase test"));
}
