using System.Text.Json.Nodes;
using NeuralFramework.Solvers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class HelpCommandTests : CommandLineTest
{
    private static IEnumerable<string> Topics => CommandLine.Run("help", "--json").Json
        .SelectMany(group => group.Value!.AsArray().Select(name => (string)name!)).Where(name => name != "Faulty");

    [Test]
    public void Without_a_name_everything_is_listed_by_kind()
    {
        var output = Run("help").Output;
        Assert.That(output, Does.Contain("layers with weights\n    Convolution, Deconvolution, Embed, EmbedBag, InnerProduct"));
        Assert.That(output, Does.Contain("recurrent layers\n    GRU, LSTM, RNN"));
        Assert.That(output, Does.Contain("update rules\n    SGD, Nesterov").And.Contain("lr_policies\n    fixed").And.Contain("fillers\n    constant"));
        Assert.That(Topics, Is.SupersetOf(LayerRegistry.Types.Except(["Faulty"])));
        Assert.That(output.Split('\n').Max(line => line.Length), Is.LessThanOrEqualTo(80));
    }

    [Test]
    public void A_layer_is_explained_with_formula_shapes_options_and_an_example()
    {
        var output = Run("help", "InnerProduct").Output;
        Assert.That(output, Does.StartWith("InnerProduct (layer)\n\n  Fully connected: y = x·Wᵀ + b"));
        Assert.That(output, Does.Contain("  Bottom: M×K, where M is the product"));
        Assert.That(output, Does.Contain("  num_output: a whole number, 1 or more; needed\n      The number of outputs N.\n"));
        Assert.That(output, Does.Contain("  axis: a whole number; default 1\n"));
        Assert.That(output, Does.Contain("; default xavier\n      variance_norm fan_in\n"));
        Assert.That(output, Does.Contain("Example\n  { \"name\": \"innerproduct1\", \"type\": \"InnerProduct\", \"num_output\": 3 }\n"));
    }

    [Test]
    public void The_words_of_an_enumeration_are_explained() =>
        Assert.That(Run("help", "Pooling").Output, Does.Contain("  pool: max, ave, stochastic; default \"max\"\n")
            .And.Contain("        ave: Its mean.\n"));

    [Test]
    public void Rules_policies_and_fillers_are_explained_too()
    {
        Assert.That(Run("help", "Adam").Output, Does.StartWith("Adam (update rule)").And.Contain("β₁: how much of the mean gradient stays."));
        Assert.That(Run("help", "step").Output, Does.StartWith("step (lr_policy)").And.Contain("gamma: a number, 0 or more; needed"));
        Assert.That(Run("help", "msra").Output, Does.StartWith("msra (filler)"));
    }

    [Test]
    public void Case_matters_only_between_names_that_differ_in_nothing_else()
    {
        Assert.That(Run("help", "relu").Output, Does.StartWith("ReLU (layer)"));
        Assert.That(Run("help", "sigmoid").Output, Does.StartWith("sigmoid (lr_policy)").And.Contain("See also: Sigmoid (layer)"));
        Assert.That(Run("help", "Sigmoid").Output, Does.StartWith("Sigmoid (layer)"));
    }

    [Test]
    public void An_unknown_name_is_an_error_with_the_nearest_one() => AssertBadInput(Run("help", "Convolutoin"),
        "help: received 'Convolutoin', allowed: a layer, update rule, lr_policy or filler; nf help lists them; did you mean 'Convolution'?");

    [TestCaseSource(nameof(Topics))]
    public void Every_topic_fits_a_terminal_and_its_example_is_read(string name)
    {
        var help = Run("help", name, "--json");
        Assert.That(help.ExitCode, Is.Zero, help.ToString());
        var text = Run("help", name).Output;
        Assert.That(text.Split('\n').Where(line => !line.StartsWith("  {")).Max(line => line.Length), Is.LessThanOrEqualTo(80), text);
        var example = (string)help.Json["example"]!;
        switch ((string)help.Json["kind"]!)
        {
            case "layer":
                Assert.That(NetJson.Problems(NetJson.FileOf(example)), Is.Empty, example);
                break;
            case "filler":
                Assert.That(NetJson.Problems(NetJson.FileOf($$"""{ "type": "InnerProduct", "num_output": 1, "weight_filler": {{example}} }""")), Is.Empty, example);
                break;
            case "lr_policy":
                Assert.That(SolverConfig.Read(NetJson.Document($$"""{ "base_lr": 1, "max_iter": 1, "lr_policy": {{example}} }""")).LrPolicy, Is.Not.Null);
                break;
            default:
                var solver = JsonNode.Parse(example)!.AsObject();
                (solver["base_lr"], solver["max_iter"]) = (1, 1);
                Assert.That(SolverConfig.Read(NetJson.Document(solver.ToJsonString())).Rule, Is.Not.Null);
                break;
        }
    }
}
