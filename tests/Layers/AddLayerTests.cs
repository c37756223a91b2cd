using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class AddLayerTests
{
    private static Blob<double> TwoByThree => Blob("a", [2, 3], 1, 2, 3, 4, 5, 6);

    private static LayerRun<double> Run(params Blob<double>[] bottoms) => new(new AddLayer<double>(), bottoms);

    [Test]
    public void Forward_adds_and_backward_hands_the_gradient_to_all()
    {
        var run = Run(Blob("a", [2], 1, 2), Blob("b", [2], 10, 20), Blob("c", [2], 100, 200));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 111, 222 }));
        Assert.That(run.Backward(3, 4), Is.EqualTo(new double[] { 3, 4 }));
        Assert.That(run.Bottoms[1].Diff.ToArray(), Is.EqualTo(new double[] { 3, 4 }));
        Assert.That(run.Bottoms[2].Diff.ToArray(), Is.EqualTo(new double[] { 3, 4 }));
    }

    [Test]
    public void Scalars_make_a_scalar()
    {
        var run = Run(Blob("x", Shape.Scalar, -2), Blob("y", Shape.Scalar, 5));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 3 }));
        Assert.That(run.Top.Shape, Is.EqualTo(Shape.Scalar));
        Assert.That(run.Backward(-4), Is.EqualTo(new double[] { -4 }));
    }

    // The second bottom is repeated along the axes that it lacks; its gradient is the sum over them.
    [TestCase(new int[0], new double[] { 10 }, new double[] { 11, 12, 13, 14, 15, 16 }, new double[] { 21 })]
    [TestCase(new[] { 3 }, new double[] { 10, 20, 30 },
        new double[] { 11, 22, 33, 14, 25, 36 }, new double[] { 5, 7, 9 })]
    [TestCase(new[] { 2, 1 }, new double[] { 10, 20 }, new double[] { 11, 12, 13, 24, 25, 26 }, new double[] { 6, 15 })]
    [TestCase(new[] { 1, 1, 3 }, new double[] { 0, 0, 1 }, new double[] { 1, 2, 4, 4, 5, 7 }, new double[] { 5, 7, 9 })]
    public void What_a_bottom_lacks_is_repeated_and_its_gradient_summed(int[] shape, double[] values, double[] expected,
        double[] gradient)
    {
        var run = Run(TwoByThree, Blob("b", shape, values));
        Assert.That(run.Forward(), Is.EqualTo(expected));
        Assert.That(run.Backward(1, 2, 3, 4, 5, 6), Is.EqualTo(new double[] { 1, 2, 3, 4, 5, 6 }));
        Assert.That(run.Bottoms[1].Diff.ToArray(), Is.EqualTo(gradient));
    }

    [Test]
    public void Both_may_be_repeated()
    {
        var run = Run(Blob("row", [1, 3], 1, 2, 3), Blob("column", [2, 1], 10, 20));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 11, 12, 13, 21, 22, 23 }));
        Assert.That(run.Top.Shape, Is.EqualTo(new Shape(2, 3)));
        Assert.That(run.Backward(1, 2, 3, 4, 5, 6), Is.EqualTo(new double[] { 5, 7, 9 }));
        Assert.That(run.Bottoms[1].Diff.ToArray(), Is.EqualTo(new double[] { 6, 15 }));
    }

    [Test]
    public void An_axis_in_the_middle_may_be_repeated()
    {
        var run = Run(Normal<double>("a", 2, 3, 2), Blob("b", [2, 1, 2], 1, 2, 3, 4));
        var (a, y) = (run.Bottoms[0].Data.ToArray(), run.Forward());
        double[] repeated = [1, 2, 1, 2, 1, 2, 3, 4, 3, 4, 3, 4];
        Assert.That(y, Is.EqualTo(a.Zip(repeated, (x, b) => x + b)));
        run.Backward(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
        Assert.That(run.Bottoms[1].Diff.ToArray(), Is.EqualTo(new double[] { 9, 12, 27, 30 }));
    }

    [Test]
    public void A_blob_without_elements_makes_one_without_elements() => Assert.That(
        Run(Normal<double>("a", 2, 0), Normal<double>("b", 2, 1)).Forward(), Is.Empty);

    [Test]
    public void A_bottom_that_needs_no_gradient_gets_none()
    {
        var run = Run(TwoByThree, Blob("b", Shape.Scalar, 1));
        run.Forward();
        run.Top.Diff.Fill(1);
        run.Layer.Backward(run.Tops, [false, true], run.Bottoms);
        Assert.That(run.Bottoms[0].Diff.ToArray(), Is.All.Zero);
        Assert.That(run.Bottoms[1].Diff.ToArray(), Is.EqualTo(new double[] { 6 }));
    }

    [TestCase(new int[0], new int[0])]
    [TestCase(new[] { 2, 3 }, new[] { 2, 3 })]
    [TestCase(new[] { 2, 3 }, new int[0])]
    [TestCase(new int[0], new[] { 4 })]
    [TestCase(new[] { 3 }, new[] { 2, 1, 3 })]
    [TestCase(new[] { 2, 1, 4 }, new[] { 3, 1 })]
    public void Gradients_are_those_of_differences(int[] a, int[] b) => AssertGradients(new AddLayer<double>(),
        Normal<double>("a", a), Normal<double>("b", b), Normal<double>("c", a));

    [Test]
    public void Results_are_the_same_bits_for_any_number_of_threads() => AssertSameBitsForAnyThreads(
        () => new AddLayer<float>(), Normal<float>("a", 3333), Normal<float>("b", 30, 3333));

    [Test]
    public void Shapes_that_do_not_fit_are_an_error_that_names_bottoms_and_shapes() => Assert.That(
        () => Run(TwoByThree, Normal<double>("b", 2)),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo("layer 'tested' (Add): received the bottoms a (2×3), "
            + "b (2), allowed: shapes whose extents, aligned from the last axis, are equal or 1"));

    [Test]
    public void One_bottom_is_an_error() => Assert.That(() => Run(TwoByThree),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "layer 'tested' (Add): received 1 bottom blob, allowed: 2 or more"));
}
