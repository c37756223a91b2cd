using System.Text.Json.Nodes;
using NeuralFramework.Layers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class ConstantLayerTests
{
    private static LayerRun<double> Run(ConstantOptions options) => new(new ConstantLayer<double>(options));

    private static LayerRun<double> Run(JsonObject options) => new(LayerRegistry.Create<double>("Constant", options));

    [Test]
    public void Values_with_a_shape_are_as_given()
    {
        var run = Run(new JsonObject { ["shape"] = new JsonArray(2, 1), ["values"] = new JsonArray(3, 4) });
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 3, 4 }));
        Assert.That(run.Top.Shape, Is.EqualTo(new Shape(2, 1)));
        Assert.That(run.Layer.Parameters, Is.Empty);
    }

    [Test]
    public void Without_a_shape_one_value_is_a_scalar_and_several_a_vector()
    {
        Assert.That(Run(new JsonObject { ["values"] = 2 }).Top.Shape, Is.EqualTo(Shape.Scalar));
        Assert.That(Run(new JsonObject { ["values"] = new JsonArray(2) }).Top.Shape, Is.EqualTo(Shape.Scalar));
        Assert.That(Run(new JsonObject { ["values"] = new JsonArray(2, 3, 4) }).Top.Shape, Is.EqualTo(new Shape(3)));
        Assert.That(Run(new JsonObject { ["shape"] = new JsonArray(), ["values"] = new JsonArray(2) }).Top.Shape,
            Is.EqualTo(Shape.Scalar));
    }

    [Test]
    public void Without_values_it_is_0() =>
        Assert.That(Run(new ConstantOptions { Shape = [2] }).Forward(), Is.All.Zero);

    [TestCase(false)]
    [TestCase(true)]
    public void A_filler_draws_the_values(bool trainable) => Assert.That(
        Run(new ConstantOptions
        {
            Shape = [50], Filler = new UniformFiller { Min = 1, Max = 2 }, Trainable = trainable,
        })
            .Forward().Distinct().Count(value => value is >= 1 and < 2), Is.EqualTo(50));

    [Test]
    public void Trainable_values_are_a_parameter_that_the_tops_gradient_is_added_to()
    {
        var run = Run(new ConstantOptions { Values = [3, 4], Trainable = true });
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 3, 4 }));
        foreach (var _ in (int[])[1, 2])
        {
            run.Top.Diff.Fill(5);
            run.Layer.Backward(run.Tops, [], run.Bottoms);
        }
        Assert.That(run.Layer.Parameters[0].Diff.ToArray(), Is.EqualTo(new double[] { 10, 10 }));
        run.Layer.Parameters[0].Data[0] = 7;
        Assert.That(run.Top.Data[0], Is.EqualTo(7));
    }

    [TestCase(new int[0])]
    [TestCase(new[] { 2, 3 })]
    public void Gradients_are_those_of_differences(int[] shape)
    {
        var layer = new ConstantLayer<double>(new() { Shape = shape, Filler = new GaussianFiller(), Trainable = true });
        LayerRun.AssertGradients(layer);
    }

    // The loss (w − 3)² has its least value at w = 3; its slope at 5 is 4.
    [Test]
    public void A_net_learns_what_is_trainable()
    {
        var net = NetJson.Net("""{ "name": "w", "type": "Constant", "values": 5, "trainable": true }""",
            """{ "name": "three", "type": "Constant", "values": 3 }""",
            """{ "name": "d", "type": "Subtract", "bottom": ["w", "three"] }""",
            """{ "name": "loss", "type": "SumOfSquares", "loss_weight": 1 }""");
        Assert.That(net.Forward(), Is.EqualTo(4));
        net.Backward();
        Assert.That(net.Parameters.Single().Diff[0], Is.EqualTo(4));
        net.Parameters[0].Data[0] -= 0.5 * 4;
        Assert.That(net.Forward(), Is.Zero);
    }

    [Test]
    public void A_frozen_parameter_gets_no_gradient()
    {
        var net = NetJson.Net("""{ "name": "w", "type": "Constant", "values": 5, "trainable": true, "lr_mult": 0 }""",
            """{ "name": "loss", "type": "SumOfSquares", "loss_weight": 1 }""");
        net.ForceBackward = true;
        net.Forward();
        net.Backward();
        Assert.That(net.Parameters[0].Diff[0], Is.Zero);
    }

    [Test]
    public void A_net_that_shares_the_parameter_reads_it_behind_a_split_too()
    {
        string[] layers = ["""{ "name": "w", "type": "Constant", "values": 5, "trainable": true }""",
            """{ "name": "square", "type": "Multiply", "bottom": ["w", "w"] }"""];
        var (teacher, net) = (NetJson.Net(layers), NetJson.Net(layers));
        net.ShareWeights(teacher);
        teacher.Parameters[0].Data[0] = 3;
        net.Forward();
        Assert.That(net.Blobs["square"].Data[0], Is.EqualTo(9));
    }

    [Test]
    public void A_layer_behind_it_does_not_overwrite_the_values()
    {
        var net = NetJson.Net("""{ "name": "w", "type": "Constant", "values": [-1, 2] }""",
            """{ "name": "relu", "type": "ReLU", "in_place": true }""");
        net.Forward();
        Assert.That(net.Blobs["w"].Data.ToArray(), Is.EqualTo(new double[] { -1, 2 }));
    }

    [Test]
    public void A_wrong_number_of_values_is_an_error()
    {
        Assert.That(() => Run(new JsonObject { ["shape"] = new JsonArray(3), ["values"] = 1 }),
            Throws.TypeOf<ConfigException>().With.Message.Contains(
                "member 'values': received 1, allowed: 3 for the shape 3"));
        Assert.That(() => Run(new ConstantOptions { Shape = [3], Values = 1 }),
            Throws.TypeOf<ShapeException>().With.Message.EqualTo(
                "layer 'tested' (Constant): received 1 values, allowed: 3 for the shape 3"));
    }

    [Test]
    public void Values_and_a_filler_are_an_error() => Assert.That(
        () => Run(new JsonObject { ["values"] = 1, ["filler"] = new JsonObject { ["type"] = "gaussian" } }),
        Throws.TypeOf<ConfigException>().With.Message.Contains(
            "received the members 'values' and 'filler', allowed: one of them"));

    [Test]
    public void A_bottom_is_an_error() => Assert.That(
        () => NetJson.Net("""{ "name": "a", "type": "Constant" }""",
            """{ "name": "b", "type": "Constant", "bottom": "a" }"""),
        Throws.TypeOf<ConfigException>().With.Message.Contains(
            "member 'bottom': received 1 blobs (a), allowed: exactly 0"));
}
