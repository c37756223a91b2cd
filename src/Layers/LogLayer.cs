using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="LogLayer{T}"/>.</summary>
public sealed record LogOptions : LayerOptions
{
    /// <summary>The base, above 0 and not 1; -1 is e.</summary>
    public double Base { get; init; } = -1;

    /// <summary>What the input is multiplied by.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>What is added to the scaled input.</summary>
    public double Shift { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<string> Problems()
    {
        if (Base != -1 && (Base <= 0 || Base == 1))
            yield return $"member 'base': received {Base}, allowed: above 0 and not 1, or -1 for e";
    }
}

/// <summary>
/// Logarithm: y = log_base(shift + scale · x). With the defaults, y = ln x. NaN where shift + scale · x is below 0, −∞
/// where it is 0.
/// <para>Bottom: any shape. Top: the same.</para>
/// <para>Backward: ∂L/∂x = ∂L/∂y · scale / ((shift + scale · x) · ln base).</para>
/// <para>Source: Caffe's <c>Log</c>.</para>
/// </summary>
[LayerType("Log")]
public sealed class LogLayer<T> : ElementwiseLayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T scale;
    private readonly T shift;
    private readonly T factor;

    /// <summary>Creates the layer.</summary>
    public LogLayer(LogOptions options)
    {
        scale = T.CreateTruncating(options.Scale);
        shift = T.CreateTruncating(options.Shift);
        factor = T.CreateTruncating(options.Base == -1 ? 1 : 1 / Math.Log(options.Base));
    }

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => false;

    /// <inheritdoc/>
    protected override void Compute(ReadOnlySpan<T> x, Span<T> y)
    {
        LinearKernel.Apply(x, scale, shift, y);
        TensorPrimitives.Log(y, y);
        TensorPrimitives.Multiply(y, factor, y);
    }

    /// <inheritdoc/>
    protected override void ComputeGradient(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
    {
        LinearKernel.Apply(x, scale, shift, dx);
        TensorPrimitives.Divide(dy, dx, dx);
        TensorPrimitives.Multiply(dx, scale * factor, dx);
    }
}
