using NeuralFramework.Solvers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

[NonParallelizable]
public class SolverTests
{
    [Test]
    public void Settings_that_a_program_makes_are_held_to_the_same_limits()
    {
        var net = new NetConfig { Layers = [new LayerConfig("x", "Constant")] };
        var valid = new SolverConfig { BaseLr = 1, MaxIter = 1 };
        (SolverConfig Config, string Message)[] cases =
        [
            (valid with { Display = 0 }, "solver: member 'display': received 0, allowed: a whole number, 1 or more"),
            (valid with { BaseLr = double.NaN }, "solver: member 'base_lr': received NaN, allowed: a number, 0 or more"),
            (valid with { Rule = new SgdRule { Momentum = 7 } },
                "solver: member 'momentum': received 7, allowed: a number, 0 or more and below 1"),
            (valid with { LrPolicy = new StepPolicy { Gamma = 0.1, StepSize = 0 } },
                "solver: member 'lr_policy': member 'step_size': received 0, allowed: a whole number, 1 or more"),
            (valid with { Warmup = new Warmup { Iterations = 0 } },
                "solver: member 'warmup': member 'iterations': received 0, allowed: a whole number, 1 or more"),
            (valid with { Rule = new AdamRule { Delta = 0 } },
                "solver: member 'delta': received 0, allowed: a number, above 0"),
            (valid with { ClipGradients = 0 }, "solver: member 'clip_gradients': received 0, allowed: a number, above 0"),
            (valid with { EmaDecay = 1 },
                "solver: member 'ema_decay': received 1, allowed: a number, 0 or more and below 1"),
        ];
        foreach (var (config, message) in cases)
            Assert.That(() => Solver<double>.FromConfig(config, net),
                Throws.TypeOf<ConfigException>().With.Message.EqualTo(message));
    }

    private static Solver<double> Make(int batch = 2, SolverConfig? config = null, string shuffle = "true") =>
        Solver<double>.FromConfig(config ?? TrainingSets.Sgd(momentum: 0.9),
            TrainingSets.TwoLayers(batch, shuffle: shuffle));

    private static double[] Weights(Solver<double> solver) =>
        [.. solver.Net.Parameters.SelectMany(parameter => parameter.Data.ToArray())];

    [Test]
    public void Several_small_batches_are_one_large_one([Values(2, 3)] int parts)
    {
        var large = Make(2 * parts, TrainingSets.Sgd(momentum: 0.9) with { WeightDecay = 0.1 });
        var small = Make(2, TrainingSets.Sgd(momentum: 0.9) with { WeightDecay = 0.1, IterSize = parts });
        for (var step = 0; step < 5; step++)
            Assert.That(small.Step(1), Is.EqualTo(large.Step(1)).Within(1e-13));
        Assert.That(Weights(small), Is.EqualTo(Weights(large)).Within(1e-13));
        Assert.That(small.SamplesPerIteration, Is.EqualTo(large.SamplesPerIteration).And.EqualTo(2 * parts));
    }

    [Test]
    public void The_losses_of_ten_steps_are_those_of_the_day_this_was_written()
    {
        var solver = Make(3);
        var losses = Enumerable.Range(0, 10).Select(_ => solver.Step(1)).ToArray();
        Assert.That(losses, Is.EqualTo(new[]
        {
            1.9576155240008486, 1.5932594511443734, 1.0778408824006702, 1.0059129896025796, 0.6572629176547329,
            0.5504183695242851, 0.6571400428171793, 0.6783975117703536, 0.8554251655326405, 0.5355450100993809,
        }).Within(1e-9));
    }

    [Test]
    public void Test_nets_read_the_weights_that_are_learned()
    {
        var solver = Make();
        solver.Step(3);
        Assert.That(solver.TestNets.Single().Parameters, Is.EqualTo(solver.Net.Parameters));
        Assert.That(solver.TestNets[0].WeightsHash(), Is.EqualTo(solver.Net.WeightsHash()));
    }

    [TestCase(null, true, new long[] { 10 })]
    [TestCase(4, true, new long[] { 4, 8, 10 })]
    [TestCase(5, true, new long[] { 5, 10 })]
    [TestCase(0, false, new long[0])]
    public void Tests_are_made_at_their_interval_and_at_the_end(int? interval, bool hasTestNet, long[] expected)
    {
        var solver = Make(config: TrainingSets.Sgd() with { TestInterval = interval });
        var tested = new List<long>();
        solver.Tested += test => tested.Add(test.Iteration);
        Assert.That(solver.Train());
        Assert.That(tested, Is.EqualTo(expected));
        Assert.That(solver.TestNets.Count > 0, Is.EqualTo(hasTestNet));
        Assert.That(solver.LastTest is not null, Is.EqualTo(hasTestNet));
    }

