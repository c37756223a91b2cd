using System.Text.Json.Nodes;
using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class EltwiseLayerTests
{
    private static EltwiseLayer<double> Layer(EltwiseOperation operation, OneOrMany<double>? coeff = null) =>
        new(new() { Operation = operation, Coeff = coeff });

    private static LayerRun<double> Run(EltwiseLayer<double> layer) =>
        new(layer, Blob("a", [2], 1, 5), Blob("b", [2], 3, -2));

    [TestCase(EltwiseOperation.Sum, new double[] { 4, 3 }, new double[] { 10, 20 }, new double[] { 10, 20 })]
    [TestCase(EltwiseOperation.Prod, new double[] { 3, -10 }, new double[] { 30, -40 }, new double[] { 10, 100 })]
    [TestCase(EltwiseOperation.Max, new double[] { 3, 5 }, new double[] { 0, 20 }, new double[] { 10, 0 })]
    public void Bottoms_are_combined_and_get_their_gradients(EltwiseOperation operation, double[] expected,
        double[] first, double[] second)
    {
        var run = Run(Layer(operation));
        Assert.That(run.Forward(), Is.EqualTo(expected));
        Assert.That(run.Backward(10, 20), Is.EqualTo(first));
        Assert.That(run.Bottoms[1].Diff.ToArray(), Is.EqualTo(second));
    }

    [Test]
    public void A_sum_has_coefficients()
    {
        var run = Run(Layer(EltwiseOperation.Sum, [2, -1]));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { -1, 12 }));
        Assert.That(run.Backward(10, 20), Is.EqualTo(new double[] { 20, 40 }));
        Assert.That(run.Bottoms[1].Diff.ToArray(), Is.EqualTo(new double[] { -10, -20 }));
    }

    [Test]
    public void The_operation_is_a_sum_by_default() => Assert.That(new LayerRun<double>(
        LayerRegistry.Create<double>("Eltwise", new() { ["coeff"] = new JsonArray(1, 1, 0.5) }),
        Blob("a", Shape.Scalar, 1), Blob("b", Shape.Scalar, 2), Blob("c", Shape.Scalar, 4)).Forward(),
        Is.EqualTo(new double[] { 5 }));

    [Test]
    public void Gradients_are_those_of_differences([Values] EltwiseOperation operation)
    {
        foreach (var shape in (int[][])[[], [7], [2, 3]])
            AssertGradients(Layer(operation, operation == EltwiseOperation.Sum ? [1, -2, 0.5] : null),
                Normal<double>("a", shape), Normal<double>("b", shape), Normal<double>("c", shape));
    }

    [Test]
    public void Results_are_the_same_bits_for_any_number_of_threads() => AssertSameBitsForAnyThreads(
        () => new EltwiseLayer<float>(new() { Coeff = [0.3, 0.7] }), Normal<float>("a", 50_001),
        Normal<float>("b", 50_001));

    [Test]
    public void Shapes_that_differ_are_an_error() => Assert.That(
        () => new LayerRun<double>(Layer(EltwiseOperation.Sum), Normal<double>("a", 2, 3), Normal<double>("b", 3)),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "layer 'tested' (Eltwise): received the bottoms a (2×3), b (3), allowed: bottoms of one shape"));

    [Test]
    public void Other_numbers_of_coefficients_are_an_error() => Assert.That(
        () => Run(Layer(EltwiseOperation.Sum, [1, 2, 3])), Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "layer 'tested' (Eltwise): received 3 coefficients in coeff, allowed: 2, one a bottom"));

    [Test]
    public void Coefficients_of_a_product_are_an_error() => Assert.That(
        () => LayerRegistry.Create<double>("Eltwise", new() { ["operation"] = "prod", ["coeff"] = 2 }),
        Throws.TypeOf<ConfigException>().With.Message.Contains(
            "member 'coeff': received 1 for the operation prod, allowed: with the operation sum alone"));
}
