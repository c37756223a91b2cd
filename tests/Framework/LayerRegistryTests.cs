using System.Text.Json.Nodes;
using NeuralFramework.Layers;
using NUnit.Framework;
using RangeAttribute = System.ComponentModel.DataAnnotations.RangeAttribute;

namespace NeuralFramework.Tests;

public class LayerRegistryTests
{
    private static IReadOnlyCollection<string> Types => LayerRegistry.Types;

    /// <summary>The members that a type requires, each with the simplest value that its C# type and limits
    /// allow.</summary>
    private static JsonObject MinimalOptions(string type)
    {
        var info = RecordInfo.Of(LayerRegistry.OptionsTypeOf(type)!);
        var options = new JsonObject();
        foreach (var member in info.Required)
        {
            var property = info.Property(member)!;
            var range = property.AttributeProvider!.GetCustomAttributes(typeof(RangeAttribute), true)
                .Cast<RangeAttribute>().SingleOrDefault();
            options[member] = SampleOf(property.PropertyType, Convert.ToInt32(range?.Minimum ?? 1));
        }
        // One of two members is needed, which no attribute can say.
        if (type == "Input")
            options["values"] = 1;
        return options;
    }

    private static JsonNode SampleOf(Type type, int number)
    {
        if (type.IsEnum)
            return TypeNames.Words(type)[0];
        if (type == typeof(string))
            return "x";
        if (type == typeof(bool))
            return true;
        if (type == typeof(int) || type == typeof(double))
            return number;
        return OneOrMany.Is(type) ? SampleOf(type.GetGenericArguments()[0], number) : new JsonArray(1);
    }

    [TestCaseSource(nameof(Types))]
    public void Every_type_can_be_created_in_float_and_double_from_its_required_members(string type)
    {
        var options = MinimalOptions(type);
        Assert.That(LayerRegistry.Create<float>(type, options).Type, Is.EqualTo(type));
        Assert.That(LayerRegistry.Create<double>(type, options).Type, Is.EqualTo(type));
    }

    [TestCaseSource(nameof(Types))]
    public void Every_type_names_the_required_members_that_are_missing(string type)
    {
        var required = RecordInfo.Of(LayerRegistry.OptionsTypeOf(type)!).Required.ToList();
        if (required.Count == 0)
        {
            Assert.That(LayerRegistry.DefaultOptions(type), Is.InstanceOf(LayerRegistry.OptionsTypeOf(type)!));
            return;
        }
        var error = Assert.Throws<ConfigException>(() => LayerRegistry.Create<float>(type, []));
        foreach (var member in required)
            Assert.That(error!.Message, Does.Contain($"the member '{member}' is missing"));
    }

    [Test]
    public void The_types_of_the_layers_assembly_are_found_without_being_told() =>
        Assert.That(Types, Is.SupersetOf(new[]
    {
        "Accuracy", "EuclideanLoss", "Flatten", "InnerProduct", "Input", "ReLU", "Reshape", "SVMHinge", "Sigmoid",
            "Softmax",
        "SoftmaxLoss", "Split", "TanH",
    }));

    [Test]
    public void The_options_reach_the_layer()
    {
        var layer = LayerRegistry.Create<double>("InnerProduct", new() { ["name"] = "fc1", ["num_output"] = 7 });
        var run = new LayerRun<double>(layer, new Blob<double>("x", [2, 3]));
        Assert.That(layer.ToString(), Is.EqualTo("layer 'fc1' (InnerProduct)"));
        Assert.That(run.Top.Shape, Is.EqualTo(new Shape(2, 7)));
    }

    [Test]
    public void The_options_given_are_not_changed()
    {
        var options = new JsonObject { ["num_output"] = 7 };
        LayerRegistry.Create<double>("InnerProduct", options);
        Assert.That(options.ToJsonString(), Is.EqualTo("""{"num_output":7}"""));
    }

    [TestCase("Relu", "ReLU")]
    [TestCase("SoftmaxLos", "SoftmaxLoss")]
    [TestCase("InerProduct", "InnerProduct")]
    public void An_unknown_type_is_an_error_that_lists_all_and_suggests_the_nearest(string type, string nearest)
    {
        var error = Assert.Throws<ConfigException>(() => LayerRegistry.Create<double>(type, []));
        Assert.That(error!.Message, Does.Contain($"received \"{type}\" (text), allowed: {string.Join(", ", Types)}")
            .And.EndsWith($"; did you mean '{nearest}'?"));
    }

    [Test]
    public void A_type_like_no_other_gets_no_suggestion() => Assert.That(
        () => LayerRegistry.Create<double>("Quantum", []),
        Throws.TypeOf<ConfigException>().With.Message.Not.Contains("did you mean"));

    [Test]
    public void All_errors_of_the_options_are_named_at_once()
    {
        var options = new JsonObject { ["num_output"] = 0, ["bias_term"] = "yes", ["bias_filer"] = new JsonObject() };
        var error = Assert.Throws<ConfigException>(() => LayerRegistry.Create<double>("InnerProduct", options));
        Assert.That(error!.Problems, Has.Count.EqualTo(3));
        Assert.That(error.Message, Does.Contain("'num_output': received 0, allowed: a whole number, 1 or more")
            .And.Contains("'bias_term': received \"yes\" (text), allowed: true or false")
            .And.Contains("unknown member 'bias_filer'").And.Contains("did you mean 'bias_filler'?"));
    }

    [Test]
    public void An_options_record_leads_to_its_type() =>
        Assert.That(LayerRegistry.TypeOf(new InnerProductOptions { NumOutput = 1 }), Is.EqualTo("InnerProduct"));

    [Test]
    public void An_options_record_of_no_layer_is_an_error() =>
        Assert.That(() => LayerRegistry.TypeOf(new StrayOptions()),
        Throws.TypeOf<ConfigException>().With.Message.Contains("StrayOptions: belong to no registered layer"));

    [Test]
    public void Options_of_another_layer_are_an_error() => Assert.That(
        () => LayerRegistry.Create<double>(new LayerConfig("a", "ReLU") { Options = new SoftmaxOptions() }),
        Throws.TypeOf<ConfigException>().With.Message.EndsWith(
            "layer 'a' (ReLU): received options of type SoftmaxOptions, allowed: ReLUOptions"));

    [Test]
    public void Default_options_of_a_type_with_required_ones_are_an_error_that_names_them() => Assert.That(
        () => LayerRegistry.DefaultOptions("InnerProduct"), Throws.TypeOf<ConfigException>().With.Message.EqualTo(
            "layer type InnerProduct: needs num_output: give a InnerProductOptions"));

    private sealed record StrayOptions : LayerOptions;
}
