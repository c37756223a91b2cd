using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>What a net computes: losses and gradients against numbers worked out by hand.</summary>
public class NetTests
{
    private const string Input = """{ "name": "in", "type": "Input", "shape": [2], "values": [1, 2] }""";

    private static string Probe(string name, string bottom, double value, string more = "") =>
        $$"""{ "name": "{{name}}", "type": "Probe", "bottom": "{{bottom}}", "value": {{value}}{{more}} }""";

    private static double[] Gradients(Net<double> net) => [.. net.Parameters.Select(parameter => parameter.Diff[0])];

    private static int Backwards(Net<double> net, string layer) => net.Layer<ProbeLayer<double>>(layer).Backwards;

    [Test]
    public void Gradients_of_several_readers_are_summed()
    {
        // in = (1, 2), a = 2·in = (2, 4), loss = 3·Σa + 5·Σa = 48.
        var net = NetJson.Net(Input, Probe("a", "in", 2), Probe("b", "a", 3, ", \"loss_weight\": 1"),
            Probe("c", "a", 5, ", \"loss_weight\": 1"));
        Assert.That(net.Forward(), Is.EqualTo(48));
        net.Backward();
        Assert.That(net.Blobs["a"].Diff.ToArray(), Is.EqualTo(new[] { 8.0, 8 }));
        Assert.That(Gradients(net), Is.EqualTo(new[] { 24.0, 6, 6 }));
    }

    [Test]
    public void A_graph_that_parts_and_joins_has_the_right_gradients()
    {
        // d = 2·in − 5·in = −3·in; loss = Σd²/2 over one sample = 9·(1 + 4)/2.
        var net = NetJson.Net("""{ "name": "in", "type": "Input", "shape": [1, 2], "values": [1, 2] }""",
            Probe("a", "in", 2),
            Probe("b", "in", 5), """{ "name": "loss", "type": "EuclideanLoss", "bottom": ["a", "b"] }""");
        Assert.That(net.Forward(), Is.EqualTo(22.5));
        net.Backward();
        Assert.That(Gradients(net), Is.EqualTo(new[] { -15.0, 15 }));
    }

    [Test]
    public void Two_losses_count_by_their_weights()
    {
        var net = NetJson.Net(Input, Probe("a", "in", 2, ", \"loss_weight\": 0.5"),
            Probe("b", "in", 3, ", \"loss_weight\": 0.1"));
        Assert.That(net.Forward(), Is.EqualTo(0.5 * 6 + 0.1 * 9).Within(1e-15));
        net.Backward();
        Assert.That(Gradients(net), Is.EqualTo(new[] { 1.5, 0.3 }).Within(1e-15));
    }

    [Test]
    public void A_blob_that_counts_in_the_loss_and_is_read_has_the_sum_of_both_gradients()
    {
        // loss = Σa + 0.5·Σ3a = 2.5·Σa, a = 2·in.
        var net = NetJson.Net(Input, Probe("a", "in", 2, ", \"loss_weight\": 1"),
            Probe("b", "a", 3, ", \"loss_weight\": 0.5"));
        Assert.That(net.Forward(), Is.EqualTo(15));
        net.Backward();
        net.ClearGradients();
        net.Backward();
        Assert.That(net.Blobs["a"].Diff.ToArray(), Is.EqualTo(new[] { 2.5, 2.5 }));
        Assert.That(Gradients(net), Is.EqualTo(new[] { 7.5, 3 }));
    }

    [Test]
    public void A_loss_layer_that_is_weighted_with_zero_is_no_loss()
    {
        var net = NetJson.Net("""{ "name": "in", "type": "Input", "shape": [1, 2], "values": [1, 2] }""",
            Probe("a", "in", 2),
            """{ "name": "loss", "type": "EuclideanLoss", "bottom": ["a", "in"], "loss_weight": 0 }""");
        Assert.That(net.HasLoss, Is.False);
        Assert.That(net.Forward(), Is.Zero);
    }

    [Test]
    public void All_tops_of_a_layer_send_their_gradients_back()
    {
        var net = NetJson.Net(Input, Probe("a", "in", 2),
            """{ "name": "m", "type": "Multiples", "top": ["x", "y", "z"] }""",
            Probe("b", "x", 1, ", \"loss_weight\": 1"), Probe("c", "z", 1, ", \"loss_weight\": 1"));
        Assert.That(net.Outputs.Select(blob => blob.Name), Is.EqualTo(new[] { "y", "b", "c" }));
        Assert.That(net.Forward(), Is.EqualTo(6 + 18));
        net.Backward();
        Assert.That(net.Blobs["a"].Diff.ToArray(), Is.EqualTo(new[] { 4.0, 4 }));
    }

