using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class ReductionLayerTests
{
    private static Blob<double> TwoByThree => Blob("x", [2, 3], 1, -2, 3, 0, 5, -6);

    private static ReductionLayer<double> Layer(ReductionOperation operation, int axis = 0, double coeff = 1) =>
        new(new() { Operation = operation, Axis = axis, Coeff = coeff });

    [TestCase(ReductionOperation.Sum, 1, new double[] { 20, -10 }, new double[] { 10, 10, 10, 100, 100, 100 })]
    [TestCase(ReductionOperation.Asum, 1, new double[] { 60, 110 }, new double[] { 10, -10, 10, 0, 100, -100 })]
    [TestCase(ReductionOperation.Sumsq, 1, new double[] { 140, 610 }, new double[] { 20, -40, 60, 0, 1000, -1200 })]
    [TestCase(ReductionOperation.Mean, -1, new[] { 20 / 3.0, -10 / 3.0 },
        new[] { 10 / 3.0, 10 / 3.0, 10 / 3.0, 100 / 3.0, 100 / 3.0, 100 / 3.0 })]
    public void Rows_are_reduced_and_multiplied_by_the_coefficient(ReductionOperation operation, int axis,
        double[] expected, double[] gradient)
    {
        var run = new LayerRun<double>(Layer(operation, axis, 10), TwoByThree);
        Assert.That(run.Forward(), Is.EqualTo(expected).Within(1e-14));
        Assert.That(run.Top.Shape, Is.EqualTo(new Shape(2)));
        Assert.That(run.Backward(1, 10), Is.EqualTo(gradient).Within(1e-13));
    }

    [TestCase(ReductionOperation.Sum, 1)]
    [TestCase(ReductionOperation.Asum, 17)]
    [TestCase(ReductionOperation.Sumsq, 75)]
    [TestCase(ReductionOperation.Mean, 1 / 6.0)]
    public void From_the_first_axis_on_all_becomes_a_scalar(ReductionOperation operation, double expected)
    {
        var run = new LayerRun<double>(Layer(operation), TwoByThree);
        Assert.That(run.Forward(), Is.EqualTo(new[] { expected }).Within(1e-15));
        Assert.That(run.Top.Shape, Is.EqualTo(Shape.Scalar));
    }

    [Test]
    public void Gradients_are_those_of_differences([Values] ReductionOperation operation)
    {
        AssertGradients(Layer(operation), Normal<double>("x"));
        AssertGradients(Layer(operation), Normal<double>("x", 7));
        AssertGradients(Layer(operation, 1, 0.5), Normal<double>("x", 3, 4));
        AssertGradients(Layer(operation, 2, -2), Normal<double>("x", 2, 3, 2, 2));
    }

    [Test]
    public void Results_are_the_same_bits_for_any_number_of_threads() => AssertSameBitsForAnyThreads(
        () => new ReductionLayer<float>(new() { Axis = 1, Operation = ReductionOperation.Sumsq }),
        Normal<float>("x", 30, 3333));

    [Test]
    public void An_axis_that_is_not_there_is_an_error() => Assert.That(
        () => new LayerRun<double>(Layer(ReductionOperation.Sum, 2), TwoByThree),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "layer 'tested' (Reduction): received the axis 2 for the bottom x (2×3), allowed: -2 to 1"));
}
