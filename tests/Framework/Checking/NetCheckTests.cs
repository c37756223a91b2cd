using System.Text.Json;
using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>The check of whole nets.</summary>
public class NetCheckTests
{
    private const string Data = """
        { "name": "data", "type": "InMemory", "top": ["x", "y"], "batch_size": 2,
          "data": [[1, -2, 0.5], [0.3, 2, -1], [7, 7, 7]], "labels": [1, 0, 1] }
        """;

    private static string Faulty(Fault fault) => $$"""
        { "name": "f", "type": "Faulty", "fault": "{{JsonNamingPolicy.SnakeCaseLower.ConvertName(fault.ToString())}}" }
        """;

    private static Net<double> Make(params string[] middle) => NetJson.Net([Data,
        """
        { "name": "fc1", "type": "InnerProduct", "bottom": "x", "num_output": 4, "weight_filler": { "type": "xavier" } }
        """,
        .. middle,
        """{ "name": "fc2", "type": "InnerProduct", "num_output": 2, "weight_filler": { "type": "xavier" } }""",
        """{ "name": "loss", "type": "SoftmaxLoss", "bottom": ["fc2", "y"] }"""]);

    [Test]
    public void Every_parameter_and_input_of_a_right_net_passes()
    {
        var result = GradientChecker.Check(Make("""{ "type": "Sigmoid", "in_place": true }"""));
        Assert.That(result.Passed, result.ToString());
        Assert.That(result.Rows.Select(row => (row.Name, row.Layer, row.Checked)), Is.EqualTo(new[]
        {
            ("fc1/0", "layer 'fc1' (InnerProduct)", 12), ("fc1/1", "layer 'fc1' (InnerProduct)", 4),
            ("fc2/0", "layer 'fc2' (InnerProduct)", 8), ("fc2/1", "layer 'fc2' (InnerProduct)", 2),
            ("x", "layer 'fc1' (InnerProduct)", 6),
        }));
    }

    [TestCase(Fault.Factor)]
    [TestCase(Fault.BottomAdded)]
    public void A_wrong_gradient_is_found_in_all_that_lies_before_it(Fault fault)
    {
        var result = GradientChecker.Check(Make(Faulty(fault)));
        Assert.That(result.Passed, Is.False);
        Assert.That(result.Failures.Select(element => element.Blob).Distinct(),
            Is.EqualTo(new[] { "fc1/0", "fc1/1", "x" }));
    }

    [Test]
    public void A_wrong_gradient_of_a_parameter_names_its_layer()
    {
        var result = GradientChecker.Check(Make(Faulty(Fault.ParameterForgotten)));
        Assert.That(result.Failures.Select(element => element.Blob).Distinct(), Is.EqualTo(new[] { "f/0" }));
        Assert.That(result.Rows.Single(row => row.Name == "f/0").Layer, Is.EqualTo("layer 'f' (Faulty)"));
    }

    [Test]
    public void A_layer_in_place_right_behind_the_data_is_checked_as_it_trains()
    {
        var net = NetJson.Net(Data, """{ "type": "Sigmoid", "bottom": "x", "in_place": true }""",
            """{ "name": "fc", "type": "InnerProduct", "num_output": 2, "weight_filler": { "type": "xavier" } }""",
            """{ "name": "loss", "type": "SoftmaxLoss", "bottom": ["fc", "y"] }""");
        var result = GradientChecker.Check(net);
        Assert.That(result.Passed, result.ToString());
        Assert.That(result.Rows.Single(row => row.Name == "x").Checked, Is.EqualTo(6));
    }

    [Test]
    public void The_parameters_of_layers_in_place_are_checked()
    {
        var result = GradientChecker.Check(Make("""{ "name": "bias1", "type": "Bias", "in_place": true }""",
            """{ "name": "bias2", "type": "Bias", "in_place": true }""", """{ "type": "Sigmoid", "in_place": true }"""));
        Assert.That(result.Passed, result.ToString());
        Assert.That(result.Rows.Select(row => row.Checked), Is.EqualTo(new[] { 12, 4, 4, 4, 8, 2, 6 }), "all of them");
    }

    [Test]
    public void A_net_that_ends_in_place_is_checked()
    {
        var result = GradientChecker.Check(NetJson.Net(
            """{ "name": "in", "type": "Input", "shape": [1, 2], "values": [1, 2] }""",
            """{ "name": "fc", "type": "InnerProduct", "num_output": 3, "weight_filler": { "type": "xavier" } }""",
            """{ "type": "TanH", "in_place": true }"""));
        Assert.That(result.Passed, result.ToString());
        Assert.That(result.Rows.Select(row => row.Name), Is.EqualTo(new[] { "fc/0", "fc/1", "in" }));
    }

    [Test]
    public void A_blob_that_counts_in_the_loss_and_is_read_is_checked()
    {
        var result = GradientChecker.Check(NetJson.Net(
            """{ "name": "in", "type": "Input", "shape": [1, 2], "values": [1, 2] }""",
            """
            { "name": "fc", "type": "InnerProduct", "num_output": 3, "weight_filler": { "type": "xavier" },
              "loss_weight": 0.5 }
            """,
            """{ "type": "TanH", "in_place": true, "loss_weight": 2 }"""));
        Assert.That(result.Passed, result.ToString());
    }

    [Test]
    public void A_shared_parameter_is_checked_once_with_the_sum_of_its_gradients()
    {
        var result = GradientChecker.Check(NetJson.Net(
            """{ "name": "in", "type": "Input", "shape": [2], "values": [1, 2] }""",
            """{ "name": "a", "type": "Probe", "value": 3, "param_name": "w" }""",
            """{ "name": "b", "type": "Probe", "param_name": "w" }"""));
        Assert.That(result.Passed, result.ToString());
        Assert.That(result.Rows.Select(row => (row.Name, row.Checked)), Is.EqualTo(new[] { ("a/0", 1), ("in", 2) }));
    }

    [Test]
    public void A_frozen_parameter_is_not_checked()
    {
        var result = GradientChecker.Check(NetJson.Net(
            """{ "name": "in", "type": "Input", "shape": [2], "values": [1, 2] }""",
            """{ "name": "a", "type": "Probe", "lr_mult": 0 }""", """{ "name": "b", "type": "Probe" }"""));
        Assert.That(result.Rows.Select(row => row.Name), Is.EqualTo(new[] { "b/0", "in" }));
    }

    [Test]
    public void The_net_is_left_as_it_was_and_no_further_batch_is_read()
    {
        var net = Make();
        var hash = net.WeightsHash();
        GradientChecker.Check(net);
        Assert.That(net.WeightsHash(), Is.EqualTo(hash));
        Assert.That(net.ForceBackward, Is.False);
        Assert.That(net.Layers.OfType<IDataCursor>().Single().Position, Is.EqualTo(2));
        Assert.That(net.Parameters.All(parameter => parameter.Diff.IndexOfAnyExcept(0) < 0));
    }
}
