using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>How the command line is used wrongly, and helps.</summary>
public class UsageTests : CommandLineTest
{
    [Test]
    public void An_unknown_command_is_an_error_with_the_likely_one() =>
        AssertBadInput(Run("trian"),
            "nf: received 'trian', allowed: check, compare, completion, data, diff, draw, embed, export, "
            + "gradients, help, import, info, lint, new, plan, predict, replay, report, sample, schema, serve, test, time, "
            + $"train, verify-resume; did you mean 'train'?{Environment.NewLine}see: nf --help");

    [Test]
    public void An_unknown_option_is_an_error_with_the_likely_one()
    {
        var result = Run("train", Cli.Model, "--max-itre", "3");
        AssertBadInput(result, "nf train: received '--max-itre', allowed: ");
        Assert.That(result.Error, Does.Contain("; did you mean '--max-iter'?").And.Contain("see: nf train --help"));
    }

    [Test]
    public void A_missing_argument_is_an_error()
    {
        var result = Run("train");
        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Output, Is.Empty);
        Assert.That(result.Error, Does.Contain("see: nf train --help"));
    }

    [TestCase("--max-iter", "many", "--max-iter: received 'many', allowed: a whole number")]
    [TestCase("--seed", "1.5", "--seed: received '1.5', allowed: a whole number")]
    [TestCase("--threads", "all", "--threads: received 'all', allowed: a whole number")]
    public void A_value_that_is_no_number_is_an_error(string option, string value, string message) =>
        AssertBadInput(Run("train", Cli.Model, option, value), message);

    [TestCase("--help")]
    [TestCase("train --help")]
    [TestCase("check -h")]
    [TestCase("--version")]
    public void Help_and_version_go_to_standard_output(string args)
    {
        var result = Run(args.Split(' '));
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        Assert.That(result.Output, Is.Not.Empty);
        Assert.That(result.Error, Is.Empty);
    }

    [Test]
    public void An_unknown_engine_is_an_error_with_those_known() =>
        AssertBadInput(Run("time", Cli.Model, "--blas", "managd"), "BLAS backend: received 'managd', allowed: ");

    [Test]
    public void A_stack_trace_is_shown_only_when_it_is_asked_for()
    {
        var result = Run("train", Cli.In("no"), "--debug");
        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Error, Does.Contain("ConfigException").And.Contain("   at "));
    }

    [Test]
    public void A_file_that_is_not_JSON_is_an_error_with_its_place()
    {
        Cli.WriteModel(net: "{ \"layers\": [ }");
        AssertBadInput(Run("check", Cli.Model), $"{Cli.In("model", "net.json")}:1:15: not valid JSON: ");
    }

    [Test]
    public void Shapes_that_do_not_fit_are_an_error_with_their_trace()
    {
        var result = Run("check", Cli.Model, "--set", "layers.loss.bottom=[\"fc1\", \"x\"]");
        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Error, Does.Contain("layer 'loss' (SoftmaxLoss): received ")
            .And.Contain("the shapes up to there:"));
    }
}
