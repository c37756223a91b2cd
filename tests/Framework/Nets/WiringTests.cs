using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>What stands where in a net: splits, blobs in place, phases, shared parameters.</summary>
public class WiringTests
{
    private const string Input = """{ "name": "in", "type": "Input", "shape": [2], "values": [1, 2] }""";

    private static string Probe(string name, string bottom, string more = "") =>
        $$"""{ "name": "{{name}}", "type": "Probe", "bottom": "{{bottom}}"{{more}} }""";

    private static string AddOne(string name, string bottom, string more = ", \"in_place\": true") =>
        $$"""{ "name": "{{name}}", "type": "AddOne", "bottom": "{{bottom}}"{{more}} }""";

    private static IEnumerable<string> Trace(Net<double> net) => net.Nodes.Select(node => node.ToString());

    [Test]
    public void A_chain_has_a_blob_for_each_top()
    {
        var net = NetJson.Net(Input, Probe("a", "in"), Probe("b", "a"));
        Assert.That(Trace(net), Is.EqualTo(new[] { "in (Input): in 2", "a (Probe): in 2 -> a 2",
            "b (Probe): a 2 -> b 2" }));
        Assert.That(net.Outputs.Select(blob => blob.Name), Is.EqualTo(new[] { "b" }));
    }

    [Test]
    public void A_blob_with_several_readers_is_split()
    {
        var net = NetJson.Net(Input, Probe("a", "in"), Probe("b", "a"), Probe("c", "a"));
        Assert.That(Trace(net), Is.EqualTo(new[]
        {
            "in (Input): in 2", "a (Probe): in 2 -> a 2",
            "a_a_split (Split): a 2 -> a_a_split_0 2, a_a_split_1 2",
            "b (Probe): a_a_split_0 2 -> b 2", "c (Probe): a_a_split_1 2 -> c 2",
        }));
        net.Forward();
        Assert.That(net.Blobs["a_a_split_1"].Data == net.Blobs["a"].Data, "a branch must not be a copy");
    }

    [Test]
    public void Readers_that_send_no_gradient_back_need_no_split()
    {
        var net = NetJson.Net(Phase.Test, """{ "type": "Input", "top": ["x", "label"], "shape": [2, 1] }""",
            """{ "name": "fc", "type": "InnerProduct", "bottom": "x", "num_output": 3 }""",
            """{ "name": "label", "type": "Input", "top": "y", "shape": [2] }""",
            """{ "name": "loss", "type": "SoftmaxLoss", "bottom": ["fc", "y"] }""",
            """{ "name": "accuracy", "type": "Accuracy", "bottom": ["fc", "y"] }""");
        Assert.That(net.Layers.Any(layer => layer.Type == "Split"), Is.False);
        Assert.That(net.Nodes[4].Bottom[0], Is.SameAs(net.Blobs["fc"]));
    }

    [Test]
    public void One_layer_may_read_a_blob_twice()
    {
        var net = NetJson.Net(Input, Probe("a", "in"),
            """{ "name": "loss", "type": "EuclideanLoss", "bottom": ["a", "a"] }""");
        Assert.That(net.Nodes[^1].Bottom[0], Is.Not.SameAs(net.Nodes[^1].Bottom[1]));
        Assert.That(net.Forward(), Is.Zero);
    }

    [Test]
    public void Layers_of_other_phases_are_left_out()
    {
        string[] layers = [Input, Probe("a", "in", ", \"phase\": \"train\""),
            Probe("b", "in", ", \"phase\": [\"test\", \"deploy\"]"),
            Probe("c", "in")];
        Assert.That(NetJson.Net(Phase.Train, layers).Layers.Select(layer => layer.Name),
            Is.EqualTo(new[] { "in", "in_in_split", "a", "c" }));
        Assert.That(NetJson.Net(Phase.Test, layers).Layers.Select(layer => layer.Name),
            Is.EqualTo(new[] { "in", "in_in_split", "b", "c" }));
    }

    [Test]
    public void A_name_may_stand_once_in_each_phase()
    {
        string[] layers = ["""{ "name": "in", "type": "Input", "shape": [2], "phase": "train" }""",
            """{ "name": "in", "type": "Input", "shape": [3], "phase": "test" }""", Probe("a", "in")];
        Assert.That(NetJson.Net(Phase.Train, layers).Blobs["a"].Shape, Is.EqualTo(new Shape(2)));
        Assert.That(NetJson.Net(Phase.Test, layers).Blobs["a"].Shape, Is.EqualTo(new Shape(3)));
    }

