using NeuralFramework.Layers;
using NUnit.Framework;
using static NeuralFramework.Tests.LayerRun;

namespace NeuralFramework.Tests;

public class LSTMLayerTests
{
    // tanh of it is 1/2.
    private static readonly double HalfSquashed = Math.Atanh(0.5);

    // The gates i, f and o have no weights and are 1/2; g = tanh x = 1/2.
    private static LayerRun<double> Example(LSTMOptions? options = null)
    {
        var run = new LayerRun<double>(new LSTMLayer<double>(options ?? new() { NumOutput = 1 }),
            Blob("x", [2, 1, 1], HalfSquashed, HalfSquashed));
        run.Layer.Parameters[0].Set([0, 0, 1, 0]);
        run.Layer.Parameters[1].Set([0, 0, 0, 0]);
        return run;
    }

    // c_1 = 1/2·0 + 1/2·1/2 = 1/4, c_2 = 1/2·1/4 + 1/4 = 3/8, h = 1/2·tanh c.
    [Test]
    public void Forward_keeps_a_part_of_the_cell_and_adds_a_part_of_the_input() => Assert.That(Example().Forward(),
        Is.EqualTo(new[] { 0.5 * Math.Tanh(0.25), 0.5 * Math.Tanh(0.375) }).Within(1e-15));

    // ∂c_2 = 1/2·(1 − h²·4), ∂c_1 = f·∂c_2, and ∂x = i·(1 − g²)·∂c = 3/8·∂c. For the gate o: tanh c_2·o·(1 − o).
    [Test]
    public void Backward_goes_through_the_cell()
    {
        var run = Example();
        run.Forward();
        var dc = 0.5 * (1 - Math.Pow(Math.Tanh(0.375), 2));
        Assert.That(run.Backward(0, 1), Is.EqualTo(new[] { 0.375 * 0.5 * dc, 0.375 * dc }).Within(1e-15));
        // i: g·i·(1 − i) = 1/8 of both; f: c_1·f·(1 − f) = 1/16 of the second; g: 3/8 of both.
        Assert.That(run.Layer.Parameters[2].Diff.ToArray(), Is.EqualTo(new[]
        {
            0.125 * 1.5 * dc, 0.0625 * dc, 0.375 * 1.5 * dc, 0.25 * Math.Tanh(0.375),
        }).Within(1e-15));
    }

    // With p_i = 0, p_f = 4, p_o = 0 the second step has f = σ(4·1/4).
    [Test]
    public void A_peephole_lets_a_gate_see_the_cell()
    {
        var run = Example(new() { NumOutput = 1, Peepholes = true });
        run.Layer.Parameters[3].Set([0, 4, 0]);
        var f = 1 / (1 + Math.Exp(-1));
        Assert.That(run.Forward()[1], Is.EqualTo(0.5 * Math.Tanh(f * 0.25 + 0.25)).Within(1e-15));
        Assert.That(run.Layer.Parameters[3].Shape, Is.EqualTo(new Shape(3, 1)));
    }

    [Test]
    public void The_forget_bias_is_added_to_the_second_block_alone()
    {
        var run = new LayerRun<double>(new LSTMLayer<double>(new()
        {
            NumOutput = 2, ForgetBias = 1, BiasFiller = new ConstantFiller { Value = 0.5 },
        }), Blob("x", [2, 1, 1], 1, 2));
        Assert.That(run.Layer.Parameters[2].Data.ToArray(),
            Is.EqualTo(new[] { 0.5, 0.5, 1.5, 1.5, 0.5, 0.5, 0.5, 0.5 }));
    }

    [Test]
    public void A_forget_bias_without_biases_is_an_error() => Assert.That(
        () => LayerRegistry.Create<double>("LSTM", new() { ["num_output"] = 1, ["bias_term"] = false,
            ["forget_bias"] = 1 }),
        Throws.TypeOf<ConfigException>().With.Message.Contains(
            "received forget_bias 1 with bias_term false, allowed: 0"));

    [TestCase(false, true)]
    [TestCase(true, true)]
    [TestCase(true, false)]
    public void Gradients_are_those_of_differences(bool peepholes, bool bias) => AssertGradients(
        new LSTMLayer<double>(new() { NumOutput = 3, Peepholes = peepholes, BiasTerm = bias }),
        Normal<double>("x", 4, 3, 2));

    // The gradient of p_o needs c_t, which the sequence that starts at step 2 does not get.
    [Test]
    public void Gradients_of_peepholes_are_those_of_differences_where_sequences_start() => AssertGradients(
        new LSTMLayer<double>(new() { NumOutput = 3, Peepholes = true }), Normal<double>("x", 3, 2, 2),
        Blob("cont", [3, 2], 0, 0, 1, 1, 0, 1));
}
