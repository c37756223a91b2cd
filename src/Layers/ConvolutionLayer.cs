using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="ConvolutionLayer{T}"/>.</summary>
public sealed record ConvolutionOptions : ConvolutionBaseOptions;

/// <summary>
/// Convolution (strictly, correlation: the kernel is not turned around) of images:
/// y[n, m, i, j] = b[m] + Σ over c, u, v of W[m, c, u, v] · x[n, c, i', j'] with i' = i·stride − pad + u·dilation and
/// j' = j·stride − pad + v·dilation, where c are the channels of m's group and x is 0 outside of the image.
/// <para>Bottom: N×C×H×W. Top: N×num_output×H'×W' with
/// H' = ⌊(H + 2·pad − (dilation·(kernel_size − 1) + 1)) / stride⌋ + 1, and W' likewise. Parameters: W of
/// num_output×(C/group)×kh×kw, b of num_output.</para>
/// <para>Backward: ∂L/∂x is the transposed convolution of ∂L/∂y, W's elements put back where they were taken; ∂L/∂W +=
/// Σ over n, i, j of ∂L/∂y · x at the same places; ∂L/∂b += Σ over n, i, j of ∂L/∂y.</para>
/// <para>Source: Caffe's <c>Convolution</c>. It differs in the default of <c>weight_filler</c>.</para>
/// </summary>
[LayerType("Convolution")]
public sealed class ConvolutionLayer<T>(ConvolutionOptions options) : ConvolutionBase<T>(options, isTransposed: false)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top) =>
        Kernel.ToMaps(bottom[0].Data, Weights.Data, BiasData, top[0].Data);

    /// <inheritdoc/>
    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        if (Weights.NeedsGradient)
            Kernel.AddWeightGradient(bottom[0].Data, top[0].Diff, Weights.Diff, BiasDiff);
        else
            AddBiasGradient(top[0]);
        if (propagateDown[0])
            Kernel.ToImage(top[0].Diff, Weights.Data, [], bottom[0].Diff);
    }
}
