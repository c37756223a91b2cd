using System.Text.Json.Nodes;
using NeuralFramework.Solvers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class ConfigChangesTests
{
    private static IReadOnlyList<string> Between(string before, string now) =>
        ConfigChanges.Between(JsonNode.Parse(before)!.AsObject(), JsonNode.Parse(now)!.AsObject());

    [Test]
    public void Equal_configurations_have_no_changes() => Assert.That(
        Between("""{ "a": 1, "b": [1, 2], "c": { "d": null } }""", """{ "b": [1, 2], "c": { "d": null }, "a": 1 }"""),
        Is.Empty);

    [Test]
    public void Each_member_is_named_by_its_path() => Assert.That(
        Between("""{ "a": 1, "b": { "c": "x", "d": 2 }, "e": [1], "f": true }""",
            """{ "a": 2, "b": { "c": "y", "d": 2 }, "e": [1, 2], "g": { "h": 0 } }"""),
        Is.EqualTo(new[]
        {
            "a: was 1, is 2", "b.c: was \"x\", is \"y\"", "e: was [1], is [1,2]", "f: was true, is nothing",
            "g: was nothing, is {\"h\":0}",
        }));

    [Test]
    public void Layers_are_named_and_those_of_one_name_counted() => Assert.That(
        Between("""{ "layers": [{ "name": "a", "n": 1 }, { "name": "a", "n": 2 }, { "name": "b", "n": 3 }] }""",
            """
            { "layers": [{ "name": "a", "n": 1 }, { "name": "c" }, { "name": "a", "n": 5 }, { "name": "b", "n": 4 }] }
            """),
        Is.EqualTo(new[]
        {
            "layers.a (2).n: was 2, is 5", "layers.b.n: was 3, is 4", "layers.c: was nothing, is {\"name\":\"c\"}",
        }));

    [Test]
    public void Another_order_of_layers_is_a_change() => Assert.That(
        Between("""{ "layers": [{ "name": "a" }, { "name": "b" }] }""",
            """{ "layers": [{ "name": "b" }, { "name": "a" }] }"""),
        Is.EqualTo(new[] { "layers: was in the order a, b, is in the order b, a" }));

    [Test]
    public void A_list_whose_elements_have_no_names_is_compared_whole() => Assert.That(
        Between("""{ "layers": [{ "name": 1 }] }""", """{ "layers": [{ "name": "b" }] }"""),
        Is.EqualTo(new[] { "layers: was [{\"name\":1}], is [{\"name\":\"b\"}]" }));

    [Test]
    public void What_is_long_is_cut()
    {
        var change = Between("{}", $$"""{ "a": "{{new string('x', 500)}}" }""").Single();
        Assert.That(change, Does.EndWith("xx…").And.Length.LessThan(120));
    }
}
