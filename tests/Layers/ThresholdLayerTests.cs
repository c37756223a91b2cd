using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class ThresholdLayerTests
{
    private static ThresholdLayer<double> Layer(double threshold = 0) => new(new() { Threshold = threshold });

    [TestCase(0, new double[] { 0, 0, 1, 1, 0 })]
    [TestCase(1, new double[] { 0, 0, 0, 1, 0 })]
    [TestCase(-2.5, new double[] { 1, 1, 1, 1, 0 })]
    public void Values_above_the_threshold_become_1_all_others_0(double threshold, double[] expected) => Assert.That(
        new LayerRun<double>(Layer(threshold), Blob("x", [5], -2, 0, 1, 1.5, double.NaN)).Forward(),
        Is.EqualTo(expected));

    [Test]
    public void It_has_no_gradient_and_tells_the_net_so() =>
        Assert.That(Layer().PropagatesTo(0), Is.False);

    [Test]
    public void Two_bottoms_are_an_error() => Assert.That(
        () => new LayerRun<double>(Layer(), Blob("x", [1], 1), Blob("x", [1], 1)), Throws.TypeOf<ShapeException>()
            .With.Message.EqualTo("layer 'tested' (Threshold): received 2 bottom blobs, allowed: exactly 1"));
}
