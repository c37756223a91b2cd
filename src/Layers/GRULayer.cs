using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="GRULayer{T}"/>.</summary>
public sealed record GRUOptions : RecurrentOptions;

/// <summary>
/// Gated recurrent unit (Cho et al. 2014), with the reset behind the recurrent product. With σ the logistic sigmoid and
/// ⊙ elementwise products:
/// <para>r, z = σ(W_x·x_t + W_h·h_{t−1} + b), each with its own block of the weights; n = tanh(W_xn·x_t + b_xn + r ⊙
/// (W_hn·h_{t−1} + b_hn)); h_t = (1 − z) ⊙ n + z ⊙ h_{t−1}.</para>
/// <para>The blocks of the weights (G = 3) are in the order r, z, n, as in PyTorch. The bias of G·H is b_r, b_z, b_hn,
/// added to the recurrent product; the parameter behind it is b_xn, of H. PyTorch has two biases of 3·H each: b_r and
/// b_z are the sums of its two, b_xn is the last block of its bias_ih, b_hn that of its bias_hh.</para>
/// <para>Cho's formula resets in front of the product, n = tanh(W_xn·x_t + W_hn·(r ⊙ h_{t−1}) + b), which would need a
/// product more at every step. That here is the one of cuDNN and PyTorch. Caffe has no GRU.</para>
/// <para>Backward: ∂z = ∂h_t ⊙ (h_{t−1} − n); ∂n = ∂h_t ⊙ (1 − z); ∂r = ∂(sum of n) ⊙ (W_hn·h_{t−1} + b_hn); each times
/// the slope of its function is ∂ of its sum; the recurrent product of n has r ⊙ ∂(sum of n); besides through W_h,
/// ∂h_{t−1} has z ⊙ ∂h_t.</para>
/// <para>Source: PyTorch's <c>GRU</c>.</para>
/// <inheritdoc cref="RecurrentLayer{T}" path="/summary/para"/>
/// </summary>
[LayerType("GRU")]
public sealed class GRULayer<T>(GRUOptions options)
    : RecurrentLayer<T>(options, new GruCell<T>(options.NumOutput, options.BiasTerm))
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;

/// <summary>The arithmetic of <see cref="GRULayer{T}"/>. Keeps W_hn·h_{t−1} + b_hn.</summary>
internal sealed class GruCell<T>(int outputs, bool hasBias) : RecurrentCell<T>(outputs)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override int Gates => 3;

    public override bool Keeps => true;

    public override bool IsRecurrentApart => true;

    public override Shape? Extra { get; } = hasBias ? [outputs] : null;

    public override void Forward(in CellStep<T> step)
    {
        var resetAndUpdate = step.Gates[..(2 * Outputs)];
        var r = Gate(step.Gates, 0);
        var z = Gate(step.Gates, 1);
        var n = Gate(step.Gates, 2);
        TensorPrimitives.Add(resetAndUpdate, step.Recurrent[..(2 * Outputs)], resetAndUpdate);
        TensorPrimitives.Sigmoid(resetAndUpdate, resetAndUpdate);
        step.Recurrent[(2 * Outputs)..].CopyTo(step.Kept);
        TensorPrimitives.MultiplyAdd(r, step.Kept, n, n);
        if (hasBias)
            TensorPrimitives.Add(n, step.Extra, n);
        TensorPrimitives.Tanh(n, n);
        TensorPrimitives.Subtract(step.HiddenIn, n, step.Hidden);
        TensorPrimitives.MultiplyAdd(z, step.Hidden, n, step.Hidden);
    }

    public override void Backward(in CellStep<T> step, in CellGradient<T> gradient)
    {
        var r = Gate(step.Gates, 0);
        var z = Gate(step.Gates, 1);
        var n = Gate(step.Gates, 2);
        var dr = Gate(gradient.Gates, 0);
        var dz = Gate(gradient.Gates, 1);
        var dn = Gate(gradient.Gates, 2);
        var dh = gradient.Hidden;
        TensorPrimitives.Subtract(step.HiddenIn, n, dz);
        TensorPrimitives.Multiply(dz, dh, dz);
        VectorKernel.Apply(new SigmoidGradient<T>(), z, dz, dz);
        // dn = dh − z ⊙ dh, and z ⊙ dh is what stays for the step before.
        dh.CopyTo(dn);
        TensorPrimitives.Multiply(dh, z, dh);
        TensorPrimitives.Subtract(dn, dh, dn);
        VectorKernel.Apply(new TanhGradient<T>(), n, dn, dn);
        TensorPrimitives.Multiply(dn, step.Kept, dr);
        VectorKernel.Apply(new SigmoidGradient<T>(), r, dr, dr);
        gradient.Gates[..(2 * Outputs)].CopyTo(gradient.Recurrent);
        TensorPrimitives.Multiply(dn, r, Gate(gradient.Recurrent, 2));
        if (hasBias)
            TensorPrimitives.Add(gradient.Extra, dn, gradient.Extra);
    }
}
