using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>What a simple recurrent net makes of its sums.</summary>
public enum RNNNonlinearity
{
    /// <summary>tanh x.</summary>
    Tanh,

    /// <summary>max(0, x).</summary>
    Relu,

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    Sigmoid,
}

/// <summary>The options of <see cref="RNNLayer{T}"/>.</summary>
public sealed record RNNOptions : RecurrentOptions
{
    /// <summary>The function f, which makes the state of the sums.</summary>
    public RNNNonlinearity Nonlinearity { get; init; }
}

/// <summary>
/// A simple recurrent net (Elman 1990): h_t = f(W_x·x_t + W_h·h_{t−1} + b), one gate (G = 1).
/// <para>Backward, with δ_t = f′ ⊙ (∂L/∂h_t + W_hᵀ·δ_{t+1}): ∂L/∂x_t = W_xᵀ·δ_t; ∂L/∂W_x += Σ_t δ_t·x_tᵀ; ∂L/∂W_h +=
/// Σ_t δ_t·h_{t−1}ᵀ; ∂L/∂b += Σ_t δ_t.</para>
/// <para>Source: PyTorch's <c>RNN</c>, whose two biases are one here: their sum. Caffe's <c>RNN</c> has a second
/// product behind, o_t = tanh(W_o·h_t + b_o): put <c>InnerProduct</c> with <c>axis</c> 2 and <c>TanH</c> behind this
/// layer for it.</para>
/// <inheritdoc cref="RecurrentLayer{T}" path="/summary/para"/>
/// </summary>
[LayerType("RNN")]
public sealed class RNNLayer<T>(RNNOptions options)
    : RecurrentLayer<T>(options, new RnnCell<T>(options.NumOutput, options.Nonlinearity))
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;

/// <summary>The arithmetic of <see cref="RNNLayer{T}"/>. Its gate is h itself.</summary>
internal sealed class RnnCell<T>(int outputs, RNNNonlinearity nonlinearity) : RecurrentCell<T>(outputs)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override int Gates => 1;

    public override void Forward(in CellStep<T> step)
    {
        var h = step.Gates;
        switch (nonlinearity)
        {
            case RNNNonlinearity.Tanh:
                TensorPrimitives.Tanh(h, h);
                break;
            case RNNNonlinearity.Relu:
                TensorPrimitives.Max(h, T.Zero, h);
                break;
            default:
                TensorPrimitives.Sigmoid(h, h);
                break;
        }
        h.CopyTo(step.Hidden);
    }

    public override void Backward(in CellStep<T> step, in CellGradient<T> gradient)
    {
        switch (nonlinearity)
        {
            case RNNNonlinearity.Tanh:
                VectorKernel.Apply(new TanhGradient<T>(), step.Gates, gradient.Hidden, gradient.Gates);
                break;
            case RNNNonlinearity.Relu:
                VectorKernel.Apply(new ReluGradient<T>(), step.Gates, gradient.Hidden, gradient.Gates);
                break;
            default:
                VectorKernel.Apply(new SigmoidGradient<T>(), step.Gates, gradient.Hidden, gradient.Gates);
                break;
        }
        gradient.Hidden.Clear();
    }
}
