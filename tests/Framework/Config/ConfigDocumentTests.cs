using System.Text.Json.Nodes;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class ConfigDocumentTests
{
    private const string Text = """
        { "base_lr": 0.1, "policy": { "type": "step", "gamma": 0.5 },
          "layers": [ { "name": "fc1", "size": 3 }, { "size": 4 }, { "name": "fc2" } ] }
        """;

    private static JsonObject After(string path, string value)
    {
        var document = NetJson.Document(Text);
        document.Set(path, value);
        return document.Root;
    }

    [TestCase("0.25", "0.25")]
    [TestCase("[1, 2]", "[1,2]")]
    [TestCase("{\"a\": 1}", "{\"a\":1}")]
    [TestCase("true", "true")]
    [TestCase("\"7\"", "\"7\"")]
    [TestCase("SGD", "\"SGD\"")]
    [TestCase("a=b", "\"a=b\"")]
    [TestCase("", "\"\"")]
    public void The_value_is_JSON_or_else_text(string value, string json) =>
        Assert.That(After("base_lr", value)["base_lr"]!.ToJsonString(), Is.EqualTo(json));

    [Test]
    public void A_dotted_path_leads_into_objects()
    {
        var root = After("policy.gamma", "0.2");
        Assert.That(root["policy"]!.ToJsonString(), Is.EqualTo("""{"type":"step","gamma":0.2}"""));
    }

    [Test]
    public void Objects_on_the_way_are_made() =>
        Assert.That(After("other.gamma", "1")["other"]!.ToJsonString(), Is.EqualTo("""{"gamma":1}"""));

    [Test]
    public void A_layer_is_named_by_its_name()
    {
        var layers = After("layers.fc2.size", "9")["layers"]!;
        Assert.That(layers[2]!.ToJsonString(), Is.EqualTo("""{"name":"fc2","size":9}"""));
        Assert.That(layers[0]!["size"]!.GetValue<int>(), Is.EqualTo(3));
    }

    [Test]
    public void A_layer_without_a_name_is_named_by_type_and_number()
    {
        var document = NetJson.Document("""
            { "layers": [ { "type": "ReLU" }, { "name": "fc", "type": "InnerProduct" }, { "type": "ReLU" } ] }
            """);
        document.Set("layers.ReLU2.negative_slope", "0.1");
        Assert.That(document.Root["layers"]![2]!.ToJsonString(), Is.EqualTo("""{"type":"ReLU","negative_slope":0.1}"""));
    }

    [Test]
    public void Layers_of_one_name_are_all_set()
    {
        var document = NetJson.Document("""
            { "layers": [ { "name": "data", "phase": "train" }, { "name": "data", "phase": "test" } ] }
            """);
        document.Set("layers.data.batch_size", "30");
        Assert.That(document.Root["layers"]!.AsArray().Select(layer => (int)layer!["batch_size"]!), Is.EqualTo(new[] { 30, 30 }));
    }

    [Test]
    public void A_value_with_a_member_twice_is_refused() =>
        Assert.That(() => After("policy", "{\"type\": \"step\", \"type\": \"fixed\"}"), Throws.TypeOf<ConfigException>()
            .With.Message.EqualTo("--set policy: received the member 'type' twice, allowed: once"));

    [Test]
    public void An_unknown_layer_is_an_error_with_the_likely_one() =>
        Assert.That(() => After("layers.fc3.size", "1"), Throws.TypeOf<ConfigException>().With.Message.EqualTo(
            "--set layers.fc3.size: received 'fc3', allowed: the name of one of layers in net.json: fc1, fc2; "
                + "did you mean 'fc1'?"));

    [Test]
    public void A_path_through_a_value_is_an_error() =>
        Assert.That(() => After("base_lr.x.y", "1"), Throws.TypeOf<ConfigException>().With.Message.EqualTo(
            "--set base_lr.x.y: 'base_lr' is 0.1 (a number) in net.json, allowed: a path through objects"));

    [TestCase("layers.fc1", "'layers' is a list of 3")]
    [TestCase("base_lr.x", "'base_lr' is 0.1 (a number)")]
    public void A_path_that_ends_outside_an_object_is_an_error(string path, string what) =>
        Assert.That(() => After(path, "1"), Throws.TypeOf<ConfigException>().With.Message.EqualTo(
            $"--set {path}: {what} in net.json, allowed: a path that ends in a member of an object"));

    [Test]
    public void Places_are_lines_and_columns_of_characters()
    {
        var document = NetJson.Document("{\n  \"näme\": \"ü\", \"size\": 3 }");
        Assert.That(document.PlaceOfName("size"), Is.EqualTo("net.json:2:16"));
        Assert.That(document.PlaceOfValue("size"), Is.EqualTo("net.json:2:24"));
    }

    [Test]
    public void The_place_of_what_is_not_there_is_that_of_what_would_hold_it() =>
        Assert.That(NetJson.Document(Text).PlaceOfValue("layers[1].name"), Is.EqualTo("net.json:2:45"));

    [Test]
    public void The_place_of_what_was_set_is_the_setting()
    {
        var document = NetJson.Document(Text);
        document.Set("policy.gamma", "7");
        document.Set("layers.fc1.filler", "{\"std\": 1}");
        Assert.That(document.PlaceOfValue("policy.gamma"), Is.EqualTo("--set policy.gamma=7"));
        Assert.That(document.PlaceOfName("layers[0].filler.std"), Is.EqualTo("--set layers.fc1.filler={\"std\": 1}"));
        Assert.That(document.PlaceOfValue("policy.type"), Is.EqualTo("net.json:1:39"));
    }

    [Test]
    public void A_document_made_by_a_program_is_placed_in_code() =>
        Assert.That(ConfigDocument.FromNode(new JsonObject { ["a"] = 1 }).PlaceOfValue("a"), Is.EqualTo("(code)"));

    [Test]
    public void A_member_with_a_dot_in_its_name_is_not_mistaken_for_a_path() =>
        Assert.That(() => NetJson.Document("""{ "a": { "b": 1 }, "a.b": 2 }"""), Throws.Nothing);
}
