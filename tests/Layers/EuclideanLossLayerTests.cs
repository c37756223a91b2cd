using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class EuclideanLossLayerTests
{
    // Differences 1, 0, −2, 3; their squares sum to 14.
    private static LayerRun<double> Example => new(new EuclideanLossLayer<double>(),
        Blob("a", [2, 2], 1, 2, 3, 4), Blob("b", [2, 2], 0, 2, 5, 1));

    [Test]
    public void Forward_is_half_the_mean_of_the_squared_distances()
    {
        var run = Example;
        Assert.That(run.Forward(), Is.EqualTo(new[] { 14 / 4.0 }));
        Assert.That(run.Top.Shape, Is.EqualTo(Shape.Scalar));
    }

    [Test]
    public void Backward_is_the_difference_over_the_samples_times_the_loss_weight_to_both_bottoms()
    {
        var run = Example;
        run.Forward();
        Assert.That(run.Backward(3), Is.EqualTo(new[] { 1.5, 0, -3, 4.5 }));
        Assert.That(run.Bottoms[1].Diff.ToArray(), Is.EqualTo(new[] { -1.5, 0, 3, -4.5 }));
    }

    [Test]
    public void A_bottom_that_needs_no_gradient_gets_none()
    {
        var run = Example;
        run.Forward();
        run.Top.Diff[0] = 1;
        run.Layer.Backward(run.Tops, [true, false], run.Bottoms);
        Assert.That(run.Bottoms[0].Diff.ToArray(), Is.Not.All.Zero);
        Assert.That(run.Bottoms[1].Diff.ToArray(), Is.All.Zero);
    }

    [TestCase(3, 4)]
    [TestCase(5)]
    [TestCase(2, 3, 2, 3)]
    public void Gradients_are_those_of_differences(params int[] shape) =>
        AssertGradients(new EuclideanLossLayer<double>(), Normal<double>("a", shape), Normal<double>("b", shape));

    [Test]
    public void Results_are_the_same_bits_for_any_number_of_threads() => AssertSameBitsForAnyThreads(
        () => new EuclideanLossLayer<float>(), Normal<float>("a", 30, 3333), Normal<float>("b", 30, 3333));

    [Test]
    public void Other_numbers_of_elements_are_an_error_that_names_both_shapes() => Assert.That(
        () => new LayerRun<double>(new EuclideanLossLayer<double>(), Normal<double>("a", 2, 3),
            Normal<double>("b", 3, 2)),
        Throws.TypeOf<ShapeException>()
            .With.Message.EqualTo("layer 'tested' (EuclideanLoss): received the bottoms a (2×3) and "
            + "b (3×2), allowed: two with the same first extent and the same number of elements"));
}