    [Test]
    public void Testing_changes_nothing_in_the_training()
    {
        var (often, never) = (Make(config: TrainingSets.Sgd() with { TestInterval = 1 }),
            Make(config: TrainingSets.Sgd() with { TestInterval = 0 }));
        often.Train();
        never.Train();
        Assert.That(often.Net.WeightsHash(), Is.EqualTo(never.Net.WeightsHash()));
    }

    [Test]
    public void Reports_have_the_mean_loss_of_the_data_and_that_of_the_regularisation_apart()
    {
        var config = TrainingSets.Sgd(maxIter: 5) with { Display = 2, WeightDecay = 0.5 };
        var losses = new List<double>();
        var stepper = Make(config: config);
        for (var i = 0; i < 5; i++)
            losses.Add(stepper.Step(1));
        var solver = Make(config: config);
        var reports = new List<TrainingReport>();
        solver.Reported += reports.Add;
        solver.Train();
        Assert.That(reports.Select(report => report.Iteration), Is.EqualTo(new[] { 2, 4, 5 }));
        Assert.That(reports.Select(report => report.DataLoss), Is.EqualTo(new[]
        {
            (losses[0] + losses[1]) / 2, (losses[2] + losses[3]) / 2, losses[4],
        }).Within(1e-15));
        Assert.That(solver.Loss, Is.EqualTo(losses[4]));
    }

    [Test]
    public void The_loss_of_the_regularisation_is_half_the_decay_times_the_squares_or_the_decay_times_the_magnitudes()
    {
        const string more = ", \"decay_mult\": [1, 2]";
        double Loss(RegularizationType type) => Solver<double>.FromConfig(TrainingSets.Sgd() with
        {
            WeightDecay = 0.2, RegularizationType = type,
        }, TrainingSets.Line(more)).RegularizationLoss();
        Assert.That(Loss(RegularizationType.L2), Is.EqualTo(0.5 * 0.2 * (0.25 + 2 * 0.0625)).Within(1e-15));
        Assert.That(Loss(RegularizationType.L1), Is.EqualTo(0.2 * (0.5 + 2 * 0.25)).Within(1e-15));
    }

    [Test]
    public void A_reported_loss_of_the_regularisation_belongs_to_the_weights_of_the_reported_loss()
    {
        var solver = Solver<double>.FromConfig(TrainingSets.Sgd(maxIter: 1) with { WeightDecay = 0.2 },
            TrainingSets.Line());
        TrainingReport? report = null;
        solver.Reported += latest => report = latest;
        solver.Train();
        Assert.That(report!.RegularizationLoss, Is.EqualTo(0.5 * 0.2 * (0.25 + 0.0625)).Within(1e-15));
        Assert.That(report.LearningRate, Is.EqualTo(0.1));
    }

    [Test]
    public void Frozen_layers_stay_as_they_are()
    {
        var solver = Solver<double>.FromConfig(TrainingSets.Sgd(momentum: 0.9) with { WeightDecay = 0.5 },
            TrainingSets.Line(", \"lr_mult\": [0, 1]"));
        solver.Step(5);
        Assert.That(solver.Net.Parameters[0].Data[0], Is.EqualTo(0.5));
        Assert.That(solver.Net.Parameters[1].Data[0], Is.Not.EqualTo(-0.25));
    }

    [Test]
    public void Below_the_last_frozen_layer_nothing_is_computed_backward()
    {
        NetConfig Of(string first, string second) => NetJson.Layers(TrainingSets.Data(2), TrainingSets.Data(3, "test"),
            $$"""{ "name": "fc1", "type": "InnerProduct", "bottom": "x", "num_output": 5, "lr_mult": {{first}} }""",
            """{ "name": "act", "type": "ReLU" }""",
            $$"""{ "name": "fc2", "type": "InnerProduct", "num_output": 2, "lr_mult": {{second}} }""",
            """{ "name": "loss", "type": "SoftmaxLoss", "bottom": ["fc2", "y"] }""");
        string[] Backward(NetConfig net) => [.. Solver<double>.FromConfig(TrainingSets.Sgd(), net).Net.Nodes
            .Where(node => node.NeedsBackward).Select(node => $"{node.Layer.Name}:{node.PropagateDown[0]}")];
        Assert.That(Backward(Of("1", "1")), Is.EqualTo(new[] { "fc1:False", "act:True", "fc2:True", "loss:True" }));
        Assert.That(Backward(Of("0", "1")), Is.EqualTo(new[] { "fc2:False", "loss:True" }));
        Assert.That(Backward(Of("[0, 1]", "1")), Is.EqualTo(new[] { "fc1:False", "act:True", "fc2:True", "loss:True" }));
        // What is frozen itself still hands on what layers below it need.
        Assert.That(Backward(Of("1", "0")), Is.EqualTo(new[] { "fc1:False", "act:True", "fc2:True", "loss:True" }));
        Assert.That(Backward(Of("0", "0")), Is.Empty);
    }

