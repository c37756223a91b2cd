using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class ReLULayerTests
{
    private static readonly double[] Values = [-2, -0.5, 0, 0.5, 3];

    private static ReLULayer<double> Layer(double slope = 0) => new(new() { NegativeSlope = slope });

    [TestCase(0, new[] { 0, 0, 0, 0.5, 3 })]
    [TestCase(0.1, new[] { -0.2, -0.05, 0, 0.5, 3 })]
    [TestCase(2, new[] { -4, -1, 0, 0.5, 3 })]
    [TestCase(-1, new[] { 2, 0.5, 0, 0.5, 3 })]
    public void Forward_keeps_what_is_above_0_and_scales_the_rest(double slope, double[] expected) =>
        Assert.That(new LayerRun<double>(Layer(slope), Blob("x", [5], Values)).Forward(), Is.EqualTo(expected));

    [TestCase(0, new double[] { 0, 0, 0, 40, 50 })]
    [TestCase(0.1, new double[] { 1, 2, 3, 40, 50 })]
    [TestCase(-1, new double[] { -10, -20, -30, 40, 50 })]
    public void Backward_passes_the_gradient_where_the_input_is_above_0_and_scales_the_rest(double slope,
        double[] expected)
    {
        var run = new LayerRun<double>(Layer(slope), Blob("x", [5], Values));
        run.Forward();
        Assert.That(run.Backward(10, 20, 30, 40, 50), Is.EqualTo(expected));
    }

    [TestCase(0)]
    [TestCase(0.1)]
    [TestCase(2)]
    public void In_place_it_gives_the_same_results(double slope)
    {
        var apart = new LayerRun<double>(Layer(slope), Blob("x", [5], Values));
        var inPlace = LayerRun<double>.InPlace(Layer(slope), Blob("x", [5], Values));
        Assert.That(inPlace.Forward(), Is.EqualTo(apart.Forward()));
        Assert.That(inPlace.Backward(10, 20, 30, 40, 50), Is.EqualTo(apart.Backward(10, 20, 30, 40, 50)));
    }

    [Test]
    public void A_slope_below_0_cannot_run_in_place()
    {
        Assert.That(() => LayerRun<double>.InPlace(Layer(-0.1), Blob("x", [5], Values)),
            Throws.TypeOf<ShapeException>()
                .With.Message.EqualTo("layer 'tested' (ReLU): received the blob 'x' as bottom and as "
                + "top, allowed: a top of its own: with its type and options, the layer cannot run in place"));
    }

    [TestCase(0)]
    [TestCase(0.1)]
    public void NaN_stays_NaN_and_infinity_infinity(double slope)
    {
        var run = new LayerRun<double>(Layer(slope), Blob("x", [3], double.NaN, double.PositiveInfinity,
            double.NegativeInfinity));
        Assert.That(run.Forward(),
            Is.EqualTo(new[] { double.NaN, double.PositiveInfinity, slope > 0 ? double.NegativeInfinity : 0 }));
    }

    [TestCase(0, 7)]
    [TestCase(0.1, 2, 3, 5)]
    [TestCase(-0.5, 3, 33)]
    public void Gradients_are_those_of_differences(double slope, params int[] shape) =>
        AssertGradients(Layer(slope), Normal<double>("x", shape));

    [Test]
    public void Results_are_the_same_bits_for_any_number_of_threads() =>
        AssertSameBitsForAnyThreads(() =>
            new ReLULayer<float>(new() { NegativeSlope = 0.01 }), Normal<float>("x", 50_001));
}