    [Test]
    public void A_layer_that_one_parameter_serves_twice_sums_its_gradients()
    {
        // loss = Σ w·w·in = w²·3, so the gradient is 2·w·3.
        var net = NetJson.Net(Input, Probe("a", "in", 5, ", \"param_name\": \"w\""),
            Probe("b", "a", 0, ", \"param_name\": \"w\", \"loss_weight\": 1"));
        Assert.That(net.Forward(), Is.EqualTo(75));
        net.Backward();
        Assert.That(Gradients(net), Is.EqualTo(new[] { 30.0 }));
    }

    [Test]
    public void Parameter_gradients_add_up_until_they_are_cleared()
    {
        var net = NetJson.Net(Input, Probe("a", "in", 2, ", \"loss_weight\": 1"));
        net.Forward();
        net.Backward();
        net.Backward();
        Assert.That(Gradients(net), Is.EqualTo(new[] { 6.0 }));
        net.ClearGradients();
        Assert.That(Gradients(net), Is.EqualTo(new[] { 0.0 }));
    }

    [Test]
    public void Layers_whose_gradient_nobody_needs_are_left_out_of_the_backward_pass()
    {
        var net = NetJson.Net(Input, Probe("a", "in", 2, ", \"lr_mult\": 0"), Probe("b", "a", 3),
            Probe("c", "b", 4, ", \"lr_mult\": 0, \"loss_weight\": 1"), Probe("aside", "b", 5));
        net.Forward();
        net.Backward();
        Assert.That(new[] { "a", "b", "c", "aside" }.Select(name => Backwards(net, name)),
            Is.EqualTo(new[] { 0, 1, 1, 0 }));
        Assert.That(Gradients(net), Is.EqualTo(new[] { 0.0, 24, 0, 0 }));
        Assert.That(net.IsGradientComputed(net.Blobs["b_b_split_0"]));
        Assert.That(net.IsGradientComputed(net.Blobs["a"]), Is.False);
    }

    [Test]
    public void Forced_the_gradients_of_inputs_are_computed_too()
    {
        var net = NetJson.Net(Input, Probe("a", "in", 2, ", \"lr_mult\": 0"),
            Probe("b", "a", 3, ", \"loss_weight\": 1"));
        net.ForceBackward = true;
        net.Forward();
        net.Backward();
        Assert.That(net.Blobs["in"].Diff.ToArray(), Is.EqualTo(new[] { 6.0, 6 }));
        net.ForceBackward = false;
        net.Backward();
        Assert.That(Backwards(net, "a"), Is.EqualTo(1));
    }

    [Test]
    public void The_file_may_force_the_gradients_of_inputs()
    {
        var probe = Probe("a", "in", 2, ", \"loss_weight\": 1");
        var config = NetJson.Config($$"""{ "force_backward": true, "layers": [ {{Input}}, {{probe}} ] }""");
        var net = Net<double>.FromConfig(config, Phase.Train);
        net.Forward();
        net.Backward();
        Assert.That(net.Blobs["in"].Diff.ToArray(), Is.EqualTo(new[] { 2.0, 2 }));
    }

    [Test]
    public void Without_a_loss_the_gradients_of_outputs_are_given_from_outside()
    {
        var net = NetJson.Net(Input, Probe("a", "in", 2));
        Assert.That(net.HasLoss, Is.False);
        Assert.That(net.Forward(), Is.Zero);
        net.Blobs["a"].Diff[1] = 10;
        net.Backward();
        Assert.That(Gradients(net), Is.EqualTo(new[] { 20.0 }));
    }

    [Test]
    public void In_place_gives_the_gradients_that_two_blobs_give([Values("ReLU", "Sigmoid", "TanH")] string type)
    {
        Net<double> Run(bool inPlace)
        {
            var net = NetJson.Net(
                """{ "name": "in", "type": "Input", "shape": [3, 2], "values": [1, -2, 0.5, 3, -1, 2] }""",
                """{ "name": "fc", "type": "InnerProduct", "num_output": 4, "weight_filler": { "type": "xavier" } }""",
                $$"""{ "name": "f", "type": "{{type}}", "in_place": {{(inPlace ? "true" : "false")}} }""",
                """{ "name": "fc2", "type": "InnerProduct", "num_output": 2, "weight_filler": { "type": "xavier" } }""",
                """{ "name": "loss", "type": "EuclideanLoss", "bottom": ["fc2", "in"] }""");
            net.Forward();
            net.Backward();
            return net;
        }
        var (one, two) = (Run(true), Run(false));
        Assert.That(one.Blobs["f"] == one.Blobs["fc"]);
        Assert.That(one.Parameters.SelectMany(parameter => parameter.Diff.ToArray()),
            Is.EqualTo(two.Parameters.SelectMany(parameter => parameter.Diff.ToArray())));
    }

