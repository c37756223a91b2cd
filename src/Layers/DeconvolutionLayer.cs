using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="DeconvolutionLayer{T}"/>.</summary>
public sealed record DeconvolutionOptions : ConvolutionBaseOptions;

/// <summary>
/// The transpose of a convolution, which makes images larger: each value of x lays the kernel, times itself, on y.
/// y[n, m, i', j'] = b[m] + Σ of W[c, m, u, v] · x[n, c, i, j] over all c of m's group, i, j, u, v that meet there:
/// i' = i·stride − pad + u·dilation and j' = j·stride − pad + v·dilation.
/// <para>Bottom: N×C×H×W. Top: N×num_output×H'×W' with
/// H' = stride·(H − 1) + dilation·(kernel_size − 1) + 1 − 2·pad, and W' likewise. Parameters: W of
/// C×(num_output/group)×kh×kw, b of num_output.</para>
/// <para>Backward: ∂L/∂x is the convolution of ∂L/∂y by W; ∂L/∂W += Σ over n, i, j of x · ∂L/∂y at the same places;
/// ∂L/∂b += Σ over n and places of ∂L/∂y.</para>
/// <para>Source: Caffe's <c>Deconvolution</c>. It differs in the default of <c>weight_filler</c>.</para>
/// </summary>
[LayerType("Deconvolution")]
public sealed class DeconvolutionLayer<T>(DeconvolutionOptions options)
    : ConvolutionBase<T>(options, isTransposed: true) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top) =>
        Kernel.ToImage(bottom[0].Data, Weights.Data, BiasData, top[0].Data);

    /// <inheritdoc/>
    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        if (Weights.NeedsGradient)
            Kernel.AddWeightGradient(top[0].Diff, bottom[0].Data, Weights.Diff, []);
        AddBiasGradient(top[0]);
        if (propagateDown[0])
            Kernel.ToMaps(top[0].Diff, Weights.Data, [], bottom[0].Diff);
    }
}
