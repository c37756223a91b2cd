using System.Text;
using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>Every kind of problem of a net file, with its whole message.</summary>
public class ConfigErrorTests
{
    private const string Input = """{ "name": "in", "type": "Input", "shape": [2, 3] }""";

    private static string OnlyProblem(params string[] layers) => NetJson.Problems(NetJson.FileOf(layers)).Single();

    private static string OnlyWiringProblem(params string[] layers) =>
        NetJson.ProblemsOf(() => NetJson.Net(layers)).Single();

    [Test]
    public void An_unknown_member_is_named_with_its_place_and_the_likely_one() =>
        Assert.That(OnlyProblem(Input,
            """{ "name": "fc1", "type": "InnerProduct", "num_output": 4, "bais_term": true }"""),
            Does.StartWith("net.json:3:59: layer 'fc1' (InnerProduct): received the unknown member 'bais_term', "
                + "allowed: ")
                .And.Contains("bias_term, ").And.EndsWith("; did you mean 'bias_term'?"));

    [Test]
    public void An_unknown_member_of_a_nested_object_is_named_with_the_way_to_it() =>
        Assert.That(OnlyProblem(Input,
            """
            { "name": "fc", "type": "InnerProduct", "num_output": 4, "weight_filler": { "type": "gaussian", "sdt": 1 } }
            """),
            Is.EqualTo("net.json:3:97: layer 'fc' (InnerProduct): member 'weight_filler': received the unknown member "
                + "'sdt', allowed: mean, std, type; did you mean 'std'?"));

    [TestCase("bottom", "text")]
    [TestCase("top", "text")]
    [TestCase("param_name", "text")]
    public void Null_among_the_elements_of_a_list_is_named(string member, string allowed) =>
        Assert.That(OnlyProblem(Input,
            $$"""{ "name": "fc", "type": "InnerProduct", "num_output": 4, "{{member}}": ["in", null] }"""),
            Does.EndWith($": layer 'fc' (InnerProduct): member '{member}': received null, allowed: {allowed}, or a list of "
                + "such"));

    [TestCase("\"four\"", "\"four\" (text)")]
    [TestCase("3.5", "3.5 (a number)")]
    [TestCase("[1, 2]", "a list of 2")]
    [TestCase("{}", "an object")]
    [TestCase("true", "true")]
    [TestCase("3000000000", "3000000000 (a number)")]
    public void A_value_of_the_wrong_type_is_described(string value, string described) =>
        Assert.That(OnlyProblem(Input, $$"""{ "name": "fc", "type": "InnerProduct", "num_output": {{value}} }"""),
            Is.EqualTo(
            $"net.json:3:55: layer 'fc' (InnerProduct): member 'num_output': received {described}, "
                + "allowed: a whole number"));

    [Test]
    public void Null_for_a_needed_member_is_an_error() =>
        Assert.That(OnlyProblem(Input, """{ "name": "fc", "type": "InnerProduct", "num_output": null }"""),
            Does.StartWith(
            "net.json:3:55: layer 'fc' (InnerProduct): member 'num_output': received null, allowed: a whole number"));

    [TestCase("0")]
    [TestCase("-3")]
    public void A_value_out_of_range_is_named_with_the_range(string value) =>
        Assert.That(OnlyProblem(Input, $$"""{ "name": "fc", "type": "InnerProduct", "num_output": {{value}} }"""),
            Is.EqualTo($"net.json:3:55: layer 'fc' (InnerProduct): member 'num_output': received {value}, allowed: "
                + "a whole number, 1 or more"));

    [Test]
    public void One_element_of_a_list_out_of_range_is_named_by_its_place() =>
        Assert.That(OnlyProblem(Input, """{ "name": "r", "type": "ReLU", "lr_mult": [1, -2] }"""), Is.EqualTo(
            "net.json:3:47: layer 'r' (ReLU): member 'lr_mult': received -2, allowed: a number, or a list of such, 0 "
                + "or more"));

    [Test]
    public void A_missing_member_is_named_at_the_layers_place() =>
        Assert.That(OnlyProblem(Input, """{ "name": "fc", "type": "InnerProduct" }"""), Is.EqualTo("net.json:3:1: "
            + "layer 'fc' (InnerProduct): the member 'num_output' is missing; allowed: a whole number, 1 or more"));

    [Test]
    public void An_unknown_word_is_named_with_those_allowed() =>
        Assert.That(OnlyProblem("""{ "name": "in", "type": "Input", "shape": [1], "phase": "trian" }"""), Is.EqualTo(
            "net.json:2:57: layer 'in' (Input): member 'phase': received \"trian\" (text), allowed: train, test, "
                + "deploy, or a list of such; did you mean 'train'?"));

