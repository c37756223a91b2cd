using System.Text.Json.Nodes;
using NeuralFramework.Data;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class DummyDataLayerTests
{
    private static LayerRun<double> Run(DummyDataOptions options, int topCount = 1) =>
        new(new DummyDataLayer<double>(options), topCount);

    [Test]
    public void The_tops_are_a_batch_of_samples_and_a_label_for_each()
    {
        var run = Run(new DummyDataOptions { BatchSize = 50, Shape = [3, 2], Classes = 4 }, topCount: 2);
        Assert.That(run.Top.Shape, Is.EqualTo(new Shape(50, 3, 2)));
        Assert.That(run.Tops[1].Shape, Is.EqualTo(new Shape(50)));
        Assert.That(run.Tops[1].Data.ToArray().Distinct(), Is.EquivalentTo(new[] { 0, 1, 2, 3 }));
    }

    [Test]
    public void Every_pass_has_the_same_values()
    {
        var run = Run(new DummyDataOptions { BatchSize = 4, Shape = [5] });
        var first = run.Forward();
        Assert.That(first.Distinct().Count(), Is.EqualTo(20));
        Assert.That(run.Forward(), Is.EqualTo(first));
    }

    [Test]
    public void The_filler_draws_the_values()
    {
        var layer = LayerRegistry.Create<double>("DummyData", (JsonObject)JsonNode.Parse("""
            { "batch_size": 2, "shape": [3], "data_filler": { "type": "constant", "value": 7 } }
            """)!);
        Assert.That(new LayerRun<double>(layer).Forward(), Is.EqualTo(new double[] { 7, 7, 7, 7, 7, 7 }));
    }

    [Test]
    public void A_layer_behind_it_does_not_overwrite_the_values()
    {
        var net = NetJson.Net("""{ "name": "data", "type": "DummyData", "batch_size": 9, "shape": [9] }""",
            """{ "name": "relu", "type": "ReLU", "in_place": true }""");
        net.Forward();
        Assert.That(net.Blobs["data"].Data.ToArray().Min(), Is.Negative);
    }

    [Test]
    public void A_third_top_is_an_error() => Assert.That(
        () => Run(new DummyDataOptions { BatchSize = 1, Shape = [1] }, topCount: 3),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "layer 'tested' (DummyData): received 3 top blobs, allowed: 1 to 2"));
}
