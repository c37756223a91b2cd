using System.Diagnostics;
using System.Text.Json.Nodes;
using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>What a run's folder survives: damage, a process that died, a second process, a full disk.</summary>
public class RunFolderTests : CommandLineTest
{
    private string RunPath => Cli.In("run");

    private string Log => Path.Combine(RunPath, "log.csv");

    private string Snapshot(int iteration) => Path.Combine(RunPath, $"iteration-{iteration:D7}.safetensors");

    private JsonObject Train(params string[] more) =>
        CommandLine.RunJson(["train", Cli.Model, "--run", RunPath, .. more]);

    private static string Hash(JsonObject result) => (string)result["weights_sha256"]!;

    private static List<string> WithoutClock(string log) =>
        [.. File.ReadAllLines(log).Select(line => string.Join(',', line.Split(',').Where((_, i) => i != 1)))];

    private (string Hash, List<string> Log) TrainWhole()
    {
        var result = CommandLine.RunJson("train", Cli.Model, "--run", Cli.In("whole"));
        return (Hash(result), WithoutClock(Cli.In("whole", "log.csv")));
    }

    private static void Flip(string path)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[^9] ^= 4;
        File.WriteAllBytes(path, bytes);
    }

    private static void Cut(string path) => File.WriteAllBytes(path, File.ReadAllBytes(path)[..^7]);

    private static void Empty(string path) => File.WriteAllBytes(path, []);

    private static IEnumerable<TestCaseData> Damages() =>
    [
        new TestCaseData((Action<string>)Flip).SetArgDisplayNames("one bit"),
        new TestCaseData((Action<string>)Cut).SetArgDisplayNames("cut"),
        new TestCaseData((Action<string>)Empty).SetArgDisplayNames("empty"),
    ];

    [TestCaseSource(nameof(Damages))]
    public void A_damaged_newest_snapshot_is_named_and_passed_over(Action<string> damage)
    {
        var whole = TrainWhole();
        Train("--max-iter", "8");
        damage(Snapshot(8));
        var result = Run("train", Cli.Model, "--run", RunPath, "--resume", "--json");
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        Assert.That(result.Error,
            Does.Match($"passed over: {Snapshot(8)}: .*allowed: a whole (safetensors file|snapshot)"));
        Assert.That(result.Error, Does.Contain($"resumed from {Snapshot(4)} at iteration 4"));
        Assert.That(Hash(result.Json), Is.EqualTo(whole.Hash));
        Assert.That(WithoutClock(Log), Is.EqualTo(whole.Log));
    }

    [Test]
    public void Where_no_snapshot_is_whole_nothing_is_trained_and_nothing_changes()
    {
        Train("--max-iter", "4");
        Cut(Snapshot(4));
        var before = Directory.GetFiles(RunPath).ToDictionary(path => path, File.ReadAllBytes);
        var result = Run("train", Cli.Model, "--run", RunPath, "--resume", "--json");
        Assert.That(result.ExitCode, Is.EqualTo(2), result.ToString());
        Assert.That(result.Error, Does.Contain($"passed over: {Snapshot(4)}").And.Contain(
            $"--resume: received '{RunPath}', in which no snapshot is whole; allowed: the folder of a run with one "
            + "that is"));
        Assert.That(Directory.GetFiles(RunPath).ToDictionary(path => path, File.ReadAllBytes), Is.EqualTo(before));
    }

    [Test]
    public void What_a_process_was_writing_when_it_died_is_dropped()
    {
        var whole = TrainWhole();
        Train("--max-iter", "8");
        File.Delete(Snapshot(8));
        File.AppendAllText(Log, "9,0.1,0.0");
        File.WriteAllText(Snapshot(12) + ".17.tmp", "a part");
        File.WriteAllText(Path.Combine(RunPath, "net.json.17.tmp"), "a part");
        File.WriteAllText(Path.Combine(RunPath, "notes.tmp"), "somebody's own");
        Assert.That(Hash(Train("--resume")), Is.EqualTo(whole.Hash));
        Assert.That(WithoutClock(Log), Is.EqualTo(whole.Log));
        Assert.That(Directory.GetFiles(RunPath, "*.tmp").Select(Path.GetFileName), Is.EqualTo(new[] { "notes.tmp" }));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void A_second_process_in_the_same_folder_is_told_who_trains_there(bool resume)
    {
        Train("--max-iter", "4");
        var lines = File.ReadAllText(Log);
        using var other = new FileStream(Path.Combine(RunPath, "run.lock"), FileMode.Open, FileAccess.ReadWrite,
            FileShare.None);
        File.WriteAllText(Path.Combine(RunPath, "run.pid"), "4711");
        AssertBadInput(Run(["train", Cli.Model, "--run", RunPath, .. resume ? new[] { "--resume" } : []]),
            $"--run: received '{RunPath}', in which the process 4711 trains now; allowed: a folder of its own for each "
            + "run, or waiting for its end");
        Assert.That(File.ReadAllText(Log), Is.EqualTo(lines));
    }

    [Test]
    public void The_lock_of_a_process_that_has_died_is_no_obstacle()
    {
        var hash = Hash(Train());
        File.WriteAllText(Path.Combine(RunPath, "run.pid"), "4711");
        Assert.That(Hash(Train("--resume")), Is.EqualTo(hash));
        Assert.That(File.Exists(Path.Combine(RunPath, "run.pid")), Is.False, "a run that has ended names no process");
    }

    [Test]
    public void A_log_that_cannot_be_read_is_an_error_and_stays()
    {
        Train("--max-iter", "4");
        File.WriteAllText(Log, "iteration,seconds\nx,y\n");
        AssertBadInput(Run("train", Cli.Model, "--run", RunPath, "--resume"), $"{RunPath}");
        Assert.That(File.ReadAllText(Log), Is.EqualTo("iteration,seconds\nx,y\n"));
    }
}
