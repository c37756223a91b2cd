using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class SoftmaxLayerTests
{
    // e to the scores: 1, 2, 5, which sum to 8.
    private static Blob<double> Example => Blob("x", [1, 3], 0, Math.Log(2), Math.Log(5));

    private static SoftmaxLayer<double> Layer(int axis = 1) => new(new() { Axis = axis });

    [Test]
    public void Forward_divides_the_exponentials_by_their_sum() =>
        Assert.That(new LayerRun<double>(Layer(), Example).Forward(),
            Is.EqualTo(new[] { 0.125, 0.25, 0.625 }).Within(1e-15));

    // With dy = (1, 0, 0), Σ dy·y = 1/8, so dx = 1/8·7/8, −2/8·1/8, −5/8·1/8.
    [Test]
    public void Backward_subtracts_the_mean_gradient()
    {
        var run = new LayerRun<double>(Layer(), Example);
        run.Forward();
        Assert.That(run.Backward(1, 0, 0), Is.EqualTo(new[] { 7 / 64.0, -2 / 64.0, -5 / 64.0 }).Within(1e-15));
    }

    [Test]
    public void Each_place_behind_the_axis_is_normalised_by_itself()
    {
        var x = Blob("x", [1, 3, 2], 0, 7, Math.Log(2), 7, Math.Log(5), 7);
        Assert.That(new LayerRun<double>(Layer(), x).Forward(),
            Is.EqualTo(new[] { 0.125, 1 / 3.0, 0.25, 1 / 3.0, 0.625, 1 / 3.0 }).Within(1e-15));
    }

    [TestCase(1e4)]
    [TestCase(-1e4)]
    public void Large_scores_neither_overflow_nor_vanish(double offset)
    {
        var row = new LayerRun<double>(Layer(), Blob("x", [1, 2], offset, offset));
        Assert.That(row.Forward(), Is.EqualTo(new[] { 0.5, 0.5 }));
        var planes = new LayerRun<double>(Layer(), Blob("x", [1, 2, 2], offset, offset, offset, 0));
        Assert.That(planes.Forward(), Is.EqualTo(offset > 0 ? [0.5, 1, 0.5, 0] : new[] { 0.5, 0, 0.5, 1 }));
    }

    [TestCase(1, 3, 4)]
    [TestCase(1, 1, 9)]
    [TestCase(1, 2, 3, 2, 3)]
    [TestCase(-1, 2, 3, 4)]
    [TestCase(0, 5)]
    public void Gradients_are_those_of_differences(int axis, params int[] shape) =>
        AssertGradients(Layer(axis), Normal<double>("x", shape));

    [TestCase(2000, 10)]
    [TestCase(20, 7, 333)]
    public void Results_are_the_same_bits_for_any_number_of_threads(params int[] shape) =>
        AssertSameBitsForAnyThreads(() => new SoftmaxLayer<float>(new()), Normal<float>("x", shape));

    [Test]
    public void An_axis_that_the_bottom_lacks_is_an_error() => Assert.That(
        () => new LayerRun<double>(Layer(axis: 2), Example), Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "layer 'tested' (Softmax): received the axis 2 for the bottom x (1×3), allowed: -2 to 1"));
}
