using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class GRULayerTests
{
    // The gates r and z have no weights and are 1/2; n = tanh(x + r·b_hn) = tanh(x + 1/2·2) = 1/2.
    private static LayerRun<double> Example()
    {
        var x = Math.Atanh(0.5) - 1;
        var run = new LayerRun<double>(new GRULayer<double>(new() { NumOutput = 1 }), Blob("x", [2, 1, 1], x, x));
        run.Layer.Parameters[0].Set([0, 0, 1]);
        run.Layer.Parameters[1].Set([0, 0, 0]);
        run.Layer.Parameters[2].Set([0, 0, 2]);
        return run;
    }

    // h_1 = 1/2·1/2 + 1/2·0, h_2 = 1/2·1/2 + 1/2·1/4.
    [Test]
    public void Forward_mixes_the_new_and_the_old_state() =>
        Assert.That(Example().Forward(), Is.EqualTo(new[] { 0.25, 0.375 }).Within(1e-15));

    // ∂(sum of n) = (1 − z)·(1 − n²)·∂h = 3/8·∂h, and ∂h_1 = z·∂h_2.
    [Test]
    public void Backward_goes_through_both()
    {
        var run = Example();
        run.Forward();
        Assert.That(run.Backward(0, 1), Is.EqualTo(new[] { 0.1875, 0.375 }).Within(1e-15));
        // r: b_hn·r·(1 − r) = 1/2 of ∂(sum of n); z: (h_before − n)·z·(1 − z)·∂h, −1/8·1/2 and −1/16·1; b_hn: r of it.
        Assert.That(run.Layer.Parameters[2].Diff.ToArray(),
            Is.EqualTo(new[] { 0.5 * 0.5625, -0.0625 - 0.0625, 0.5 * 0.5625 }).Within(1e-15));
        Assert.That(run.Layer.Parameters[3].Diff.ToArray(), Is.EqualTo(new[] { 0.5625 }).Within(1e-15));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Gradients_are_those_of_differences(bool bias) => AssertGradients(
        new GRULayer<double>(new() { NumOutput = 3, BiasTerm = bias }), Normal<double>("x", 4, 3, 2));
}