    [Test]
    public void Deployed_without_labels_the_layers_that_need_them_are_left_out()
    {
        var net = NetJson.Net(Phase.Deploy,
            """
            { "name": "data", "type": "InMemory", "top": ["x", "y"], "phase": ["train", "test"], "batch_size": 1,
              "data": [[1]] }
            """,
            """{ "name": "x", "type": "Input", "shape": [1, 1], "phase": "deploy" }""",
            """{ "name": "fc", "type": "InnerProduct", "num_output": 3 }""",
            """{ "name": "loss", "type": "SoftmaxLoss", "bottom": ["fc", "y"] }""",
            """{ "name": "twice", "type": "Probe", "bottom": "loss" }""",
            """{ "name": "prob", "type": "Softmax", "bottom": "fc" }""");
        Assert.That(net.Layers.Select(layer => layer.Name), Is.EqualTo(new[] { "x", "fc", "prob" }));
    }

    [Test]
    public void In_place_the_top_is_the_bottom([Values(", \"in_place\": true", ", \"top\": \"a\"")] string inPlace)
    {
        var net = NetJson.Net(Input, Probe("a", "in"), AddOne("r", "a", inPlace));
        Assert.That(net.Nodes[2].Top[0], Is.SameAs(net.Nodes[2].Bottom[0]));
        Assert.That(net.Blobs["a"], Is.SameAs(net.Nodes[2].Top[0]));
        net.Forward();
        Assert.That(net.Outputs.Single().Data.ToArray(), Is.EqualTo(new[] { 2.0, 3 }));
    }

    [Test]
    public void Layers_in_place_may_follow_each_other()
    {
        var net = NetJson.Net(Input, Probe("a", "in"), AddOne("r", "a"), AddOne("s", "r"), Probe("b", "s"));
        Assert.That(net.Nodes[3].Top[0], Is.SameAs(net.Blobs["a"]));
        net.Forward();
        Assert.That(net.Blobs["b"].Data.ToArray(), Is.EqualTo(new[] { 3.0, 4 }));
    }

    [Test]
    public void It_is_not_done_in_place_where_another_layer_reads_the_bottom([Values] bool before)
    {
        var (reader, inPlace) = (Probe("b", "a"), AddOne("r", "a"));
        var net = NetJson.Net(Input, Probe("a", "in"), before ? reader : inPlace, before ? inPlace : reader);
        net.Forward();
        Assert.That(net.Blobs["r"].Data.ToArray(), Is.EqualTo(new[] { 2.0, 3 }));
        Assert.That(net.Blobs["a"].Data.ToArray(), Is.EqualTo(new[] { 1.0, 2 }));
        Assert.That(net.Blobs["b"].Data.ToArray(), Is.EqualTo(new[] { 1.0, 2 }));
    }

    [Test]
    public void It_is_not_done_in_place_behind_a_layer_whose_backward_pass_reads_its_top()
    {
        var net = NetJson.Net(Input, """{ "name": "s", "type": "Sigmoid" }""", AddOne("r", "s"));
        Assert.That(net.Blobs["r"], Is.Not.SameAs(net.Blobs["s"]));
    }

    [Test]
    public void It_is_not_done_in_place_on_an_input_that_stays_between_passes()
    {
        var net = NetJson.Net(Input, AddOne("r", "in"));
        net.Forward();
        net.Forward();
        Assert.That(net.Blobs["r"].Data.ToArray(), Is.EqualTo(new[] { 2.0, 3 }));
    }

    [Test]
    public void It_is_not_done_in_place_on_values_that_count_in_the_loss()
    {
        var net = NetJson.Net(Input, Probe("a", "in", ", \"loss_weight\": 1"), AddOne("r", "a"));
        net.Forward();
        Assert.That(net.Blobs["a"].Data.ToArray(), Is.EqualTo(new[] { 1.0, 2 }));
    }

    [Test]
    public void It_is_not_done_in_place_through_a_layer_that_shares_values()
    {
        var net = NetJson.Net("""{ "name": "in", "type": "Input", "shape": [1, 2], "values": [1, 2] }""",
            Probe("a", "in"),
            """{ "name": "flat", "type": "Flatten", "axis": 0 }""", AddOne("r", "flat"), Probe("b", "a"));
        net.Forward();
        Assert.That(net.Blobs["b"].Data.ToArray(), Is.EqualTo(new[] { 1.0, 2 }));
        Assert.That(net.Blobs["r"].Data.ToArray(), Is.EqualTo(new[] { 2.0, 3 }));
    }

