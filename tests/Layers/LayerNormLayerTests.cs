using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class LayerNormLayerTests
{
    // Row 0: mean 3, variance 4; row 1: mean 0, variance 9. Both become −1, 1.
    private static Blob<double> Example => Blob("x", [2, 2], 1, 5, 3, -3);

    private static LayerNormLayer<double> Layer(bool scaleBias = true, int axis = -1, double eps = 0) =>
        new(new() { ScaleBias = scaleBias, Axis = axis, Eps = eps });

    [Test]
    public void Each_row_is_normalised_then_scaled_and_shifted()
    {
        var run = new LayerRun<double>(Layer(), Example);
        Assert.That(run.Forward(), Is.EqualTo(new double[] { -1, 1, 1, -1 }));
        run.Layer.Parameters[0].Set([2, 10]);
        run.Layer.Parameters[1].Set([1, 0.5]);
        Assert.That(run.Forward(), Is.EqualTo(new[] { -1, 10.5, 3, -9.5 }));
    }

    // Two values x̂ = −1 and 1 stay so whatever the inputs are: no gradient passes. dβ = Σ dy, dγ = Σ dy · x̂.
    [Test]
    public void Backward_sums_for_scale_and_shift_over_the_rows()
    {
        var run = new LayerRun<double>(Layer(), Example);
        run.Forward();
        Assert.That(run.Backward(1, 2, 5, 10), Is.EqualTo(new double[] { 0, 0, 0, 0 }).Within(1e-14));
        Assert.That(run.Layer.Parameters[0].Diff.ToArray(), Is.EqualTo(new double[] { 4, -8 }));
        Assert.That(run.Layer.Parameters[1].Diff.ToArray(), Is.EqualTo(new double[] { 6, 12 }));
    }

    [Test]
    public void The_parameters_have_the_axes_that_are_normalised() => Assert.That(
        new LayerRun<double>(Layer(axis: 1), Normal<double>("x", 2, 3, 4)).Layer.Parameters.Select(p => p.Shape),
        Is.EqualTo(new Shape[] { new(3, 4), new(3, 4) }));

    [TestCase(true, -1, 5, 3)]
    [TestCase(true, 1, 2, 3, 4)]
    [TestCase(true, 0, 7)]
    [TestCase(false, 2, 2, 3, 2, 2)]
    public void Gradients_are_those_of_differences(bool scaleBias, int axis, params int[] shape) =>
        AssertGradients(Layer(scaleBias, axis, 1e-5), Normal<double>("x", shape));

    [Test]
    public void Results_are_the_same_bits_for_any_number_of_threads() => AssertSameBitsForAnyThreads(
        () => new LayerNormLayer<float>(new()), Normal<float>("x", 200, 333));

    [Test]
    public void An_axis_that_is_not_there_is_an_error() => Assert.That(
        () => new LayerRun<double>(Layer(axis: 2), Example), Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "layer 'tested' (LayerNorm): received the axis 2 for the bottom x (2×2), allowed: -2 to 1"));
}
