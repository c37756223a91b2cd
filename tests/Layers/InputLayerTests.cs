using System.Text.Json.Nodes;
using NeuralFramework.Layers;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class InputLayerTests
{
    private static InputLayer<double> Layer(OneOrMany<double>? values = null) =>
        new(new() { Shape = [2, 2], Values = values });

    [Test]
    public void Every_top_has_the_shape_and_zeros()
    {
        var run = new LayerRun<double>(Layer(), topCount: 2);
        Assert.That(run.Tops.Select(top => top.Shape), Is.All.EqualTo(new Shape(2, 2)));
        Assert.That(run.Forward(), Is.EqualTo(new double[4]));
    }

    [Test]
    public void Values_go_to_the_first_top()
    {
        var run = new LayerRun<double>(Layer([1, 2, 3, 4]), topCount: 2);
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 1, 2, 3, 4 }));
        Assert.That(run.Tops[1].Data.ToArray(), Is.All.Zero);
    }

    [Test]
    public void What_a_program_writes_stays()
    {
        var run = new LayerRun<double>(Layer([1, 2, 3, 4]));
        run.Top.Set([5, 6, 7, 8]);
        run.Forward();
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 5, 6, 7, 8 }));
    }

    [Test]
    public void A_deployed_net_follows_data_and_batch_size()
    {
        var net = Net<double>.FromConfig(NetConfig.Read(ConfigDocument.Parse("""
            { "layers": [ { "name": "data", "type": "Input", "shape": [1, 2] },
                          { "name": "relu", "type": "ReLU", "in_place": true } ] }
            """u8.ToArray(), "(test)")), Phase.Deploy);
        net.Blobs["data"].Reshape([2, 2]);
        net.Blobs["data"].Set([1, -2, -3, 4]);
        net.Forward();
        Assert.That(net.Blobs["relu"].Shape, Is.EqualTo(new Shape(2, 2)));
        Assert.That(net.Blobs["relu"].Data.ToArray(), Is.EqualTo(new double[] { 1, 0, 0, 4 }));
        Assert.That(net.Blobs["data"].Data.ToArray(),
            Is.EqualTo(new double[] { 1, -2, -3, 4 }), "not overwritten in place");
    }

    [Test]
    public void A_scalar_may_have_its_value_without_brackets()
    {
        var layer = LayerRegistry.Create<double>("Input", new() { ["shape"] = new JsonArray(), ["values"] = -2.5 });
        Assert.That(new LayerRun<double>(layer).Forward(), Is.EqualTo(new[] { -2.5 }));
    }

    [Test]
    public void Trainable_values_are_a_parameter_for_each_top()
    {
        var run = new LayerRun<double>(
            new InputLayer<double>(new() { Shape = [2], Values = [1, 2], Trainable = true }), topCount: 2);
        Assert.That(run.Layer.Parameters.Select(parameter => parameter.Data.ToArray()),
            Is.EqualTo(new double[][] { [1, 2], [0, 0] }));
        run.Tops[1].Diff.Fill(5);
        run.Layer.Backward(run.Tops, [], run.Bottoms);
        Assert.That(run.Layer.Parameters[1].Diff.ToArray(), Is.EqualTo(new double[] { 5, 5 }));
        run.Top.Set([3, 4]);
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 3, 4 }), "what a program writes stays");
        Assert.That(run.Layer.Parameters[0].Data.ToArray(), Is.EqualTo(new double[] { 3, 4 }));
    }

    [Test]
    public void A_trainable_top_that_was_reshaped_is_an_error()
    {
        var run = new LayerRun<double>(new InputLayer<double>(new() { Shape = [2], Trainable = true }));
        run.Top.Reshape([1]);
        Assert.That(() => run.Forward(), Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "layer 'tested' (Input): received the top top0 (1), allowed: the shape 2 of its parameter"));
    }

    [Test]
    public void A_wrong_number_of_values_is_an_error_of_the_config() => Assert.That(
        () => LayerRegistry.Create<double>("Input", new() { ["shape"] = new JsonArray(2, 2),
            ["values"] = new JsonArray(1, 2, 3) }),
        Throws.TypeOf<ConfigException>()
            .With.Message.Contains("member 'values': received 3, allowed: 4 for the shape 2×2"));

    [Test]
    public void A_wrong_number_of_values_in_code_is_an_error() =>
        Assert.That(() => new LayerRun<double>(Layer([1, 2, 3])),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "layer 'tested' (Input): received 3 values, allowed: 4 for the shape 2×2"));
}