    [TestCase("\"train, test\"")]
    [TestCase("\"1\"")]
    [TestCase("1")]
    public void Only_the_words_themselves_are_allowed(string phase) =>
        Assert.That(OnlyProblem($$"""{ "name": "in", "type": "Input", "shape": [1], "phase": {{phase}} }"""),
            Does.Contain("member 'phase': received").And.Contain("allowed: train, test, deploy, or a list of such"));

    [Test]
    public void An_unknown_layer_type_is_named_with_the_likely_one() =>
        Assert.That(OnlyProblem(Input, """{ "name": "r", "type": "Relu" }"""),
            Does.StartWith("net.json:3:24: layer 'r': member 'type': received \"Relu\" (text), allowed: ")
                .And.Contains("InnerProduct, Input, ").And.EndsWith("; did you mean 'ReLU'?"));

    [Test]
    public void A_missing_or_wrong_layer_type_is_named_by_the_layers_number()
    {
        Assert.That(OnlyProblem(Input, """{ "num_output": 3 }"""),
            Does.StartWith("net.json:3:1: layer 2: member 'type': received nothing, allowed: "));
        Assert.That(OnlyProblem(Input, """{ "type": 3 }"""),
            Does.StartWith("net.json:3:11: layer 2: member 'type': received 3 (a number), allowed: "));
    }

    [Test]
    public void An_unknown_filler_is_named_with_those_allowed() =>
        Assert.That(OnlyProblem(Input,
            """{ "name": "fc", "type": "InnerProduct", "num_output": 4, "weight_filler": { "type": "xaver" } }"""),
            Is.EqualTo("net.json:3:85: layer 'fc' (InnerProduct): member 'weight_filler': member 'type': received "
                + "\"xaver\" (text), allowed: constant, uniform, gaussian, xavier, msra, values; did you mean 'xavier'?"));

    [Test]
    public void A_member_given_twice_is_an_error() =>
        Assert.That(OnlyProblem("""{ "name": "in", "type": "Input", "shape": [1], "shape": [2] }"""), Is.EqualTo(
            "net.json:2:48: received the member 'layers[0].shape' twice, allowed: once"));

    [TestCase("{ \"layers\": [ }", "net.json:1:15: not valid JSON: ")]
    [TestCase("{ \"layers\": []\n} x", "net.json:2:3: not valid JSON: ")]
    [TestCase("", "net.json:1:1: not valid JSON: ")]
    [TestCase("{ \"layers\": [", "net.json:1:14: not valid JSON: ")]
    [TestCase("{ 'layers': [] }", "net.json:1:3: not valid JSON: ")]
    public void Text_that_is_not_JSON_is_an_error_with_its_place(string text, string start) =>
        Assert.That(NetJson.Problems(text).Single(), Does.StartWith(start).And.Not.Contains("LineNumber"));

    [TestCase("[]", "a list of 0")]
    [TestCase("[ { \"type\": \"ReLU\" } ]", "a list of 1")]
    [TestCase("3", "3 (a number)")]
    [TestCase("null", "null")]
    [TestCase("\"net\"", "\"net\" (text)")]
    public void A_file_that_is_no_object_is_an_error(string text, string described) => Assert.That(
        NetJson.Problems(text).Single(), Is.EqualTo($"net.json:1:1: received {described}, allowed: a JSON object"));

    [Test]
    public void Bytes_that_are_not_UTF8_are_an_error([Values("{ \"na\u00ffme\": 1 }",
        "{ \"name\": \"\u00ff\" }")] string text) =>
        Assert.That(NetJson.ProblemsOf(() => NetConfig.Read(ConfigDocument.Parse(Encoding.Latin1.GetBytes(text),
            "net.json")))
            .Single(), Does.StartWith("net.json:1:").And.EndsWith("received text that is not Unicode, allowed: UTF-8"));

    [Test]
    public void Half_a_surrogate_pair_is_an_error([Values("""{ "\ud800": 1 }""",
        """{ "name": "\ud800" }""")] string text) =>
        Assert.That(NetJson.Problems(text).Single(), Does.StartWith("net.json:1:").And.Contains("not valid JSON"));

    [Test]
    public void JSON_nested_too_deeply_is_an_error() => Assert.That(
        NetJson.Problems($"{{ \"layers\": {new string('[', 100)}{new string(']', 100)} }}").Single(),
        Does.StartWith("net.json:1:").And.Contains("not valid JSON"));

    [Test]
    public void No_layers_are_an_error() => Assert.That(NetJson.Problems("""{ "layers": [] }""").Single(), Is.EqualTo(
        "net.json:1:13: net: member 'layers': received an empty list, allowed: one layer or more"));

