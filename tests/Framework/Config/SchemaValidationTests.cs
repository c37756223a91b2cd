using System.Text.Json;
using System.Text.Json.Nodes;
using NeuralFramework.Solvers;
using NJsonSchema;
using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>What the schemas in models/ accept and refuse, by NJsonSchema, beside what the readers do.</summary>
public class SchemaValidationTests
{
    private static readonly string Models = Path.Combine(Repository.Folder, "models");
    private static readonly JsonObject NetText = Load(Path.Combine(Models, "net.schema.json"));
    private static readonly JsonObject SolverText = Load(Path.Combine(Models, "solver.schema.json"));
    private static readonly Lazy<JsonSchema> Net = new(() => Parse(NetText));
    private static readonly Lazy<JsonSchema> Solver = new(() => Parse(SolverText));
    private static readonly Dictionary<string, JsonSchema> LayerSchemas = [];

    private static IEnumerable<string> Files => Directory.EnumerateFiles(Models, "*.json", SearchOption.AllDirectories)
        .Where(file => !file.EndsWith(".schema.json")).Select(file => Path.GetRelativePath(Repository.Folder, file))
        .Append("tests/Fuzz/zoo.json").Order(StringComparer.Ordinal);

    // With every type that reads no file.
    private static IEnumerable<JsonObject> Layers => Load(Path.Combine(Repository.Folder, "tests/Fuzz/zoo.json"))["layers"]!.AsArray()
        .Select(layer => layer!.AsObject()).DistinctBy(layer => (string)layer["type"]!);