    [Test]
    public void A_net_without_a_loss_cannot_be_trained() =>
        Assert.That(() => Solver<double>.FromConfig(TrainingSets.Sgd(),
        NetJson.Layers("""{ "type": "Input", "shape": [1, 1] }""", """{ "type": "InnerProduct", "num_output": 1 }""")),
        Throws.TypeOf<ConfigException>().With.Message.EqualTo("net.json: net 'net': received no loss in the phase "
            + "train, allowed: a loss layer such as SoftmaxLoss, or a layer with a loss_weight"));

    [Test]
    public void A_training_that_diverges_names_layer_blob_and_iteration()
    {
        var solver = Solver<double>.FromConfig(TrainingSets.Sgd(1e200), TrainingSets.Line());
        Assert.That(() => solver.Train(), Throws.TypeOf<DivergedException>().With.Message.Match(
            @"^the training diverged at iteration \d+: layer '(fc|loss)' \((InnerProduct|EuclideanLoss)\), "
            + @"(parameter|blob) "
            + @"'[\w/]+' \(.*\): element 0 is .*; the loss is .*; try a smaller base_lr \(it was 1E\+200\)$"));
    }

    [Test]
    public void Weights_that_diverge_in_the_last_update_are_found([Values] bool isSaved)
    {
        using var folder = new TempFolder();
        var solver = Solver<double>.FromConfig(TrainingSets.Sgd(double.MaxValue, maxIter: 1), TrainingSets.Line());
        solver.SnapshotFolder = isSaved ? folder.Path : null;
        Assert.That(() => solver.Train(), Throws.TypeOf<DivergedException>()
            .With.Message.Contains("at iteration 1: layer 'fc' (InnerProduct), parameter 'fc/0' (1×1): element 0 is "));
        Assert.That(Directory.GetFiles(folder.Path), Is.Empty);
    }

    [Test]
    public void A_run_that_is_cancelled_saves_and_says_that_it_has_not_ended()
    {
        using var folder = new TempFolder();
        using var cancellation = new CancellationTokenSource();
        var solver = Make();
        solver.SnapshotFolder = folder.Path;
        solver.Stepped += iteration => { if (iteration == 4) cancellation.Cancel(); };
        Assert.That(solver.Train(cancellation.Token), Is.False);
        Assert.That(SnapshotFiles.NewestFirst(folder.Path).Select(Path.GetFileName),
            Is.EqualTo(new[] { "iteration-0000004.safetensors" }));
        Assert.That(solver.LastTest, Is.Null);
    }

    [Test]
    public void The_weights_are_the_same_bits_for_any_number_of_threads()
    {
        // Large enough for several parts of every layer and of the update.
        var net = NetJson.Layers("""
            { "type": "FashionMnist", "top": ["x", "y"], "batch_size": 50, "shuffle": true, "mirror": true }
            """,
            """{ "type": "InnerProduct", "bottom": "x", "num_output": 120, "weight_filler": { "type": "msra" } }""",
            """{ "type": "ReLU", "in_place": true }""",
            """{ "name": "fc2", "type": "InnerProduct", "num_output": 10, "weight_filler": { "type": "xavier" } }""",
            """{ "type": "SoftmaxLoss", "bottom": ["fc2", "y"] }""");
        var before = WorkPool.Threads;
        try
        {
            var hashes = new List<string>();
            foreach (var threads in new[] { 1, 2, 5 })
            {
                WorkPool.Threads = threads;
                var solver = Solver<float>.FromConfig(TrainingSets.Sgd(0.01, 0.9) with { WeightDecay = 0.01 }, net);
                solver.Step(4);
                hashes.Add(solver.Net.WeightsHash());
            }
            Assert.That(hashes.Distinct().Count(), Is.EqualTo(1));
        }
        finally
        {
            WorkPool.Threads = before;
        }
    }

    [Test]
    public void Step_by_step_is_the_same_as_at_once()
    {
        var (single, many) = (Make(), Make());
        for (var i = 0; i < 6; i++)
            single.Step(1);
        many.Step(6);
        Assert.That(single.Net.WeightsHash(), Is.EqualTo(many.Net.WeightsHash()));
        Assert.That(single.Iteration, Is.EqualTo(6));
    }

    [Test]
    public void A_solver_is_loaded_from_a_models_folder()
    {
        using var folder = new TempFolder();
        folder.Write("net.json", TrainingSets.TwoLayers(2).ToJson().ToJsonString());
        folder.Write("solver.json", """{ "base_lr": 0.1, "momentum": 0.9, "max_iter": 10 }""");
        var solver = Solver<double>.Load(folder.Path);
        solver.Step(3);
        var made = Make();
        made.Step(3);
        Assert.That(solver.Net.WeightsHash(), Is.EqualTo(made.Net.WeightsHash()));
    }
}