    [Test]
    public void A_file_without_layers_is_an_error() => Assert.That(NetJson.Problems("""{ "name": "x" }""").Single(),
        Is.EqualTo("net.json:1:1: net: the member 'layers' is missing; allowed: a list"));

    [Test]
    public void Layers_that_are_no_list_are_an_error() => Assert.That(NetJson.Problems("""{ "layers": {} }""").Single(),
        Is.EqualTo("net.json:1:13: net: member 'layers': received an object, allowed: a list"));

    [Test]
    public void A_layer_that_is_no_object_is_an_error() => Assert.That(OnlyProblem(Input, "\"ReLU\""), Is.EqualTo(
        "net.json:3:1: net: layer 2: received \"ReLU\" (text), allowed: an object"));

    [Test]
    public void Options_that_do_not_go_together_are_an_error() =>
        Assert.That(OnlyProblem("""{ "name": "in", "type": "Input", "shape": [2], "values": [1, 2, 3] }"""), Is.EqualTo(
            "net.json:2:1: layer 'in' (Input): member 'values': received 3, allowed: 2 for the shape 2"));

    [Test]
    public void All_problems_of_a_file_are_in_one_error()
    {
        const string text = """
            { "nmae": "x",
              "layers": [
                { "type": "Input", "shape": [1, -2] },
                { "type": "Relu" },
                { "name": "fc", "type": "InnerProduct", "num_output": 0, "bias_trm": 1, "in_place": "yes" },
                { "name": "fc2", "type": "InnerProduct" } ] }
            """;
        Assert.That(NetJson.Problems(text).Select(problem => problem.Split(": ")[0]), Is.EquivalentTo(new[]
        {
            "net.json:1:3", "net.json:3:33", "net.json:4:15", "net.json:5:59", "net.json:5:62", "net.json:5:89",
            "net.json:6:5",
        }));
        Assert.That(() => NetJson.Config(text), Throws.TypeOf<ConfigException>()
            .With.Message.EqualTo(string.Join(Environment.NewLine, NetJson.Problems(text))));
    }

    [Test]
    public void A_bottom_that_no_layer_makes_is_named_with_the_likely_one_and_the_net_so_far() =>
        Assert.That(OnlyWiringProblem(Input, """{ "name": "r", "type": "ReLU" }""",
            """{ "name": "t", "type": "TanH", "bottom": "im" }"""), Is.EqualTo(string.Join(Environment.NewLine,
            "net.json:4:1: layer 't' (TanH): member 'bottom': received 'im', which no layer before it makes in the "
                + "phase train; allowed: in, r; did you mean 'in'?",
            "    in (Input):  -> in",
            "    r (ReLU): in -> r")));

    [Test]
    public void A_bottom_made_only_in_another_phase_or_later_is_an_error()
    {
        Assert.That(OnlyWiringProblem("""{ "name": "in", "type": "Input", "shape": [1], "phase": "test" }""",
            """{ "name": "r", "type": "ReLU", "bottom": "in" }"""),
            Does.StartWith("net.json:3:1: layer 'r' (ReLU): member 'bottom': received 'in', which no layer before it "
                + "makes in the phase train; allowed: nothing yet"));
        Assert.That(OnlyWiringProblem(Input, """{ "name": "a", "type": "ReLU", "bottom": "b" }""",
            """{ "name": "b", "type": "ReLU", "bottom": "in" }"""), Does.Contain("layer 'a' (ReLU): member 'bottom'"));
    }

    [Test]
    public void A_name_given_twice_is_an_error_that_says_where_the_other_stands() =>
        Assert.That(OnlyWiringProblem(Input, """{ "name": "r", "type": "ReLU" }""",
            """{ "name": "r", "type": "TanH", "top": "t" }"""), Is.EqualTo(
            "net.json:4:1: layer 'r' (TanH): received a name that net.json:3:1 has already, allowed: a name of its "
                + "own"));

    [Test]
    public void A_top_made_twice_is_an_error() =>
        Assert.That(OnlyWiringProblem(Input, """{ "name": "a", "type": "ReLU", "top": "t" }""",
            """{ "name": "b", "type": "ReLU", "bottom": "in", "top": "t" }"""), Is.EqualTo("net.json:4:1: layer 'b' "
            + "(ReLU): member 'top': received 't', which layer 'a' (ReLU) makes already, allowed: a new name, or that "
            + "of the first bottom to run in place"));

    [Test]
    public void A_layer_that_cannot_run_in_place_says_so() =>
        Assert.That(OnlyWiringProblem(Input,
            """{ "name": "fc", "type": "InnerProduct", "num_output": 3, "in_place": true }"""),
            Is.EqualTo("net.json:3:1: layer "
            + "'fc' (InnerProduct): member 'in_place': received a layer that is to run in place, allowed: a type that "
            + "can, such as ReLU; this one needs its bottom's values"));