    [Test]
    public void Layers_with_one_param_name_have_one_parameter()
    {
        var net = NetJson.Net(Input, Probe("a", "in", ", \"param_name\": \"w\", \"value\": 2"),
            Probe("b", "a", ", \"param_name\": \"w\", \"value\": 5"));
        Assert.That(net.Parameters, Has.Count.EqualTo(1));
        Assert.That(net.Layers[2].Parameters[0], Is.SameAs(net.Layers[1].Parameters[0]));
        Assert.That(net.Parameters[0].Data[0], Is.EqualTo(2));
        Assert.That(net.Parameters[0].Name, Is.EqualTo("a/0"));
    }

    [Test]
    public void A_parameter_with_an_empty_name_is_not_shared()
    {
        var net = NetJson.Net("""{ "name": "in", "type": "Input", "shape": [1, 2] }""",
            """{ "name": "a", "type": "InnerProduct", "num_output": 2, "param_name": ["w", ""] }""",
            """{ "name": "b", "type": "InnerProduct", "num_output": 2, "param_name": ["w", ""] }""");
        Assert.That(net.Parameters.Select(parameter => parameter.Name), Is.EqualTo(new[] { "a/0", "a/1", "b/1" }));
    }

    [Test]
    public void Shared_parameters_must_have_one_shape() => Assert.That(() => NetJson.Net(
        """{ "name": "in", "type": "Input", "shape": [1, 2] }""",
        """{ "name": "a", "type": "InnerProduct", "num_output": 3, "param_name": "w" }""",
        """{ "name": "b", "type": "InnerProduct", "num_output": 3, "param_name": "w" }"""),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo("net.json:4:1: layer 'b' (InnerProduct): parameter 0 has "
            + "the shape 3×3 and cannot be shared with a/0 (3×2); allowed: the same shape"));

    [Test]
    public void Shared_parameters_must_have_one_learning_rate() => Assert.That(() => NetJson.Net(Input,
        Probe("a", "in", ", \"param_name\": \"w\""), Probe("b", "a", ", \"param_name\": \"w\", \"lr_mult\": 2")),
        Throws.TypeOf<ConfigException>().With.Message.EqualTo("net.json:4:1: layer 'b' (Probe): the parameter 'w' is "
            + "shared with layer 'a': received lr_mult 2 and decay_mult 1, allowed: 1 and 1 as there"));

    [Test]
    public void Multipliers_are_those_of_the_file()
    {
        var net = NetJson.Net("""{ "name": "in", "type": "Input", "shape": [1, 2] }""",
            """{ "name": "a", "type": "InnerProduct", "num_output": 2, "lr_mult": [1, 2], "decay_mult": [1, 0] }""",
            """{ "name": "b", "type": "InnerProduct", "num_output": 2, "lr_mult": 0 }""");
        Assert.That(net.Parameters.Select(parameter => (parameter.LrMult, parameter.DecayMult)),
            Is.EqualTo(new[] { (1.0, 1.0), (2, 0), (0, 1), (0, 1) }));
    }

    [Test]
    public void Shapes_that_do_not_fit_print_the_shapes_up_to_there() => Assert.That(() => NetJson.Net(
        """{ "type": "Input", "top": ["x", "y"], "shape": [4, 3] }""",
        """{ "name": "fc", "type": "InnerProduct", "bottom": "x", "num_output": 2 }""",
        """{ "name": "loss", "type": "EuclideanLoss", "bottom": ["fc", "y"] }"""),
        Throws.TypeOf<ShapeException>().With.Message.StartsWith("net.json:4:1: layer 'loss' (EuclideanLoss): received ")
            .And.Message.EndsWith(string.Join(Environment.NewLine, "", "  the shapes up to there:",
            "    Input1 (Input): x 4×3, y 4×3", "    fc (InnerProduct): x 4×3 -> fc 4×2")));

    [Test]
    public void User_layers_of_any_loaded_assembly_are_found() =>
        Assert.That(LayerRegistry.Types, Is.SupersetOf(new[] { "Probe", "AddOne", "Multiples" }));

    [Test]
    public void A_layer_of_unknown_name_is_an_error_with_those_known()
    {
        var net = NetJson.Net(Input, Probe("a", "in"));
        Assert.That(net.Layer<ProbeLayer<double>>("a"), Is.SameAs(net.Layers[1]));
        Assert.That(() => net.Layer<ProbeLayer<double>>("in"), Throws.TypeOf<ConfigException>().With.Message
            .EqualTo("layer: received 'in' of type ProbeLayer, allowed: in (Input), a (Probe)"));
        Assert.That(() => net.Blobs["b"], Throws.TypeOf<ConfigException>().With.Message
            .EqualTo("blob: received 'b', allowed: in, a"));
    }
}
