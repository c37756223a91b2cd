using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class TileLayerTests
{
    private static Blob<double> Example => Blob("x", [2, 2], 1, 2, 3, 4);

    private static TileLayer<double> Layer(int tiles, int axis = 1) => new(new() { Tiles = tiles, Axis = axis });

    [Test]
    public void Copies_stand_behind_each_other_and_their_gradients_are_summed()
    {
        var run = new LayerRun<double>(Layer(2), Example);
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 1, 2, 1, 2, 3, 4, 3, 4 }));
        Assert.That(run.Top.Shape, Is.EqualTo(new Shape(2, 4)));
        Assert.That(run.Backward(1, 2, 30, 40, 5, 6, 70, 80), Is.EqualTo(new double[] { 31, 42, 75, 86 }));
    }

    [Test]
    public void Along_the_first_axis_the_whole_is_copied() => Assert.That(
        new LayerRun<double>(Layer(2, axis: 0), Example).Forward(),
        Is.EqualTo(new double[] { 1, 2, 3, 4, 1, 2, 3, 4 }));

    [TestCase(1, 1, 3, 4)]
    [TestCase(3, 0, 5)]
    [TestCase(4, -1, 2, 3, 1)]
    [TestCase(2, 1, 2, 3, 2, 3)]
    public void Gradients_are_those_of_differences(int tiles, int axis, params int[] shape) =>
        AssertGradients(Layer(tiles, axis), Normal<double>("x", shape));

    [Test]
    public void No_tiles_are_an_error() => Assert.That(
        () => LayerRegistry.Create<double>("Tile", new() { ["tiles"] = 0 }),
        Throws.TypeOf<ConfigException>().With.Message.Contains("member 'tiles': received 0, allowed: "));

    [Test]
    public void An_axis_that_is_not_there_is_an_error() => Assert.That(
        () => new LayerRun<double>(Layer(2, axis: 2), Example), Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "layer 'tested' (Tile): received the axis 2 for the bottom x (2×2), allowed: -2 to 1"));
}
