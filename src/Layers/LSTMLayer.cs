using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="LSTMLayer{T}"/>.</summary>
public sealed record LSTMOptions : RecurrentOptions
{
    /// <summary>Whether the gates also look at the cell, each number at its own.</summary>
    public bool Peepholes { get; init; }

    /// <summary>Added to what <c>bias_filler</c> gives the forget gate. With 1 or so, a new net remembers rather than
    /// forgets (Gers, Schmidhuber and Cummins 2000).</summary>
    public double ForgetBias { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<string> Problems() => ForgetBias == 0 || BiasTerm
        ? base.Problems()
        : base.Problems().Append($"received forget_bias {ForgetBias} with bias_term false, allowed: 0");
}

/// <summary>
/// Long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000). With σ the
/// logistic sigmoid and ⊙ elementwise products:
/// <para>i, f, o = σ(W_x·x_t + W_h·h_{t−1} + b) and g = tanh(W_x·x_t + W_h·h_{t−1} + b), each with its own block of the
/// weights; c_t = f ⊙ c_{t−1} + i ⊙ g; h_t = o ⊙ tanh c_t. With <c>peepholes</c> p (3×H, Gers and Schmidhuber 2000), i
/// and f also have p_i ⊙ c_{t−1} and p_f ⊙ c_{t−1} in their sums, and o has p_o ⊙ c_t.</para>
/// <para>The blocks of the weights and biases (G = 4) are in the order i, f, g, o, as in PyTorch. Caffe's are i, f, o,
/// g: its blocks 0, 1, 3, 2. The peepholes' are in the order i, f, o. PyTorch's two biases are one here: their
/// sum.</para>
/// <para>Backward: ∂c_t = ∂h_t ⊙ o ⊙ (1 − tanh² c_t) + ∂c from the step after; ∂o = ∂h_t ⊙ tanh c_t; ∂i = ∂c_t ⊙ g; ∂f
/// = ∂c_t ⊙ c_{t−1}; ∂g = ∂c_t ⊙ i; each times the slope of its function is ∂ of its sum; ∂c_{t−1} = ∂c_t ⊙ f.</para>
/// <para>Source: Caffe's <c>LSTM</c>, which has no peepholes and one layer; PyTorch's for the rest.</para>
/// <inheritdoc cref="RecurrentLayer{T}" path="/summary/para"/>
/// </summary>
[LayerType("LSTM")]
public sealed class LSTMLayer<T>(LSTMOptions options)
    : RecurrentLayer<T>(options, new LstmCell<T>(options.NumOutput, options.Peepholes))
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private protected override Filler ExtraFiller => options.WeightFiller;

    private protected override void AdjustBias(Span<T> bias)
    {
        var forget = bias.Slice(options.NumOutput, options.NumOutput);
        TensorPrimitives.Add(forget, T.CreateTruncating(options.ForgetBias), forget);
    }
}

/// <summary>The arithmetic of <see cref="LSTMLayer{T}"/>. Keeps tanh c_t.</summary>
internal sealed class LstmCell<T>(int outputs, bool hasPeepholes) : RecurrentCell<T>(outputs)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override int Gates => 4;

    public override bool HasCell => true;

    public override bool Keeps => true;

    public override Shape? Extra { get; } = hasPeepholes ? [3, outputs] : null;

    public override void Forward(in CellStep<T> step)
    {
        var gates = step.Gates;
        var inputAndForget = gates[..(2 * Outputs)];
        var i = Gate(gates, 0);
        var f = Gate(gates, 1);
        var g = Gate(gates, 2);
        var o = Gate(gates, 3);
        var c = step.Cell;
        if (hasPeepholes)
        {
            TensorPrimitives.MultiplyAdd(Peephole(step, 0), step.CellIn, i, i);
            TensorPrimitives.MultiplyAdd(Peephole(step, 1), step.CellIn, f, f);
        }
        TensorPrimitives.Sigmoid(inputAndForget, inputAndForget);
        TensorPrimitives.Tanh(g, g);
        TensorPrimitives.Multiply(f, step.CellIn, c);
        TensorPrimitives.MultiplyAdd(i, g, c, c);
        if (hasPeepholes)
            TensorPrimitives.MultiplyAdd(Peephole(step, 2), c, o, o);
        TensorPrimitives.Sigmoid(o, o);
        TensorPrimitives.Tanh(c, step.Kept);
        TensorPrimitives.Multiply(o, step.Kept, step.Hidden);
    }

    public override void Backward(in CellStep<T> step, in CellGradient<T> gradient)
    {
        var di = Gate(gradient.Gates, 0);
        var df = Gate(gradient.Gates, 1);
        var dg = Gate(gradient.Gates, 2);
        var @do = Gate(gradient.Gates, 3);
        var dh = gradient.Hidden;
        var dc = gradient.Cell;
        TensorPrimitives.Multiply(dh, step.Kept, @do);
        Apply(new SigmoidGradient<T>(), Gate(step.Gates, 3), @do);
        TensorPrimitives.Multiply(dh, Gate(step.Gates, 3), dh);
        Apply(new TanhGradient<T>(), step.Kept, dh);
        TensorPrimitives.Add(dc, dh, dc);
        if (hasPeepholes)
            TensorPrimitives.MultiplyAdd(Peephole(step, 2), @do, dc, dc);
        TensorPrimitives.Multiply(dc, Gate(step.Gates, 2), di);
        Apply(new SigmoidGradient<T>(), Gate(step.Gates, 0), di);
        TensorPrimitives.Multiply(dc, step.CellIn, df);
        Apply(new SigmoidGradient<T>(), Gate(step.Gates, 1), df);
        TensorPrimitives.Multiply(dc, Gate(step.Gates, 0), dg);
        Apply(new TanhGradient<T>(), Gate(step.Gates, 2), dg);
        TensorPrimitives.Multiply(dc, Gate(step.Gates, 1), dc);
        if (hasPeepholes)
            BackwardThroughPeepholes(step, gradient);
        dh.Clear();
    }

    private void BackwardThroughPeepholes(in CellStep<T> step, in CellGradient<T> gradient)
    {
        var di = Gate(gradient.Gates, 0);
        var df = Gate(gradient.Gates, 1);
        TensorPrimitives.MultiplyAdd(Peephole(step, 0), di, gradient.Cell, gradient.Cell);
        TensorPrimitives.MultiplyAdd(Peephole(step, 1), df, gradient.Cell, gradient.Cell);
        var sum = gradient.Extra;
        TensorPrimitives.MultiplyAdd(di, step.CellIn, Gate(sum, 0), Gate(sum, 0));
        TensorPrimitives.MultiplyAdd(df, step.CellIn, Gate(sum, 1), Gate(sum, 1));
        // c_t once more, as the next step may have been given 0 in its place, in memory that is free by now.
        var c = gradient.Hidden;
        TensorPrimitives.Multiply(Gate(step.Gates, 1), step.CellIn, c);
        TensorPrimitives.MultiplyAdd(Gate(step.Gates, 0), Gate(step.Gates, 2), c, c);
        TensorPrimitives.MultiplyAdd(Gate(gradient.Gates, 3), c, Gate(sum, 2), Gate(sum, 2));
    }

    private ReadOnlySpan<T> Peephole(in CellStep<T> step, int index) => step.Extra.Slice(index * Outputs, Outputs);

    private static void Apply<TKernel>(TKernel kernel, ReadOnlySpan<T> y, Span<T> dy)
        where TKernel : struct, IPairKernel<T> => VectorKernel.Apply(kernel, y, dy, dy);
}
