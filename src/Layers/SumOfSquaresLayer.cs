using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="SumOfSquaresLayer{T}"/>.</summary>
public sealed record SumOfSquaresOptions : LayerOptions
{
    /// <summary>What the sum is multiplied by: λ, or λ/2, of a regularization.</summary>
    public double Coeff { get; init; } = 1;
}

/// <summary>
/// The squared length: y = coeff · Σ x² over everything.
/// <para>Bottom: any shape. Top: a scalar.</para>
/// <para>Backward: ∂L/∂x = 2 · coeff · ∂L/∂y · x.</para>
/// <para>Source: f(x) = ‖x‖² of the CS231n notes; Caffe's <c>Reduction</c> with <c>sumsq</c>.</para>
/// </summary>
[LayerType("SumOfSquares")]
public sealed class SumOfSquaresLayer<T>(SumOfSquaresOptions options)
    : RowReductionLayer<T>(ReductionOperation.Sumsq, 0, options.Coeff)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