    [Test]
    public void Too_many_or_too_few_blobs_are_errors()
    {
        Assert.That(OnlyWiringProblem(Input, """{ "name": "r", "type": "ReLU", "bottom": ["in", "in"] }"""), Is.EqualTo(
            "net.json:3:1: layer 'r' (ReLU): member 'bottom': received 2 blobs (in, in), allowed: exactly 1"));
        Assert.That(OnlyWiringProblem(Input, """{ "name": "r", "type": "ReLU", "top": ["a", "b"] }"""), Is.EqualTo(
            "net.json:3:1: layer 'r' (ReLU): member 'top': received 2 names (a, b), allowed: exactly 1"));
        Assert.That(OnlyWiringProblem("""{ "name": "r", "type": "ReLU" }"""), Is.EqualTo(
            "net.json:2:1: layer 'r' (ReLU): member 'bottom': received 0 blobs (), allowed: exactly 1"));
    }

    [Test]
    public void A_phase_without_a_layer_is_an_error() =>
        Assert.That(NetJson.ProblemsOf(() => NetJson.Net(Phase.Test,
            """{ "name": "in", "type": "Input", "shape": [1], "phase": "train" }""")).Single(),
            Is.EqualTo("net.json: net 'net' has no layer for the phase test"));

    [Test]
    public void All_wiring_problems_are_in_one_error() => Assert.That(NetJson.ProblemsOf(() => NetJson.Net(Input,
        """{ "name": "a", "type": "ReLU", "bottom": "x" }""", """{ "name": "b", "type": "ReLU", "bottom": "y" }""",
        """{ "name": "a", "type": "ReLU" }""")), Has.Count.EqualTo(3));

    [TestCase("\"lr_mult\": [1, 2, 3]", "member 'lr_mult': received 3 values, allowed: 1, or 2, one a parameter")]
    [TestCase("\"decay_mult\": []", "member 'decay_mult': received 0 values, allowed: 1, or 2, one a parameter")]
    [TestCase("\"loss_weight\": [1, 2]", "member 'loss_weight': received 2 values, allowed: 1, one a top")]
    [TestCase("\"param_name\": [\"a\", \"b\", \"c\"]",
        "member 'param_name': received 3 names, allowed: at most 2, one a parameter")]
    public void Lists_of_the_wrong_length_are_errors(string member, string message) =>
        Assert.That(OnlyWiringProblem(Input,
            $$"""{ "name": "fc", "type": "InnerProduct", "num_output": 3, {{member}} }"""),
            Is.EqualTo($"net.json:3:1: layer 'fc' (InnerProduct): {message}"));

    [Test]
    public void A_value_from_set_is_placed_there()
    {
        var document = NetJson.Document(NetJson.FileOf(Input,
            """{ "name": "fc", "type": "InnerProduct", "num_output": 3 }"""));
        document.Set("layers.fc.num_output", "none");
        document.Set("layers.fc.weight_filer", "{}");
        var problems = NetJson.ProblemsOf(() => NetConfig.Read(document));
        Assert.That(problems, Has.Count.EqualTo(2));
        Assert.That(problems[0], Is.EqualTo("--set layers.fc.num_output=none: layer 'fc' (InnerProduct): member "
            + "'num_output': received \"none\" (text), allowed: a whole number"));
        Assert.That(problems[1], Does.StartWith("--set layers.fc.weight_filer={}: layer 'fc' (InnerProduct): received "
            + "the unknown member 'weight_filer', allowed: "));
    }

    [Test]
    public void A_value_inside_a_list_from_set_is_placed_there()
    {
        var document = NetJson.Document(NetJson.FileOf(Input,
            """{ "name": "r", "type": "ReLU", "lr_mult": [1, 1] }"""));
        document.Set("layers.r.lr_mult", "[1, -1]");
        Assert.That(NetJson.ProblemsOf(() => NetConfig.Read(document)).Single(),
            Does.StartWith("--set layers.r.lr_mult=[1, -1]: layer 'r' (ReLU): member 'lr_mult': received -1, "
                + "allowed: "));
    }

    [Test]
    public void A_file_that_is_missing_or_a_folder_is_an_error()
    {
        using var folder = new TempFolder();
        Assert.That(() => ConfigDocument.Load(folder.In("no.json")), Throws.TypeOf<ConfigException>().With.Message
            .EqualTo($"{folder.In("no.json")}: no such file; allowed: a JSON file"));
        Assert.That(() => ConfigDocument.Load(folder.Path), Throws.TypeOf<ConfigException>().With.Message
            .EqualTo($"{folder.Path}: received a folder, allowed: a JSON file"));
    }
}
