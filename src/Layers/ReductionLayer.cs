using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="ReductionLayer{T}"/>.</summary>
public sealed record ReductionOptions : LayerOptions
{
    /// <summary>How values become one.</summary>
    public ReductionOperation Operation { get; init; }

    /// <summary>The first axis that is reduced, with all behind it; -1 is the last.</summary>
    public int Axis { get; init; }

    /// <summary>What the result is multiplied by.</summary>
    public double Coeff { get; init; } = 1;
}

/// <summary>
/// Makes one value of all axes from <c>axis</c> on: y = coeff · op, where op is Σ x (<c>sum</c>), Σ |x| (<c>asum</c>),
/// Σ x² (<c>sumsq</c>) or the <c>mean</c>.
/// <para>Bottom: any shape; a scalar is reduced by the axis 0. Top: the axes before <c>axis</c>; a scalar for
/// the axis 0.</para>
/// <para>Backward, with g = coeff · ∂L/∂y of the row: ∂L/∂x = g, g · sign x (0 at 0), 2 · g · x, or g over the
/// number of values.</para>
/// <para>Source: Caffe's <c>Reduction</c>.</para>
/// </summary>
[LayerType("Reduction")]
public sealed class ReductionLayer<T>(ReductionOptions options)
    : RowReductionLayer<T>(options.Operation, options.Axis, options.Coeff)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
