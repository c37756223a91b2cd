using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class MatMulLayerTests
{
    private static MatMulLayer<double> Layer(bool transposeA = false, bool transposeB = false) =>
        new(new() { TransposeA = transposeA, TransposeB = transposeB });

    // The notes' W·x with W of 2×2: (0.1·0.2 + 0.5·0.4, −0.3·0.2 + 0.8·0.4). With the gradient 2·W·x, as of ‖W·x‖².
    [Test]
    public void A_matrix_times_a_vector_has_the_notes_numbers()
    {
        var run = new LayerRun<double>(Layer(), Blob("W", [2, 2], 0.1, 0.5, -0.3, 0.8), Blob("x", [2], 0.2, 0.4));
        Assert.That(run.Forward(), Is.EqualTo(new[] { 0.22, 0.26 }).Within(1e-15));
        Assert.That(run.Top.Shape, Is.EqualTo(new Shape(2)));
        Assert.That(run.Backward(0.44, 0.52), Is.EqualTo(new[] { 0.088, 0.176, 0.104, 0.208 }).Within(1e-15));
        Assert.That(run.Bottoms[1].Diff.ToArray(), Is.EqualTo(new[] { -0.112, 0.636 }).Within(1e-15));
    }

    [TestCase(false, false, new[] { 2, 3 }, new double[] { 1, 2, 3, 4, 5, 6 }, new[] { 3, 1 })]
    [TestCase(true, false, new[] { 3, 2 }, new double[] { 1, 4, 2, 5, 3, 6 }, new[] { 3, 1 })]
    [TestCase(false, true, new[] { 2, 3 }, new double[] { 1, 2, 3, 4, 5, 6 }, new[] { 1, 3 })]
    [TestCase(true, true, new[] { 3, 2 }, new double[] { 1, 4, 2, 5, 3, 6 }, new[] { 1, 3 })]
    public void Transposed_factors_give_the_same_product(bool transposeA, bool transposeB, int[] a, double[] values,
        int[] b)
    {
        var run = new LayerRun<double>(Layer(transposeA, transposeB), Blob("a", a, values), Blob("b", b, 1, 10, 100));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 321, 654 }));
        Assert.That(run.Top.Shape, Is.EqualTo(new Shape(2, 1)));
        run.Backward(1, 2);
        Assert.That(run.Bottoms[1].Diff.ToArray(), Is.EqualTo(new double[] { 9, 12, 15 }));
    }

    [TestCase(new[] { 3 }, new[] { 3, 2 }, new[] { 2 })]
    [TestCase(new[] { 2, 3 }, new[] { 3 }, new[] { 2 })]
    [TestCase(new[] { 3 }, new[] { 3 }, new int[0])]
    [TestCase(new[] { 4, 2, 3 }, new[] { 4, 3, 5 }, new[] { 4, 2, 5 })]
    public void A_vector_loses_its_axis_and_stacks_keep_theirs(int[] a, int[] b, int[] top) => Assert.That(
        new LayerRun<double>(Layer(), Normal<double>("a", a), Normal<double>("b", b)).Top.Shape,
        Is.EqualTo(new Shape(top)));

    [Test]
    public void A_bottom_that_needs_no_gradient_gets_none()
    {
        var run = new LayerRun<double>(Layer(), Blob("a", [1], 2), Blob("b", [1], 3));
        run.Forward();
        run.Top.Diff[0] = 1;
        run.Layer.Backward(run.Tops, [true, false], run.Bottoms);
        Assert.That(run.Bottoms[0].Diff[0], Is.EqualTo(3));
        Assert.That(run.Bottoms[1].Diff[0], Is.Zero);
    }

    [TestCase(false, false, new[] { 2, 3 }, new[] { 3, 4 })]
    [TestCase(true, false, new[] { 3, 2 }, new[] { 3, 4 })]
    [TestCase(false, true, new[] { 2, 3 }, new[] { 4, 3 })]
    [TestCase(true, true, new[] { 3, 2 }, new[] { 4, 3 })]
    [TestCase(true, true, new[] { 2, 3, 2 }, new[] { 2, 4, 3 })]
    [TestCase(false, false, new[] { 3 }, new[] { 3, 4 })]
    [TestCase(false, true, new[] { 3 }, new[] { 4, 3 })]
    [TestCase(true, false, new[] { 3, 2 }, new[] { 3 })]
    [TestCase(false, false, new[] { 3 }, new[] { 3 })]
    public void Gradients_are_those_of_differences(bool transposeA, bool transposeB, int[] a, int[] b) =>
        AssertGradients(Layer(transposeA, transposeB), Normal<double>("a", a), Normal<double>("b", b));

    [TestCase(new[] { 2, 3 }, new[] { 2, 3 },
        "a (2×3) and b (2×3), allowed: a second factor of 3 rows, the columns of the first; it has 2")]
    [TestCase(new[] { 2, 3 }, new int[0],
        "a (2×3) and b (scalar), allowed: two matrices, or stacks of as many, or vectors")]
    [TestCase(new[] { 5, 2, 3 }, new[] { 4, 3, 2 },
        "a (5×2×3) and b (4×3×2), allowed: two matrices, or stacks of as many, or vectors")]
    public void Shapes_that_do_not_fit_are_an_error(int[] a, int[] b, string message) => Assert.That(
        () => new LayerRun<double>(Layer(), Normal<double>("a", a), Normal<double>("b", b)),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            $"layer 'tested' (MatMul): received the bottoms {message}"));

    [Test]
    public void A_vector_to_be_transposed_is_an_error() => Assert.That(
        () => new LayerRun<double>(Layer(transposeB: true), Normal<double>("a", 2, 3), Normal<double>("b", 3)),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo("layer 'tested' (MatMul): received transpose_b for the "
            + "bottom b (3), allowed: a matrix, where it is transposed"));
}