    [Test]
    public void A_larger_or_smaller_input_is_followed_by_the_layers_behind()
    {
        var net = NetJson.Net(Input, Probe("a", "in", 2), Probe("b", "a", 1, ", \"loss_weight\": 1"),
            Probe("c", "a", 1, ", \"loss_weight\": 1"));
        net.Forward();
        foreach (var count in new[] { 5, 1 })
        {
            net.Blobs["in"].Reshape([count]);
            net.Blobs["in"].Data.Fill(1);
            Assert.That(net.Forward(), Is.EqualTo(4 * count));
            net.ClearGradients();
            net.Backward();
            Assert.That(net.Blobs["c"].Count, Is.EqualTo(count));
            Assert.That(Gradients(net), Is.EqualTo(new double[] { 2 * count, 2 * count, 2 * count }));
        }
    }

    [Test]
    public void A_pass_may_begin_behind_the_first_layers()
    {
        var net = NetJson.Net(Input, Probe("a", "in", 2, ", \"loss_weight\": 1"),
            Probe("b", "a", 3, ", \"loss_weight\": 1"));
        net.Forward();
        net.Parameters[1].Data[0] = 4;
        Assert.That(net.ForwardFrom(2), Is.EqualTo(6 + 24));
        Assert.That(net.Layer<ProbeLayer<double>>("a").Forwards, Is.EqualTo(1));
    }

    [Test]
    public void The_first_weights_are_a_function_of_the_seed_and_the_layers_name()
    {
        Net<float> Make(long seed, string name) => Net<float>.FromConfig(NetJson.Layers(
            """{ "name": "in", "type": "Input", "shape": [1, 4] }""", $$"""
            { "name": "{{name}}", "type": "InnerProduct", "num_output": 4, "weight_filler": { "type": "gaussian" } }
            """), Phase.Train, seed);
        Assert.That(Make(1, "a").WeightsHash(), Is.EqualTo(Make(1, "a").WeightsHash()));
        Assert.That(Make(2, "a").WeightsHash(), Is.Not.EqualTo(Make(1, "a").WeightsHash()));
        Assert.That(Make(1, "b").WeightsHash(), Is.Not.EqualTo(Make(1, "a").WeightsHash()));
    }

    [Test]
    public void The_hash_is_that_of_the_bits_of_all_parameters()
    {
        var net = NetJson.Net(Input, Probe("a", "in", 1), Probe("b", "a", 2));
        byte[] bytes = [.. BitConverter.GetBytes(1.0), .. BitConverter.GetBytes(2.0)];
        Assert.That(net.WeightsHash(), Is.EqualTo(Convert.ToHexStringLower(
            System.Security.Cryptography.SHA256.HashData(bytes))));
        net.Parameters[1].Data[0] = BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(2.0) ^ 1);
        Assert.That(net.WeightsHash(), Is.Not.EqualTo(Convert.ToHexStringLower(
            System.Security.Cryptography.SHA256.HashData(bytes))));
    }

    [Test]
    public void Another_net_can_read_the_weights_of_this_one()
    {
        string[] layers = [Input, Probe("a", "in", 2), Probe("b", "a", 3)];
        var (learner, reader) = (NetJson.Net(layers), NetJson.Net(Phase.Test, layers));
        learner.Parameters[0].Data[0] = 7;
        reader.ShareWeights(learner);
        learner.Parameters[1].Data[0] = 8;
        reader.Forward();
        Assert.That(reader.Blobs["b"].Data.ToArray(), Is.EqualTo(new[] { 56.0, 112 }));
        Assert.That(reader.Parameters, Is.EqualTo(learner.Parameters));
        Assert.That(reader.WeightsHash(), Is.EqualTo(learner.WeightsHash()));
    }

    [Test]
    public void The_first_value_that_is_not_finite_is_found_in_the_order_of_the_layers()
    {
        var net = NetJson.Net(Input, Probe("a", "in", 2), Probe("b", "a", 3));
        net.Forward();
        Assert.That(net.FindNonFinite(), Is.Null);
        net.Parameters[1].Data[0] = double.NegativeInfinity;
        Assert.That(net.FindNonFinite(), Is.EqualTo("layer 'b' (Probe), parameter 'b/0' (1): element 0 is -Infinity"));
        net.Blobs["a"].Data[1] = double.NaN;
        Assert.That(net.FindNonFinite(), Is.EqualTo("layer 'a' (Probe), blob 'a' (2): element 1 is NaN"));
    }
}