    private static JsonObject Load(string path) => JsonNode.Parse(File.ReadAllText(path),
        documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true })!.AsObject();

    private static JsonSchema Parse(JsonNode schema) =>
        // NJsonSchema knows no const; an enumeration of one word means the same.
        JsonSchema.FromJsonAsync(System.Text.RegularExpressions.Regex.Replace(schema.ToJsonString(), "\"const\":(\"[^\"]*\")", "\"enum\":[$1]")).Result;

    private static bool Accepts(JsonSchema schema, JsonNode json) => schema.Validate(json.ToJsonString()).Count == 0;

    private static bool Reads(Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (ConfigException)
        {
            return false;
        }
    }

    /// <summary>The part of the schema for one type of layer: of the whole, an editor takes the same part.</summary>
    private static (JsonSchema Schema, JsonObject Text) OfLayer(string type)
    {
        var text = NetText["properties"]!["layers"]!["items"]!["anyOf"]!.AsArray()
            .Single(layer => (string?)layer!["properties"]!["type"]!["const"] == type)!.AsObject();
        if (!LayerSchemas.TryGetValue(type, out var schema))
            LayerSchemas[type] = schema = Parse(text);
        return (schema, text);
    }

    private static (JsonSchema Schema, JsonObject Text) OfSolver(string type)
    {
        var text = SolverText["anyOf"]!.AsArray().Single(rule => (string?)rule!["properties"]!["type"]!["const"] == type)!.AsObject();
        return (Parse(text), text);
    }

    /// <summary>Objects that differ from a sound one in one member, each with what is wrong.</summary>
    private static IEnumerable<(JsonObject Json, string What)> Mutations(JsonObject sound, JsonObject schema)
    {
        yield return (With(sound, "nonsense", 1), "an unknown member");
        foreach (var (member, value) in schema["properties"]!.AsObject())
        {
            if (member is "$schema" or "type" || value is not JsonObject described || !IsTyped(described))
                continue;
            yield return (With(sound, member, JsonNode.Parse("{ \"a\": 1 }")!), $"{member}: an object of its own");
            foreach (var text in Texts(described))
                yield return (With(sound, member, text), $"{member}: a word that is none of its");
            foreach (var number in Outside(described))
                yield return (With(sound, member, number), $"{member}: {number}");
        }
    }

    private static JsonObject With(JsonObject sound, string member, JsonNode value)
    {
        var mutated = (JsonObject)sound.DeepClone();
        mutated[member] = value;
        return mutated;
    }

    // What reads itself has a description alone.
    private static bool IsTyped(JsonObject schema) =>
        schema.ContainsKey("type") || schema.ContainsKey("enum") || schema.ContainsKey("anyOf");

    private static IEnumerable<JsonNode> Texts(JsonObject schema)
    {
        if (Alternatives(schema).All(part => part["enum"] is not null || (part["type"]?.ToJsonString().Contains("string") == false
            && part["properties"] is null)))
            yield return "nonsense";
    }

    private static IEnumerable<JsonNode> Outside(JsonObject schema)
    {
        var part = Alternatives(schema)[0];
        var isWhole = part["type"]?.ToJsonString().Contains("integer") == true;
        if ((double?)part["minimum"] is { } minimum)
            yield return isWhole ? (long)minimum - 1 : minimum - 0.5;
        if ((double?)part["exclusiveMinimum"] is { } above)
            yield return above;
        if ((double?)part["maximum"] is { } maximum)
            yield return isWhole ? (long)maximum + 1 : maximum + 0.5;
        if ((double?)part["exclusiveMaximum"] is { } below)
            yield return below;
        if (isWhole)
            yield return 1.5;
    }

    private static IReadOnlyList<JsonObject> Alternatives(JsonObject schema) => schema["anyOf"] is JsonArray parts
        ? [.. parts.Select(part => part!.AsObject())] : [schema];

    [TestCaseSource(nameof(Files))]
    public void A_file_that_is_read_is_accepted(string file)
    {
        var json = Load(Path.Combine(Repository.Folder, file));
        var problems = (json.ContainsKey("layers") ? Net : Solver).Value.Validate(json.ToJsonString());
        Assert.That(problems, Is.Empty);
    }

    [TestCaseSource(nameof(Layers))]
    public void A_layer_with_a_wrong_member_is_refused_as_the_reader_refuses_it(JsonObject layer)
    {
        var (schema, text) = OfLayer((string)layer["type"]!);
        Assert.That(Accepts(schema, layer), layer.ToJsonString());
        foreach (var (mutated, what) in Mutations(layer, text))
        {
            Assert.That(Reads(() => NetJson.Config(NetJson.FileOf(mutated.ToJsonString()))), Is.False, $"the reader takes {what}");
            Assert.That(Accepts(schema, mutated), Is.False, $"the schema takes {what}");
        }
    }

    [Test]
    public void A_net_with_a_wrong_layer_is_refused_as_a_whole()
    {
        foreach (var wrong in new[]
        {
            """{ "type": "Convolutoin", "num_output": 3, "kernel_size": 3 }""", """{ "type": "ReLU", "num_output": 3 }""",
            """{ "type": "InnerProduct" }""", """{ "num_output": 3 }""", """{ "type": "InnerProduct", "num_output": 0 }""",
            """{ "type": "InnerProduct", "num_output": 2, "weight_filler": { "type": "gauss" } }""",
            """{ "type": "InnerProduct", "num_output": 2, "weight_filler": { "type": "gaussian", "std": -1 } }""",
            """{ "type": "InnerProduct", "num_output": 2, "weight_filler": { "type": "xavier", "std": 1 } }""",
            """{ "type": "Pooling", "kernel_size": 2, "pool": "mean" }""", """{ "type": "Pooling", "kernel_size": "2" }""",
        })
            Assert.That(Accepts(Net.Value, JsonNode.Parse(NetJson.FileOf(wrong))!), Is.False, wrong);
        Assert.That(Accepts(Net.Value, JsonNode.Parse(NetJson.FileOf("""{ "type": "ReLU" }"""))!));
        Assert.That(Accepts(Net.Value, JsonNode.Parse("""{ "layers": [] }""")!), Is.False);
        Assert.That(Accepts(Net.Value, JsonNode.Parse("""{ "name": "no layers" }""")!), Is.False);
    }

    [Test]
    public void A_solver_with_a_wrong_member_is_refused_as_the_reader_refuses_it(
        [Values("SGD", "Nesterov", "AdaGrad", "RMSProp", "AdaDelta", "Adam", "AdamW")] string type)
    {
        var (schema, text) = OfSolver(type);
        var sound = JsonNode.Parse($$"""{ "type": "{{type}}", "base_lr": 0.1, "max_iter": 10 }""")!.AsObject();
        Assert.That(Accepts(schema, sound));
        foreach (var (mutated, what) in Mutations(sound, text))
        {
            Assert.That(Reads(() => SolverConfig.Read(NetJson.Document(mutated.ToJsonString()))), Is.False, $"the reader takes {what}");
            Assert.That(Accepts(schema, mutated), Is.False, $"the schema takes {what}");
        }
    }

    [TestCase("""{ "type": "stepp", "gamma": 1, "step_size": 1 }""")]
    [TestCase("""{ "type": "step", "gamma": 1 }""")]
    [TestCase("""{ "type": "step", "gamma": -1, "step_size": 1 }""")]
    [TestCase("""{ "type": "step", "gamma": 1, "step_size": 1, "power": 2 }""")]
    [TestCase("""{ "type": "one_cycle", "anneal": "cubic" }""")]
    [TestCase("\"step\"")]
    public void A_wrong_policy_is_refused(string policy)
    {
        var solver = JsonNode.Parse($$"""{ "base_lr": 0.1, "max_iter": 10, "lr_policy": {{policy}} }""")!;
        Assert.That(Reads(() => SolverConfig.Read(NetJson.Document(solver.ToJsonString()))), Is.False);
        Assert.That(Accepts(Solver.Value, solver), Is.False);
    }

    [Test]
    public void Every_member_has_its_documentation_and_every_option_left_out_its_default_or_none()
    {
        var layers = NetText["properties"]!["layers"]!["items"]!["anyOf"]!.AsArray();
        foreach (var schema in layers.Concat(SolverText["anyOf"]!.AsArray()).Select(schema => schema!.AsObject()))
            foreach (var (member, value) in schema["properties"]!.AsObject())
            {
                var place = $"{schema["properties"]!["type"]!["const"]}.{member}";
                Assert.That((string?)value!["description"], Is.Not.Null.And.Not.Empty, place);
                if (value["type"]?.ToJsonString() is "\"boolean\"" or "\"integer\"" or "\"number\"")
                    Assert.That(value["default"] is not null || schema["required"]!.AsArray().Any(name => (string?)name == member), place);
            }
        var pool = OfLayer("Pooling").Text["properties"]!["pool"]!;
        Assert.That(pool["enumDescriptions"]!.AsArray(), Has.Count.EqualTo(pool["enum"]!.AsArray().Count));
        Assert.That(OfLayer("InnerProduct").Text["properties"]!["weight_filler"]!["anyOf"]![2]!.ToJsonString(),
            Does.Contain("Normal with a mean").And.Contain("\"default\":1"), "fillers are documented, with defaults, too");
    }
}
