using NUnit.Framework;

namespace NeuralFramework.Tests;

public class NewCommandTests : CommandLineTest
{
    private static readonly string[] Templates = ["convnet", "embedding", "lstm", "two_layer"];

    [TestCaseSource(nameof(Templates))]
    public void A_template_trains_at_once_and_has_no_hazards(string template)
    {
        var made = CommandLine.RunJson("new", "mine", "--template", template);
        Assert.That(made["files"]!.ToJsonString(), Is.EqualTo("""["README.md","net.json","solver.json"]"""));
        Assert.That(NetConfig.Load("mine").Name, Is.EqualTo("mine"));
        Assert.That(File.ReadAllText(Cli.In("mine", "README.md")), Does.StartWith("# mine\n").And.Contain("    nf train mine\n"));
        var longer = CommandLine.RunJson("train", "mine", "--max-iter", "30", "--set", "test_interval=0", "--set", "display=30");
        Assert.That((double)longer["loss"]!, Is.LessThan(template == "embedding" ? 3.29 : 2.29), "ln of the classes is where it begins");
        var lint = Run("lint", "mine");
        Assert.That(lint.ExitCode, Is.Zero, lint.ToString());
        Assert.That(Net<float>.Load("mine", Phase.Deploy).Outputs, Has.Count.GreaterThan(0));
        Assert.That(CommandLine.RunJson("check", "mine", "--sample", "5", "--batch", "2")["passed"]!.GetValue<bool>());
    }

    [Test]
    public void Every_template_is_tried_here() => Assert.That(Run("new", "--help").Output, Does.Contain(string.Join("|", Templates)));

    [Test]
    public void The_template_is_that_of_two_layers_when_none_is_given() =>
        Assert.That((string?)CommandLine.RunJson("new", "mine")["template"], Is.EqualTo("two_layer"));

    [Test]
    public void Nothing_is_overwritten()
    {
        AssertBadInput(Run("new", Cli.Model), $"{Cli.Model}: received a path that exists, allowed: a new one; nothing is overwritten");
        Cli.Write("file", "x");
        AssertBadInput(Run("new", "file"), "file: received a path that exists");
        AssertBadInput(Run("new", "file/below"), "file/below: cannot be made: ");
        Assert.That(File.ReadAllText(Cli.In("file")), Is.EqualTo("x"));
    }

    [Test]
    public void An_unknown_template_is_an_error_with_the_nearest_one()
    {
        AssertBadInput(Run("new", "mine", "--template", "conv_net"), "--template: received 'conv_net', allowed: convnet, embedding, "
            + "lstm, two_layer; did you mean 'convnet'?");
        Assert.That(Path.Exists("mine"), Is.False);
    }

    [Test]
    public void A_model_may_have_a_folder_above_it_and_a_name_that_JSON_has_to_escape()
    {
        Assert.That(Run("new", "deep/a \"b\"").ExitCode, Is.Zero);
        Assert.That(NetConfig.Load("deep/a \"b\"").Name, Is.EqualTo("a \"b\""));
    }
}
