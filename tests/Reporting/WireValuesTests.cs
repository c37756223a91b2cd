using NeuralFramework.Layers;
using NeuralFramework.Reporting;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class WireValuesTests
{
    private static Net<double> Build(Phase phase, params LayerConfig[] layers) =>
        Net<double>.FromConfig(new NetConfig { Layers = layers }, phase);

    private static GraphWire WireInto(GraphModel graph, string layer, int bottom = 0) =>
        graph.Wires.Where(wire => graph.Nodes[wire.To].Lines.FirstOrDefault() == layer).ElementAt(bottom);

    private static readonly InnerProductOptions Threes = new()
    {
        NumOutput = 1,
        WeightFiller = new ConstantFiller { Value = 3 },
    };

    // x = (-1, 2), negated (1, -2), rectified (1, 0), end = 3·1 + 3·0.
    private static LayerConfig[] Rectified(LayerConfig relu, string behind) =>
    [
        new LayerConfig("x", new InputOptions { Shape = [1, 2], Values = [-1, 2] }),
        new LayerConfig("negative", "Negate") { Bottom = "x" },
        relu,
        new LayerConfig("end", Threes) { Bottom = behind },
    ];

    [TestCase("negative")]
    [TestCase("relu")]
    public void A_layer_in_place_shows_what_came_in_and_what_went_out(string top)
    {
        var relu = new LayerConfig("relu", "ReLU") { Bottom = "negative", Top = top, InPlace = true };
        var net = Build(Phase.Train, Rectified(relu, top));
        Assert.That(net.Nodes[2].Top[0], Is.SameAs(net.Nodes[2].Bottom[0]), "it runs in place");
        var graph = GraphModel.Of(net, WireValues.Run(net));
        Assert.That(WireInto(graph, "relu").Values, Is.EqualTo(new[] { "(1.00, -2.00)" }));
        Assert.That(WireInto(graph, "relu").Gradients, Is.EqualTo(new[] { "(3.00, 0.00)" }));
        Assert.That(WireInto(graph, "end").Values, Is.EqualTo(new[] { "(1.00, 0.00)" }));
        Assert.That(WireInto(graph, "end").Gradients, Is.EqualTo(new[] { "(3.00, 3.00)" }));
        Assert.That(WireInto(graph, "end").Blob, Is.EqualTo(top));
    }

    [Test]
    public void A_wire_along_which_no_gradient_flows_shows_none()
    {
        var net = Build(Phase.Test,
            new LayerConfig("scores", new InputOptions { Shape = [1, 2], Values = [0, 0] }),
            new LayerConfig("label", new InputOptions { Shape = [1], Values = 1 }),
            new LayerConfig("loss", "SoftmaxLoss") { Bottom = ["scores", "label"] },
            new LayerConfig("accuracy", "Accuracy") { Bottom = ["scores", "label"] });
        var graph = GraphModel.Of(net, WireValues.Run(net));
        Assert.That(WireInto(graph, "loss").Gradients, Is.EqualTo(new[] { "(0.50, -0.50)" }));
        Assert.That(WireInto(graph, "loss", 1).Gradients, Is.Empty, "labels have none");
        Assert.That(WireInto(graph, "accuracy").Values, Is.EqualTo(new[] { "(0.00, 0.00)" }));
        Assert.That(WireInto(graph, "accuracy").Gradients, Is.Empty, "an accuracy sends none back");
        var ends = graph.Wires.Where(wire => graph.Nodes[wire.To].Kind == NodeKind.End).ToList();
        Assert.That(ends.Select(wire => wire.Blob), Is.EqualTo(new[] { "loss", "accuracy" }));
        Assert.That(ends[0].Gradients, Is.EqualTo(new[] { "1.00" }));
        Assert.That(ends[1].Gradients, Is.Empty);
    }

    [Test]
    public void A_loss_weight_is_the_gradient_at_the_output()
    {
        var net = Build(Phase.Train,
            new LayerConfig("x", new InputOptions { Values = 2 }),
            new LayerConfig("y", "Negate") { LossWeight = 3 });
        var graph = GraphModel.Of(net, WireValues.Run(net));
        Assert.That(graph.Wires[1].Gradients, Is.EqualTo(new[] { "3.00" }));
        Assert.That(graph.Wires[0].Gradients, Is.EqualTo(new[] { "-3.00" }));
    }

    [Test]
    public void A_second_run_gives_the_same_and_the_net_is_left_as_it_was()
    {
        var net = Build(Phase.Train, Rectified(new LayerConfig("relu", "ReLU") { Bottom = "negative" }, "relu"));
        var first = GraphModel.Of(net, WireValues.Run(net));
        var second = GraphModel.Of(net, WireValues.Run(net));
        Assert.That(second.Wires.SelectMany(wire => wire.Values.Concat(wire.Gradients)),
            Is.EqualTo(first.Wires.SelectMany(wire => wire.Values.Concat(wire.Gradients))));
        Assert.That(net.ForceBackward, Is.False);
    }

    [TestCase(0, "0.00")]
    [TestCase(-0.0, "0.00")]
    [TestCase(-2, "-2.00")]
    [TestCase(0.7310, "0.73")]
    [TestCase(0.09949, "0.099")]
    [TestCase(0.0996, "0.10")]
    [TestCase(-0.01799, "-0.018")]
    [TestCase(1.67e-5, "1.7e-5")]
    [TestCase(12345.678, "12345.68")]
    [TestCase(1e6, "1.0e+6")]
    [TestCase(double.NaN, "NaN")]
    [TestCase(double.NegativeInfinity, "-Infinity")]
    public void A_number_is_rounded_to_at_least_two_digits_that_count(double value, string expected) =>
        Assert.That(BlobSummary.Of<double>(Shape.Scalar, [value]), Is.EqualTo(new[] { expected }));

    [Test]
    public void Names_that_XML_cannot_write_are_drawn_with_replacements()
    {
        var net = Build(Phase.Train,
            new LayerConfig("a\u0001b\ud800c", new InputOptions { Values = 1 }),
            new LayerConfig("y", "Negate"));
        var graph = GraphModel.Of(net, null);
        Assert.That(graph.Nodes[0].Lines[0], Is.EqualTo("a\ufffdb\ufffdc"));
        Assert.That(graph.Wires[0].Blob, Is.EqualTo("a\ufffdb\ufffdc"));
    }
}
