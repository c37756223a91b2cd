using System.Text;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class NetConfigTests
{
    private const string Input = """{ "name": "in", "type": "Input", "shape": [2, 3] }""";

    [Test]
    public void A_layer_without_a_bottom_reads_the_previous_layers_first_top()
    {
        var net = NetJson.Net("""{ "type": "Input", "top": ["a", "b"], "shape": [2, 3] }""", """{ "type": "ReLU" }""",
            """{ "type": "TanH" }""");
        Assert.That(net.Nodes[1].Bottom.Select(blob => blob.Name), Is.EqualTo(new[] { "a" }));
        Assert.That(net.Nodes[2].Bottom.Select(blob => blob.Name), Is.EqualTo(new[] { "ReLU1" }));
    }

    [Test]
    public void A_layer_without_a_top_makes_a_blob_of_its_name()
    {
        var net = NetJson.Net(Input, """{ "name": "r", "type": "ReLU" }""");
        Assert.That(net.Blobs.Keys, Is.EqualTo(new[] { "in", "r" }));
    }

    [Test]
    public void A_layer_without_a_name_gets_its_type_and_a_number()
    {
        var config = NetJson.Layers(Input, """{ "type": "ReLU" }""", """{ "name": "mine", "type": "ReLU" }""",
            """{ "type": "TanH" }""", """{ "type": "ReLU" }""");
        Assert.That(config.Layers.Select(layer => layer.Name),
            Is.EqualTo(new[] { "in", "ReLU1", "mine", "TanH1", "ReLU3" }));
    }

    [Test]
    public void The_numbers_of_names_do_not_depend_on_the_phase()
    {
        var layers = new[] { Input, """{ "type": "ReLU", "phase": "train" }""",
            """{ "type": "ReLU", "bottom": "in" }""" };
        Assert.That(NetJson.Net(Phase.Test, layers).Layers[1].Name, Is.EqualTo("ReLU2"));
    }

    [Test]
    public void The_layers_options_have_their_defaults()
    {
        var config = NetJson.Layers(Input, """{ "type": "ReLU" }""");
        Assert.That(config.Name, Is.EqualTo("net"));
        Assert.That(config.ForceBackward, Is.False);
        Assert.That(config.Layers[1], Has.Property("Bottom").Null.And.Property("Top").Null.And.Property("Phase").Null
            .And.Property("LossWeight").Null.And.Property("LrMult").Null.And.Property("InPlace").False);
    }

    [Test]
    public void Comments_and_trailing_commas_are_allowed()
    {
        var config = NetJson.Config("""
            // A net.
            { "name": "commented", /* of one layer */
              "layers": [ { "type": "Input", "shape": [1, 2,], }, ], }
            """);
        Assert.That(config.Name, Is.EqualTo("commented"));
        Assert.That(config.Layers, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_byte_order_mark_and_a_schema_member_are_allowed()
    {
        byte[] bytes = [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(
            """{ "$schema": "../net.schema.json", "layers": [ { "type": "Input", "shape": [] } ] }""")];
        Assert.That(NetConfig.Read(ConfigDocument.Parse(bytes, "net.json")).Layers, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_list_of_one_may_be_written_as_its_element()
    {
        var one = NetJson.Layers("""{ "type": "Input", "top": "a", "phase": "test", "shape": [1], "values": 3 }""");
        var many = NetJson.Layers(
            """{ "type": "Input", "top": ["a"], "phase": ["test"], "shape": [1], "values": [3] }""");
        Assert.That(one.ToJson().ToJsonString(), Is.EqualTo(many.ToJson().ToJsonString()));
        Assert.That(one.Layers[0].Top, Is.EqualTo(new[] { "a" }));
        Assert.That(one.Layers[0].Phase, Is.EqualTo(new[] { Phase.Test }));
    }

    [Test]
    public void What_ToJson_writes_reads_as_the_same_net()
    {
        var config = NetJson.Config("""
            { "name": "round trip", "force_backward": true, "layers": [
                { "name": "in", "type": "Input", "top": ["a", "b"], "phase": ["train", "test"], "shape": [2, 3] },
                { "type": "InnerProduct", "num_output": 4, "lr_mult": [1, 2], "decay_mult": [1, 0],
                  "param_name": ["w", ""],
                  "weight_filler": { "type": "xavier", "variance_norm": "average" } },
                { "type": "ReLU", "in_place": true, "loss_weight": 0.25 } ] }
            """);
        var written = config.ToJson();
        var read = NetConfig.Read(ConfigDocument.FromNode(written));
        Assert.That(read.ToJson().ToJsonString(), Is.EqualTo(written.ToJsonString()));
        Assert.That(read.ForceBackward);
        Assert.That(read.Layers.Select(layer => layer.Options), Is.EqualTo(config.Layers.Select(layer => layer.Options))
            .Using<LayerOptions>((a, b) => a.GetType() == b.GetType()));
        Assert.That(written["layers"]![1]!["weight_filler"]!.ToJsonString(),
            Is.EqualTo("""{"type":"xavier","variance_norm":"average"}"""));
    }

    [Test]
    public void What_ToJson_writes_has_every_option_and_no_nulls()
    {
        var json = NetJson.Layers(Input,
            """{ "type": "InnerProduct", "num_output": 4 }""").ToJson()["layers"]![1]!.AsObject();
        Assert.That(json.ContainsKey("bias_term"));
        Assert.That(json.ContainsKey("in_place"), Is.False);
        Assert.That(json.ContainsKey("bottom"), Is.False);
        Assert.That(json.All(member => member.Value is not null));
    }

    [Test]
    public void A_models_folder_means_its_net_file()
    {
        using var folder = new TempFolder();
        var path = folder.Write("net.json", NetJson.FileOf(Input));
        var config = NetConfig.Load(folder.Path);
        Assert.That(config.Source, Is.EqualTo(path));
        Assert.That(config.Layers[0].Place, Is.EqualTo($"{path}:2:1"));
    }

    [Test]
    public void A_net_made_in_code_is_that_of_the_file()
    {
        var config = new NetConfig
        {
            Layers =
            [
                new LayerConfig("in", new Layers.InputOptions { Shape = [2, 3] }),
                new LayerConfig("r", "ReLU") { InPlace = true },
            ],
        };
        Assert.That(config.ToJson().ToJsonString(), Is.EqualTo(
            NetJson.Layers(Input, """{ "name": "r", "type": "ReLU", "in_place": true }""").ToJson().ToJsonString()));
    }

    [Test]
    public void A_layer_in_code_without_its_needed_options_is_an_error() =>
        Assert.That(() => new LayerConfig("fc", "InnerProduct"), Throws.TypeOf<ConfigException>().With.Message
            .EqualTo("layer type InnerProduct: needs num_output: give a InnerProductOptions"));
}
