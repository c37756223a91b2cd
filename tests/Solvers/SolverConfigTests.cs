using NeuralFramework.Solvers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class SolverConfigTests
{
    private static SolverConfig Read(string json) => SolverConfig.Read(NetJson.Document(json, "models/solver.json"));

    private static IReadOnlyList<string> Problems(string json) => NetJson.ProblemsOf(() => Read(json));

    [Test]
    public void What_a_file_leaves_out_has_its_default()
    {
        var config = Read("""{ "base_lr": 0.1, "max_iter": 10 }""");
        Assert.That(config.BaseLr, Is.EqualTo(0.1));
        Assert.That(config.MaxIter, Is.EqualTo(10));
        Assert.That(config.Rule, Is.EqualTo(new SgdRule { Momentum = 0 }));
        Assert.That(config.LrPolicy, Is.EqualTo(new FixedPolicy()));
        Assert.That(config, Has.Property("WeightDecay").EqualTo(0).And.Property("IterSize").EqualTo(1)
            .And.Property("TestInterval").Null.And.Property("TestIter").Null.And.Property("Display").EqualTo(100)
            .And.Property("Snapshot").EqualTo(0).And.Property("RandomSeed").EqualTo(1)
            .And.Property("RegularizationType").EqualTo(RegularizationType.L2));
    }

    [Test]
    public void The_net_is_beside_the_solver_file()
    {
        Assert.That(Read("""{ "base_lr": 0.1, "max_iter": 10 }""").NetPath,
            Is.EqualTo(Path.Combine("models", "net.json")));
        Assert.That(Read("""{ "net": "../b.json", "base_lr": 0.1, "max_iter": 10 }""").NetPath,
            Is.EqualTo(Path.Combine("models", "../b.json")));
    }

    [Test]
    public void Every_member_is_read()
    {
        var config = Read("""
            { "$schema": "x", "net": "n.json", "type": "SGD", "base_lr": 0.01, "momentum": 0.9, "weight_decay": 0.0005,
              "regularization_type": "L1", "lr_policy": { "type": "step", "gamma": 0.1, "step_size": 400 },
              "warmup": { "iterations": 9, "start_factor": 0.1 }, "clip_gradients": 3, "ema_decay": 0.99,
              "max_iter": 5000, "iter_size": 2, "test_interval": 500, "test_iter": 100, "display": 20, "snapshot": 1000,
              "keep_last": 3, "keep_best": true, "random_seed": -7,
              "early_stopping": { "metric": "accuracy", "patience": 5, "min_delta": 0.01 } }
            """);
        Assert.That(config, Is.EqualTo(new SolverConfig
        {
            Schema = "x", Net = "n.json", BaseLr = 0.01, Rule = new SgdRule { Momentum = 0.9 }, WeightDecay = 0.0005,
            RegularizationType = RegularizationType.L1, LrPolicy = new StepPolicy { Gamma = 0.1, StepSize = 400 },
            MaxIter = 5000,
            Warmup = new Warmup { Iterations = 9, StartFactor = 0.1 }, ClipGradients = 3, EmaDecay = 0.99, KeepLast = 3,
            KeepBest = true,
            EarlyStopping = new EarlyStopping { Metric = TestMetric.Accuracy, Patience = 5, MinDelta = 0.01 },
            IterSize = 2, TestInterval = 500, TestIter = 100, Display = 20, Snapshot = 1000, RandomSeed = -7,
            Source = "models/solver.json",
        }));
    }

    [Test]
    public void What_ToJson_writes_reads_as_the_same_solver()
    {
        var config = Read("""
            { "base_lr": 0.01, "momentum": 0.9, "max_iter": 3,
              "lr_policy": { "type": "step", "gamma": 0.1, "step_size": 4 } }
            """);
        var read = SolverConfig.Read(ConfigDocument.FromNode(config.ToJson(), config.Source));
        Assert.That(read, Is.EqualTo(config));
    }

    [Test]
    public void All_problems_are_in_one_error() => Assert.That(Problems("""
        { "base_lr": -1, "momentum": 1, "max_itre": 10,
          "lr_policy": { "type": "step", "gamma": "x", "step_size": 0 }, "regularization_type": "L3" }
        """), Is.EquivalentTo(new[]
        {
            "models/solver.json:1:14: solver: member 'base_lr': received -1, allowed: a number, 0 or more",
            "models/solver.json:1:30: solver: member 'momentum': received 1, allowed: a number, 0 or more and below 1",
            "models/solver.json:1:33: solver: received the unknown member 'max_itre', allowed: $schema, base_lr, "
                + "clip_gradients, display, early_stopping, ema_decay, iter_size, keep_best, keep_last, lr_policy, "
                + "max_iter, momentum, net, random_seed, regularization_type, snapshot, test_interval, test_iter, type, warmup, weight_decay; did you mean 'max_iter'?",
            "models/solver.json:2:43: solver: member 'lr_policy': member 'gamma': received \"x\" (text), allowed: a "
                + "number",
            "models/solver.json:2:61: solver: member 'lr_policy': member 'step_size': received 0, allowed: a whole "
                + "number, 1 or more",
            "models/solver.json:2:89: solver: member 'regularization_type': received \"L3\" (text), allowed: l2, l1; "
                + "did you mean 'l2'?",
            "models/solver.json:1:1: solver: the member 'max_iter' is missing; allowed: a whole number, 0 or more",
        }));

    [Test]
    public void An_unknown_rule_is_an_error_with_those_known() =>
        Assert.That(Problems("""{ "type": "sgdd", "base_lr": 1, "max_iter": 1 }""").Single(), Is.EqualTo(
            "models/solver.json:1:11: solver: member 'type': received \"sgdd\" (text), allowed: SGD, Nesterov, "
                + "AdaGrad, RMSProp, AdaDelta, Adam, AdamW; did you mean 'SGD'?"));

    [Test]
    public void An_unknown_policy_is_an_error_with_those_known() =>
        Assert.That(Problems("""{ "base_lr": 1, "max_iter": 1, "lr_policy": { "type": "stepp" } }""").Single(),
            Is.EqualTo(
            "models/solver.json:1:55: solver: member 'lr_policy': member 'type': received \"stepp\" (text), allowed: "
                + "fixed, step, multistep, exp, inv, poly, sigmoid, cosine, triangular, one_cycle, reduce_on_plateau; did "
                + "you mean 'step'?"));

    [Test]
    public void A_policy_that_is_no_object_is_an_error() =>
        Assert.That(Problems("""{ "base_lr": 1, "max_iter": 1, "lr_policy": "step" }""").Single(), Is.EqualTo(
            "models/solver.json:1:45: solver: member 'lr_policy': received \"step\" (text), allowed: an object with "
                + "the members type (fixed, step, multistep, exp, inv, poly, sigmoid, cosine, triangular, one_cycle, "
                + "reduce_on_plateau) and those of that type"));

    [TestCase("1e999")]
    [TestCase("\"NaN\"")]
    public void A_rate_that_is_not_finite_is_an_error(string rate) =>
        Assert.That(Problems($$"""{ "base_lr": {{rate}}, "max_iter": 1 }""").Single(),
            Does.StartWith("models/solver.json:1:14: solver: member 'base_lr': received "));

    [Test]
    public void What_a_program_sets_is_placed_there()
    {
        var document = NetJson.Document("""{ "base_lr": 1, "max_iter": 1 }""", "solver.json");
        document.Set("lr_policy.type", "step");
        document.Set("lr_policy.gama", "0.5");
        document.Set("lr_policy.step_size", "0");
        Assert.That(NetJson.ProblemsOf(() => SolverConfig.Read(document)), Is.EquivalentTo(new[]
        {
            "--set lr_policy.gama=0.5: solver: member 'lr_policy': received the unknown member 'gama', allowed: gamma, "
                + "step_size, type; did you mean 'gamma'?",
            "--set lr_policy.step_size=0: solver: member 'lr_policy': member 'step_size': received 0, allowed: a whole "
                + "number, 1 or more",
            "solver.json:1:1: solver: member 'lr_policy': the member 'gamma' is missing; allowed: a number, 0 or more",
        }));
    }
}
