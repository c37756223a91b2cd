using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class MultiplyLayerTests
{
    private static LayerRun<double> Run(params Blob<double>[] bottoms) => new(new MultiplyLayer<double>(), bottoms);

    // The notes' f = q·z with q = 3, z = −4.
    [Test]
    public void Forward_multiplies_and_backward_gives_each_the_gradient_times_the_other()
    {
        var run = Run(Blob("q", Shape.Scalar, 3), Blob("z", Shape.Scalar, -4));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { -12 }));
        Assert.That(run.Backward(1), Is.EqualTo(new double[] { -4 }));
        Assert.That(run.Bottoms[1].Diff.ToArray(), Is.EqualTo(new double[] { 3 }));
    }

    [Test]
    public void A_factor_of_0_gets_the_product_of_the_others()
    {
        var run = Run(Blob("a", [2], 0, 2), Blob("b", [2], 3, 0), Blob("c", [2], 5, 0));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 0, 0 }));
        Assert.That(run.Backward(1, 10), Is.EqualTo(new double[] { 15, 0 }));
        Assert.That(run.Bottoms[1].Diff.ToArray(), Is.EqualTo(new double[] { 0, 0 }));
        Assert.That(run.Bottoms[2].Diff.ToArray(), Is.EqualTo(new double[] { 0, 0 }));
    }

    [Test]
    public void A_scalar_gets_the_sum_of_its_gradients()
    {
        var run = Run(Blob("s", Shape.Scalar, 2), Blob("x", [3], 1, 2, 3));
        Assert.That(run.Forward(), Is.EqualTo(new double[] { 2, 4, 6 }));
        Assert.That(run.Backward(1, 1, 10), Is.EqualTo(new double[] { 33 }));
        Assert.That(run.Bottoms[1].Diff.ToArray(), Is.EqualTo(new double[] { 2, 2, 20 }));
    }

    [TestCase("""{ "name": "x", "type": "Constant", "values": 3 }""", new[] { 9.0 }, new[] { 6.0 })]
    [TestCase("""{ "name": "x", "type": "Constant", "values": [3, -1] }""", new[] { 9.0, 1 }, new[] { 6.0, -2 })]
    public void A_blob_times_itself_is_its_square(string x, double[] square, double[] gradient)
    {
        var net = NetJson.Net(x, """{ "name": "y", "type": "Multiply", "bottom": ["x", "x"] }""");
        net.ForceBackward = true;
        net.Forward();
        net.Blobs["y"].Diff.Fill(1);
        net.Backward();
        Assert.That(net.Blobs["y"].Data.ToArray(), Is.EqualTo(square));
        Assert.That(net.Blobs["x"].Diff.ToArray(), Is.EqualTo(gradient));
    }

    // The notes' circuit: f(x, y, z) = (x + y)·z at (−2, 5, −4).
    [Test]
    public void The_first_circuit_of_the_notes_has_their_numbers()
    {
        var net = NetJson.Net("""{ "name": "x", "type": "Constant", "values": -2 }""",
            """{ "name": "y", "type": "Constant", "values": 5 }""",
            """{ "name": "z", "type": "Constant", "values": -4 }""",
            """{ "name": "q", "type": "Add", "bottom": ["x", "y"] }""",
            """{ "name": "f", "type": "Multiply", "bottom": ["q", "z"], "loss_weight": 1 }""");
        net.ForceBackward = true;
        Assert.That(net.Forward(), Is.EqualTo(-12));
        net.Backward();
        Assert.That(new[] { "x", "y", "z", "q" }.Select(name => net.Blobs[name].Diff[0]),
            Is.EqualTo(new double[] { -4, -4, 3, -4 }));
    }

    [TestCase(new int[0], new int[0])]
    [TestCase(new[] { 2, 3 }, new[] { 2, 3 })]
    [TestCase(new[] { 2, 3 }, new int[0])]
    [TestCase(new[] { 3 }, new[] { 2, 1, 3 })]
    [TestCase(new[] { 2, 1, 4 }, new[] { 3, 1 })]
    public void Gradients_are_those_of_differences(int[] a, int[] b) => AssertGradients(new MultiplyLayer<double>(),
        Normal<double>("a", a), Normal<double>("b", b), Normal<double>("c", a));

    [Test]
    public void Results_are_the_same_bits_for_any_number_of_threads() => AssertSameBitsForAnyThreads(
        () => new MultiplyLayer<float>(), Normal<float>("a", 3333), Normal<float>("b", 30, 3333));

    [Test]
    public void Shapes_that_do_not_fit_are_an_error() => Assert.That(
        () => Run(Normal<double>("a", 2, 3), Normal<double>("b", 3), Normal<double>("c", 4)),
        Throws.TypeOf<ShapeException>().With.Message.StartsWith(
            "layer 'tested' (Multiply): received the bottoms a (2×3), b (3), c (4), allowed: "));
}
