using System.Text.Json.Nodes;
using NeuralFramework.Solvers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class TrainCommandTests : CommandLineTest
{
    private string RunPath => Cli.In("run");

    private JsonObject Train(params string[] more) =>
        CommandLine.RunJson(["train", Cli.Model, "--run", RunPath, .. more]);

    private static string Hash(JsonObject result) => (string)result["weights_sha256"]!;

    [Test]
    public void The_result_has_the_members_that_scripts_read()
    {
        var result = Train();
        Assert.That(result.Select(member => member.Key), Is.EqualTo(new[]
        {
            "iteration", "loss", "accuracy", "test_loss", "seconds", "samples_per_second", "weights_sha256", "run",
        }));
        Assert.That((long)result["iteration"]!, Is.EqualTo(10));
        Assert.That((double)result["loss"]!, Is.GreaterThan(0).And.LessThan(2));
        Assert.That((double)result["accuracy"]!, Is.InRange(0, 1));
        Assert.That((double)result["test_loss"]!, Is.GreaterThan(0));
        Assert.That((double)result["samples_per_second"]!, Is.GreaterThan(0));
        Assert.That(Hash(result), Does.Match("^[0-9a-f]{64}$"));
        Assert.That((string?)result["run"], Is.EqualTo(RunPath));
    }

    [Test]
    public void People_get_lines_and_with_json_they_are_on_standard_error()
    {
        var forPeople = Run("train", Cli.Model, "--run", RunPath);
        Assert.That(forPeople.ExitCode, Is.Zero, forPeople.ToString());
        Assert.That(forPeople.Output, Does.Contain("iteration 2/10  loss ").And.Contain("test after 5: loss ")
            .And.Contain("done: 10 iterations in "));
        Assert.That(forPeople.Error, Is.Empty);
        var forScripts = Run("train", Cli.Model, "--run", RunPath + "2", "--json");
        Assert.That(forScripts.Error, Does.Contain("done: 10 iterations in "));
        Assert.That(forScripts.Output.TrimEnd(), Does.StartWith("{").And.EndWith("}"));
    }

    [Test]
    public void The_run_folder_has_the_log_the_configurations_and_the_snapshots()
    {
        Train("--set", "base_lr=0.05", "--set", "layers.fc1.num_output=7", "--seed", "5");
        Assert.That(Directory.GetFiles(RunPath).Select(Path.GetFileName).Order(StringComparer.Ordinal), Is.EqualTo(new[]
        {
            "iteration-0000004.safetensors", "iteration-0000008.safetensors", "iteration-0000010.safetensors",
            "layers.csv", "log.csv", "net.json", "report.html", "run.json", "run.lock", "solver.json",
        }));
        var solver = JsonNode.Parse(File.ReadAllText(Path.Combine(RunPath, "solver.json")))!;
        Assert.That((double)solver["base_lr"]!, Is.EqualTo(0.05));
        Assert.That((long)solver["random_seed"]!, Is.EqualTo(5));
        Assert.That((string?)solver["net"], Is.EqualTo("net.json"));
        var net = NetConfig.Load(RunPath);
        Assert.That((int)net.ToJson()["layers"]![2]!["num_output"]!, Is.EqualTo(7));
    }

    [Test]
    public void The_log_has_a_line_for_each_report_and_each_test()
    {
        Train();
        var lines = File.ReadAllLines(Path.Combine(RunPath, "log.csv"));
        Assert.That(lines[0],
            Is.EqualTo("iteration,seconds,learning_rate,loss,regularization_loss,test_loss,accuracy"));
        Assert.That(lines[1..].Select(line =>
            (line.Split(',')[0], Kind: line.Split(',')[3].Length > 0 ? "loss" : "test")),
            Is.EqualTo(new[]
            {
                ("2", "loss"), ("4", "loss"), ("5", "test"), ("6", "loss"), ("8", "loss"), ("10", "loss"),
                ("10", "test"),
            }));
        Assert.That(lines[1].Split(','), Has.Length.EqualTo(7));
        Assert.That(lines[1].Split(',')[2], Is.EqualTo("0.1"));
    }

    [Test]
    public void The_configurations_of_a_run_train_to_the_same_weights()
    {
        var first = Train("--set", "layers.fc1.num_output=7");
        var second = CommandLine.RunJson("train", RunPath, "--run", Cli.In("again"));
        Assert.That(Hash(second), Is.EqualTo(Hash(first)));
    }

    [TestCase(4)]
    [TestCase(7)]
    public void A_resumed_run_ends_in_the_same_weights_and_log_as_one_that_was_never_stopped(int stop)
    {
        var whole = CommandLine.RunJson("train", Cli.Model, "--run", Cli.In("whole"));
        Train("--max-iter", $"{stop}");
        var resumed = Train("--resume");
        Assert.That(Hash(resumed), Is.EqualTo(Hash(whole)));
        Assert.That((long)resumed["iteration"]!, Is.EqualTo(10));
        Assert.That(JsonNode.DeepEquals(resumed["accuracy"], whole["accuracy"]));
        Assert.That(JsonNode.DeepEquals(resumed["test_loss"], whole["test_loss"]));
    }

    [Test]
    public void Resuming_a_run_that_has_ended_changes_nothing_and_logs_no_test_twice()
    {
        var hash = Hash(Train());
        var log = Path.Combine(RunPath, "log.csv");
        var iterations = File.ReadAllLines(log).Select(line => line.Split(',')[0]).ToList();
        Assert.That(Hash(Train("--resume")), Is.EqualTo(hash));
        Assert.That(File.ReadAllLines(log).Select(line => line.Split(',')[0]), Is.EqualTo(iterations));
    }

    [Test]
    public void Without_a_folder_the_models_newest_run_is_resumed()
    {
        CommandLine.RunJson("train", Cli.Model, "--max-iter", "4");
        // A run of another model whose name begins the same way is not meant.
        Directory.CreateDirectory(Cli.In("runs", "tiny-wide-20990101-000000"));
        File.Copy(Directory.GetFiles(Cli.In("runs"), "*4.safetensors", SearchOption.AllDirectories).Single(),
            Cli.In("runs", "tiny-wide-20990101-000000", "iteration-0000004.safetensors"));
        var resumed = CommandLine.RunJson("train", Cli.Model, "--resume");
        Assert.That((string?)resumed["run"], Does.Match(@"runs.tiny-\d{8}-\d{6}$"));
        Assert.That((long)resumed["iteration"]!, Is.EqualTo(10));
    }

    [Test]
    public void A_run_cannot_be_resumed_with_another_configuration()
    {
        Train("--max-iter", "4");
        var log = File.ReadAllText(Path.Combine(RunPath, "log.csv"));
        var result = Run("train", Cli.Model, "--run", RunPath, "--resume", "--set", "base_lr=0.2");
        AssertBadInput(result, Path.Combine(RunPath, "iteration-0000004.safetensors")
            + ": is no snapshot of this training: base_lr: was 0.1, is 0.2; allowed: the same net, solver, data "
            + "and seed, or other ones with --allow-changes");
        Assert.That(File.ReadAllText(Path.Combine(RunPath, "log.csv")), Is.EqualTo(log));
    }

    [Test]
    public void A_run_is_resumed_with_another_configuration_where_that_is_allowed()
    {
        Train("--max-iter", "4");
        var result = Run("train", Cli.Model, "--run", RunPath, "--resume", "--set", "base_lr=0.2", "--allow-changes");
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        Assert.That(result.Output, Does.Contain("changed since the snapshot: base_lr: was 0.1, is 0.2")
            .And.Contain("at iteration 4").And.Contain("done: 10 iterations"));
        Assert.That(SolverConfig.Load(RunPath).BaseLr, Is.EqualTo(0.2));
    }

    [Test]
    public void Changes_are_not_for_a_run_that_begins() =>
        AssertBadInput(Run("train", Cli.Model, "--run", RunPath, "--allow-changes"),
            "--allow-changes: received without --resume, allowed: together with it");

    [Test]
    public void A_training_that_stops_early_says_so_and_logs_no_test_twice_when_it_is_resumed()
    {
        string[] options = ["train", Cli.Model, "--run", RunPath, "--set", "base_lr=0", "--set", "test_interval=1",
            "--set", "early_stopping={\"patience\": 3}"];
        var result = Run(options);
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        Assert.That(result.Output, Does.Match("done: 4 iterations in .* s, stopped early"));
        var log = Path.Combine(RunPath, "log.csv");
        var iterations = File.ReadAllLines(log).Select(line => line.Split(',')[0]).ToList();
        Assert.That(Run([.. options, "--resume"]).ExitCode, Is.Zero);
        Assert.That(File.ReadAllLines(log).Select(line => line.Split(',')[0]), Is.EqualTo(iterations));
    }

    [Test]
    public void The_hash_of_an_averaged_training_is_that_of_the_weights_in_its_snapshot()
    {
        var result = Train("--set", "ema_decay=0.9", "--set", "keep_best=true", "--set", "keep_last=1");
        var net = Net<float>.FromConfig(TrainingSets.TwoLayers(2), Phase.Train);
        net.LoadWeights(Path.Combine(RunPath, "iteration-0000010.safetensors"));
        Assert.That(Hash(result), Is.EqualTo(net.WeightsHash()));
        Assert.That(Directory.GetFiles(RunPath, "*.safetensors").Select(Path.GetFileName).Order(StringComparer.Ordinal),
            Is.EqualTo(new[] { "best.safetensors", "iteration-0000010.safetensors" }));
        var test = CommandLine.RunJson("test", Cli.Model, "--run", RunPath);
        Assert.That((double)test["accuracy"]!, Is.EqualTo((double)result["accuracy"]!));
    }

    [Test]
    public void A_run_without_a_snapshot_cannot_be_resumed() =>
        AssertBadInput(Run("train", Cli.Model, "--run", RunPath, "--resume"),
            $"--resume: received '{RunPath}', which has no snapshot; allowed: the folder of a run that wrote one");

    [Test]
    public void Weights_to_start_from_are_not_for_a_run_that_is_resumed()
    {
        Train("--max-iter", "4");
        var weights = Path.Combine(RunPath, "iteration-0000004.safetensors");
        AssertBadInput(Run("train", Cli.Model, "--run", RunPath, "--resume", "--weights", weights),
            "--weights: received together with --resume, allowed: one of the two");
    }

    [Test]
    public void A_folder_with_a_run_is_refused_and_stays_as_it_is()
    {
        Train();
        var before = Directory.GetFiles(RunPath).ToDictionary(path => path, File.ReadAllBytes);
        AssertBadInput(Run("train", Cli.Model, "--run", RunPath, "--seed", "3"),
            $"--run: received '{RunPath}', which holds a run "
            + "already; allowed: a new folder, or --resume");
        Assert.That(Directory.GetFiles(RunPath).ToDictionary(path => path, File.ReadAllBytes), Is.EqualTo(before));
    }

    [TestCase("--set", "base_lr=-1")]
    [TestCase("--set", "layers.fc1.num_output=0")]
    [TestCase("--set", "layers.loss.bottom=[\"fc1\", \"x\"]")]
    [TestCase("--weights", "no.safetensors")]
    [TestCase("--max-iter", "-1")]
    [TestCase("--threads", "0")]
    [TestCase("--blas", "mlk")]
    [TestCase("--data", "no-such-folder", "--set", "layers.train={\"name\": \"train\", \"type\": \"Cifar10\"}")]
    public void Bad_input_leaves_no_run_folder(params string[] bad)
    {
        var result = Run(["train", Cli.Model, "--run", RunPath, .. bad]);
        Assert.That(result.ExitCode, Is.EqualTo(2), result.ToString());
        Assert.That(Directory.Exists(RunPath), Is.False);
        Assert.That(result.Error, Is.Not.Empty.And.Not.Contains("a fault of nf"));
    }

    [Test]
    public void Weights_to_start_from_are_read()
    {
        Train();
        var weights = Path.Combine(RunPath, "iteration-0000010.safetensors");
        var result = CommandLine.RunJson("train", Cli.Model, "--run", Cli.In("tuned"), "--weights", weights,
            "--max-iter", "0");
        var net = Net<float>.FromConfig(TrainingSets.TwoLayers(2), Phase.Train);
        net.LoadWeights(weights);
        Assert.That(Hash(result), Is.EqualTo(net.WeightsHash()));
        Assert.That(result["loss"], Is.Null);
    }

    [Test]
    public void Layers_that_the_weights_to_start_from_lack_are_named()
    {
        Train();
        var weights = Path.Combine(RunPath, "iteration-0000010.safetensors");
        Cli.Write("model/net.json", File.ReadAllText(Cli.In("model", "net.json")).Replace("fc2", "new"));
        var result = Run("train", Cli.Model, "--run", Cli.In("tuned"), "--weights", weights, "--max-iter", "1");
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        Assert.That(result.Output, Does.Contain($"{weights} has no layer new: new weights there"));
    }

    [Test]
    public void The_seed_decides_the_weights()
    {
        string With(string seed, string run) =>
            Hash(CommandLine.RunJson("train", Cli.Model, "--run", Cli.In(run), "--seed", seed));
        Assert.That(With("1", "b"), Is.EqualTo(Hash(Train())));
        Assert.That(With("2", "c"), Is.Not.EqualTo(With("1", "d")));
    }

    [Test]
    public void The_number_of_threads_does_not_change_the_weights()
    {
        var one = CommandLine.RunJson("train", Cli.Model, "--run", Cli.In("one"), "--threads", "1");
        Assert.That(WorkPool.Threads, Is.EqualTo(1));
        var two = CommandLine.RunJson("train", Cli.Model, "--run", Cli.In("two"), "--threads", "2");
        Assert.That(Hash(two), Is.EqualTo(Hash(one)));
    }

    [Test]
    public void A_training_that_diverges_exits_with_1()
    {
        var result = Run("train", Cli.Model, "--run", RunPath, "--set", "base_lr=1e30", "--json");
        Assert.That(result.ExitCode, Is.EqualTo(1), result.ToString());
        Assert.That(result.Output, Is.Empty);
        Assert.That(result.Error, Does.Contain("the training diverged at iteration "));
    }

    [Test]
    public void Problems_of_both_files_are_reported_together()
    {
        var result = Run("train", Cli.Model, "--set", "base_lr=x", "--set", "layers.fc1.num_output=x");
        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Error.TrimEnd().Split(Environment.NewLine).Select(line => line.Split(": ")[0]),
            Is.EqualTo(new[]
        {
            "--set base_lr=x", "--set layers.fc1.num_output=x",
        }));
    }

    [TestCase("base_lr", "--set: received 'base_lr', allowed: PATH=VALUE, such as base_lr=0.1")]
    [TestCase("=3", "--set: received '=3', allowed: PATH=VALUE, such as base_lr=0.1")]
    [TestCase("layers.fc3.num_output=3",
        "--set layers.fc3.num_output: received 'fc3', allowed: the name of one of layers in ")]
    [TestCase("bsae_lr=3", "--set bsae_lr=3: solver: received the unknown member 'bsae_lr', allowed: ")]
    public void A_setting_that_cannot_be_made_is_an_error(string setting, string message) =>
        AssertBadInput(Run("train", Cli.Model, "--set", setting), message);

    [Test]
    public void Another_net_may_be_set()
    {
        Cli.Write("model/other.json", (TrainingSets.TwoLayers(3) with { Name = "other" }).ToJson().ToJsonString());
        Train("--set", "net=other.json");
        Assert.That(NetConfig.Load(RunPath).Name, Is.EqualTo("other"));
    }

    [Test]
    public void A_net_file_alone_cannot_be_trained() =>
        AssertBadInput(Run("train", Cli.In("model", "net.json")),
            $"{Cli.In("model", "net.json")}: received a net without a "
            + "solver, allowed: a solver file, or a folder with solver.json and net.json");

    [Test]
    public void A_net_file_alone_has_no_solver_to_set() =>
        AssertBadInput(Run("check", Cli.In("model", "net.json"), "--set", "base_lr=1"),
            $"--set base_lr=1: {Cli.In("model", "net.json")} has no solver; allowed: layers.NAME.MEMBER=VALUE");

    [Test]
    public void A_model_that_is_not_there_is_an_error_with_the_likely_one() =>
        AssertBadInput(Run("train", Cli.In("modle")),
            $"{Cli.In("modle")}: no such file or folder; allowed: a model's folder, or "
            + $"a solver or net file; did you mean '{Cli.Model}'?");
}
