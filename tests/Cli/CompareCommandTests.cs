using System.Text.Json.Nodes;
using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary><c>nf compare</c> and <c>nf diff</c>.</summary>
public class CompareCommandTests : CommandLineTest
{
    private string A => Cli.In("a");

    private string B => Cli.In("b");

    private void Train(string run, params string[] more) =>
        CommandLine.RunJson(["train", Cli.Model, "--run", run, .. more]);

    private static JsonObject Diff(string first, string second) => CommandLine.RunJson("diff", first, second);

    [Test]
    public void Two_runs_of_one_configuration_are_the_same()
    {
        Train(A);
        Train(B);
        var diff = Diff(A, B);
        Assert.That(diff["changes"]!.AsArray(), Is.Empty);
        Assert.That(diff["iteration"], Is.Null);
        Assert.That((long)diff["last_common"]!, Is.EqualTo(10));
        Assert.That(Run("diff", A, B).Output, Does.Contain("the configurations are the same")
            .And.Contain("the runs are the same as far as both logs go, to iteration 10"));
    }

    [Test]
    public void Runs_with_other_seeds_part_at_the_first_report_in_the_first_layer()
    {
        Train(A);
        Train(B, "--seed", "2");
        var diff = Diff(A, B);
        Assert.That((string?)diff["changes"]![0], Is.EqualTo("random_seed: was 1, is 2"));
        Assert.That((long)diff["iteration"]!, Is.EqualTo(2));
        Assert.That((string?)diff["layer"], Is.EqualTo("fc1"));
        Assert.That(diff["last_same"], Is.Null);
    }

    [Test]
    public void Runs_part_where_a_rate_drops_in_one()
    {
        Train(A);
        Train(B, "--set", """lr_policy={"type": "step", "gamma": 0.5, "step_size": 5}""");
        var diff = Diff(A, B);
        // The sixth update is the first with another rate: weights and gradients are the same before it.
        Assert.That((long)diff["iteration"]!, Is.EqualTo(6));
        Assert.That((string?)diff["layer"], Is.EqualTo("fc1"));
        Assert.That((string?)diff["what"], Is.EqualTo("norm of the update"));
        Assert.That((long)diff["last_same"]!, Is.EqualTo(5));
    }

    [Test]
    public void A_frozen_layer_is_not_where_runs_part()
    {
        Train(A);
        Train(B, "--set", "layers.fc1.lr_mult=0");
        var diff = Diff(A, B);
        Assert.That((string?)diff["layer"], Is.EqualTo("fc2"));
    }

    [Test]
    public void Runs_are_compared_in_a_table_and_on_a_page()
    {
        Train(A);
        Train(B, "--set", "base_lr=0.2");
        var result = Run("compare", A, B, "-o", Cli.In("c.html"));
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        Assert.That(result.Output, Does.Contain("accuracy").And.Contain("b: base_lr: was 0.1, is 0.2"));
        Assert.That(result.Output.Split('\n').Take(6).Select(line => line.TrimEnd().Length), Is.All.LessThanOrEqualTo(80));
        var page = File.ReadAllText(Cli.In("c.html"));
        Assert.That(page, Does.Contain("base_lr: was 0.1, is 0.2").And.Contain("test accuracy").And.Not.Contain("<script"));
    }

    [Test]
    public void Runs_of_one_name_are_told_apart_by_their_folders()
    {
        Train(Cli.In("x", "run"));
        Train(Cli.In("y", "run"));
        CommandLine.RunJson("compare", Cli.In("x", "run"), Cli.In("y", "run"), "-o", Cli.In("c.html"));
        Assert.That(File.ReadAllText(Cli.In("c.html")), Does.Contain(Cli.In("x", "run")).And.Contain(Cli.In("y", "run")));
    }

    [Test]
    public void One_run_alone_cannot_be_compared() =>
        Assert.That(Run("compare", A).ExitCode, Is.EqualTo(2));

    [Test]
    public void A_folder_that_is_no_run_is_an_error()
    {
        Train(A);
        AssertBadInput(Run("diff", A, Cli.In("no")), $"run: received '{Cli.In("no")}', which is no folder; allowed: ");
        AssertBadInput(Run("compare", A, Cli.Model), $"run: received '{Cli.Model}', which has no log.csv; allowed: ");
    }
}
