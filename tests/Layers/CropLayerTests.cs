using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class CropLayerTests
{
    private static Blob<double> ThreeByThree => Blob("x", [1, 1, 3, 3], 1, 2, 3, 4, 5, 6, 7, 8, 9);

    private static LayerRun<double> Run(CropOptions options, Blob<double>? x = null, Blob<double>? reference = null) =>
        new(new CropLayer<double>(options), x ?? ThreeByThree, reference ?? Normal<double>("ref", 1, 1, 2, 2));

    [TestCase(new[] { 0 }, new double[] { 1, 2, 4, 5 }, new double[] { 1, 2, 0, 3, 4, 0, 0, 0, 0 })]
    [TestCase(new[] { 1 }, new double[] { 5, 6, 8, 9 }, new double[] { 0, 0, 0, 0, 1, 2, 0, 3, 4 })]
    [TestCase(new[] { 0, 1 }, new double[] { 2, 3, 5, 6 }, new double[] { 0, 1, 2, 0, 3, 4, 0, 0, 0 })]
    public void The_top_is_the_part_at_the_offset_of_the_extents_of_the_reference(int[] offset, double[] values,
        double[] gradient)
    {
        var run = Run(new() { Offset = offset });
        Assert.That(run.Forward(), Is.EqualTo(values));
        Assert.That(run.Top.Shape, Is.EqualTo(new Shape(1, 1, 2, 2)));
        Assert.That(run.Backward(1, 2, 3, 4), Is.EqualTo(gradient));
    }

    // Axis 1 has three channels of which the last two are taken; axis 0 stays.
    [Test]
    public void Axes_from_the_given_one_on_are_cropped()
    {
        var run = Run(new() { Axis = -2, Offset = [1, 0] }, Blob("x", [2, 3, 2], 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12),
            Normal<double>("ref", 7, 2, 1));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 3, 5, 9, 11 }));
        Assert.That(run.Top.Shape, Is.EqualTo(new Shape(2, 2, 1)));
    }

    [Test]
    public void Nothing_flows_to_the_reference() => Assert.That(new CropLayer<double>(new()).PropagatesTo(1), Is.False);

    [TestCase(2, new[] { 1 }, new[] { 2, 3, 4, 5 }, new[] { 1, 1, 2, 3 })]
    [TestCase(1, new[] { 0, 2 }, new[] { 3, 4, 6 }, new[] { 9, 4, 3 })]
    [TestCase(0, new[] { 2 }, new[] { 7 }, new[] { 5 })]
    public void Gradients_are_those_of_differences(int axis, int[] offset, int[] shape, int[] reference) =>
        AssertGradients(new CropLayer<double>(new() { Axis = axis, Offset = offset }), Normal<double>("x", shape),
            Normal<double>("ref", reference));

    [Test]
    public void Results_are_the_same_bits_for_any_number_of_threads() => AssertSameBitsForAnyThreads(
        () => new CropLayer<float>(new() { Offset = 2 }), Normal<float>("x", 10, 5, 40, 40),
        Normal<float>("ref", 1, 1, 33, 37));

    [TestCase(new[] { 2 }, new[] { 1, 1, 2, 2 }, "received the bottoms x (1×1×3×3) and ref (1×1×2×2) with the offset 2 "
        + "along axis 2, allowed: an offset of at most 1 there")]
    [TestCase(new[] { 0 }, new[] { 1, 1, 2, 4 }, "received the bottoms x (1×1×3×3) and ref (1×1×2×4) with the offset 0 "
        + "along axis 3, allowed: a reference of at most 3 there")]
    [TestCase(new[] { 1, 1, 1 }, new[] { 1, 1, 2, 2 }, "received 3 values of offset for the bottom x (1×1×3×3), "
        + "allowed: 1, or 2, one for each axis from axis 2 on")]
    [TestCase(new[] { 0 }, new[] { 2, 2 },
        "received the bottoms x (1×1×3×3) and ref (2×2), allowed: two with the same number of axes")]
    public void A_part_that_is_not_there_is_an_error(int[] offset, int[] reference, string message) => Assert.That(
        () => Run(new() { Offset = offset }, reference: Normal<double>("ref", reference)),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo($"layer 'tested' (Crop): {message}"));
}
