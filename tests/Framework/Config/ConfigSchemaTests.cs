using System.Reflection;
using System.Text.Json.Nodes;
using NeuralFramework.Solvers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class ConfigSchemaTests
{
    private static JsonArray LayerSchemas => NetConfig.Schema()["properties"]!["layers"]!["items"]!["anyOf"]!.AsArray();

    private static JsonObject Layer(string type) => LayerSchemas.Select(layer => layer!.AsObject())
        .Single(layer => (string?)layer["properties"]!["type"]!["const"] == type);

    private static string Property(JsonObject schema, string member) => schema["properties"]![member]!.ToJsonString();

    [Test]
    public void Every_registered_type_has_a_schema() =>
        Assert.That(LayerSchemas.Select(layer => (string?)layer!["properties"]!["type"]!["const"]),
            Is.EqualTo(LayerRegistry.Types));

    [Test]
    public void A_net_is_an_object_with_one_layer_or_more_and_no_unknown_members()
    {
        var schema = NetConfig.Schema();
        Assert.That((string?)schema["$schema"], Is.EqualTo("https://json-schema.org/draft/2020-12/schema"));
        Assert.That(schema["additionalProperties"]!.GetValue<bool>(), Is.False);
        Assert.That(schema["required"]!.ToJsonString(), Is.EqualTo("""["layers"]"""));
        Assert.That((int)schema["properties"]!["layers"]!["minItems"]!, Is.EqualTo(1));
        Assert.That(schema["properties"]!.AsObject().Select(member => member.Key),
            Is.EquivalentTo(new[] { "$schema", "name", "force_backward", "layers" }));
    }

    [Test]
    public void A_layer_has_the_members_of_all_layers_and_its_own()
    {
        var schema = Layer("InnerProduct");
        Assert.That(schema["properties"]!.AsObject().Select(member => member.Key), Is.SupersetOf(new[]
        {
            "type", "name", "bottom", "top", "phase", "loss_weight", "in_place", "lr_mult", "decay_mult", "param_name",
            "num_output", "bias_term", "weight_filler", "bias_filler",
        }));
        Assert.That(schema["required"]!.AsArray().Select(name => (string?)name),
            Is.EquivalentTo(new[] { "type", "num_output" }));
        Assert.That(schema["additionalProperties"]!.GetValue<bool>(), Is.False);
    }

    [Test]
    public void Ranges_stand_in_the_schema()
    {
        Assert.That(Property(Layer("InnerProduct"), "num_output"), Does.Contain("\"minimum\":1"));
        var multipliers = Layer("ReLU")["properties"]!["lr_mult"]!["anyOf"]!;
        Assert.That(multipliers[0]!.ToJsonString(), Does.Contain("\"minimum\":0").And.Not.Contains("maximum"));
        Assert.That(multipliers[1]!["items"]!.ToJsonString(), Does.Contain("\"minimum\":0"));
        var momentum = Property(SolverConfig.SchemaOfFile()["anyOf"]![0]!.AsObject(), "momentum");
        Assert.That(momentum, Does.Contain("\"minimum\":0").And.Contains("\"exclusiveMaximum\":1"));
    }

    [Test]
    public void Enumerations_stand_in_the_schema_as_files_write_them()
    {
        Assert.That(Property(Layer("ReLU"), "phase"), Does.Contain("""["train","test","deploy"]"""));
        Assert.That(Property(Layer("InnerProduct"), "weight_filler"),
            Does.Contain("""["fan_in","fan_out","average"]"""));
        Assert.That(Property(SolverConfig.SchemaOfFile()["anyOf"]![0]!.AsObject(), "regularization_type"),
            Does.Contain("""["l2","l1"]"""));
    }

    [Test]
    public void Fillers_are_told_apart_by_their_type() => Assert.That(
        new[] { "constant", "uniform", "gaussian", "xavier", "msra" }.All(name =>
            Property(Layer("InnerProduct"), "weight_filler").Contains($"\"const\":\"{name}\"}}")));

    [Test]
    public void Shapes_and_lists_of_one_are_described()
    {
        Assert.That(Property(Layer("Input"), "shape"), Does.Contain("\"array\"").And.Contain("\"integer\""));
        Assert.That(Property(Layer("Input"), "bottom"), Does.Contain("anyOf").And.Contain("\"array\""));
    }

    [Test]
    public void A_solver_has_the_members_of_the_solver_and_of_its_rule()
    {
        var sgd = SolverConfig.SchemaOfFile()["anyOf"]!.AsArray().Select(rule => rule!.AsObject())
            .Single(rule => (string?)rule["properties"]!["type"]!["const"] == "SGD");
        Assert.That(sgd["properties"]!.AsObject().Select(member => member.Key), Is.SupersetOf(new[]
        {
            "net", "base_lr", "lr_policy", "weight_decay", "regularization_type", "max_iter", "iter_size",
            "test_interval", "test_iter", "display", "snapshot", "random_seed", "momentum",
        }));
        Assert.That(Property(sgd, "lr_policy"), Does.Contain("\"const\":\"fixed\"").And.Contain("\"const\":\"step\""));
    }

    [Test]
    public void A_solver_file_needs_no_type_in_the_schema_as_it_needs_none_to_be_read() =>
        Assert.That(SolverConfig.SchemaOfFile()["anyOf"]!.AsArray().Any(rule =>
            !rule!["required"]!.AsArray().Select(name => (string?)name).Contains("type")));

    /// <summary>A small reading of JSON Schema: the members that a value of an object has are among the properties, and
    /// those required are there.</summary>
    [Test]
    public void The_members_of_a_net_with_every_option_written_out_are_in_the_schema(
        [Values("InnerProduct", "Input", "ReLU", "SoftmaxLoss", "Accuracy")] string type)
    {
        var options = type switch
        {
            "InnerProduct" => ", \"num_output\": 3",
            "Input" => ", \"shape\": [1], \"values\": 2",
            _ => "",
        };
        var written = NetJson.Layers($$"""{ "type": "{{type}}"{{options}} }""").ToJson()["layers"]![0]!.AsObject();
        var schema = Layer(type);
        Assert.That(written.Select(member => member.Key),
            Is.SubsetOf(schema["properties"]!.AsObject().Select(member => member.Key)));
        Assert.That(schema["required"]!.AsArray().Select(name => (string?)name),
            Is.SubsetOf(written.Select(member => member.Key)));
    }

    [TestCase("net.schema.json")]
    [TestCase("solver.schema.json")]
    public void The_schema_in_models_is_the_one_that_is_made(string name)
    {
        var path = Path.Combine(Repository.Folder, "models", name);
        if (!File.Exists(path))
            Assert.Ignore($"{path} is not there");
        var made = name == "net.schema.json" ? NetConfig.Schema() : SolverConfig.SchemaOfFile();
        RemoveTestLayers(made);
        Assert.That(JsonNode.DeepEquals(JsonNode.Parse(File.ReadAllText(path)), made),
            $"{name} is out of date: nf schema {name.Split('.')[0]} > models/{name}");
    }

    private static void RemoveTestLayers(JsonObject schema)
    {
        if (schema["properties"]?["layers"] is not { } layers)
            return;
        var ofTests = typeof(ConfigSchemaTests).Assembly.GetTypes()
            .Select(type => type.GetCustomAttribute<LayerTypeAttribute>()?.Name).ToHashSet();
        layers["items"]!["anyOf"]!.AsArray().RemoveAll(layer =>
            ofTests.Contains((string?)layer!["properties"]!["type"]!["const"]));
    }
}
