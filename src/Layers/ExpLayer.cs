using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="ExpLayer{T}"/>.</summary>
public sealed record ExpOptions : LayerOptions
{
    /// <summary>The base, above 0; -1 is e.</summary>
    public double Base { get; init; } = -1;

    /// <summary>What the input is multiplied by.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>What is added to the scaled input.</summary>
    public double Shift { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<string> Problems()
    {
        if (Base != -1 && Base <= 0)
            yield return $"member 'base': received {Base}, allowed: above 0, or -1 for e";
    }
}

/// <summary>
/// Exponential: y = base^(shift + scale · x). With the defaults, y = eˣ.
/// <para>Bottom: any shape. Top: the same. Runs in place.</para>
/// <para>Backward: ∂L/∂x = ∂L/∂y · y · scale · ln base.</para>
/// <para>Source: Caffe's <c>Exp</c>.</para>
/// </summary>
[LayerType("Exp")]
public sealed class ExpLayer<T> : ElementwiseLayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T slope;
    private readonly T offset;

    /// <summary>Creates the layer.</summary>
    public ExpLayer(ExpOptions options)
    {
        var logOfBase = options.Base == -1 ? 1 : Math.Log(options.Base);
        slope = T.CreateTruncating(options.Scale * logOfBase);
        offset = T.CreateTruncating(options.Shift * logOfBase);
    }

    /// <inheritdoc/>
    public override bool CanRunInPlace => true;

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => true;

    /// <inheritdoc/>
    protected override void Compute(ReadOnlySpan<T> x, Span<T> y)
    {
        LinearKernel.Apply(x, slope, offset, y);
        TensorPrimitives.Exp(y, y);
    }

    /// <inheritdoc/>
    protected override void ComputeGradient(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
    {
        TensorPrimitives.Multiply(dy, y, dx);
        TensorPrimitives.Multiply(dx, slope, dx);
    }
}
