using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="PowerLayer{T}"/>.</summary>
public sealed record PowerOptions : LayerOptions
{
    /// <summary>The exponent.</summary>
    public double Power { get; init; } = 1;

    /// <summary>What the input is multiplied by.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>What is added to the scaled input.</summary>
    public double Shift { get; init; }
}

/// <summary>
/// Power: y = (shift + scale · x)^power. NaN where a number below 0 is raised to an exponent that is not whole.
/// <para>Bottom: any shape. Top: the same.</para>
/// <para>Backward: ∂L/∂x = ∂L/∂y · scale · power · (shift + scale · x)^(power − 1); 0 where scale · power is 0.</para>
/// <para>Source: Caffe's <c>Power</c>.</para>
/// </summary>
[LayerType("Power")]
public sealed class PowerLayer<T>(PowerOptions options) : ElementwiseLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T scale = T.CreateTruncating(options.Scale);
    private readonly T shift = T.CreateTruncating(options.Shift);

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => false;

    /// <inheritdoc/>
    protected override void Compute(ReadOnlySpan<T> x, Span<T> y)
    {
        LinearKernel.Apply(x, scale, shift, y);
        Raise(y, options.Power);
    }

    /// <inheritdoc/>
    protected override void ComputeGradient(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
    {
        var factor = options.Scale * options.Power;
        if (factor == 0)
        {
            // The power − 1 of a 0 would be infinite, and its product with the factor NaN.
            dx.Clear();
            return;
        }
        LinearKernel.Apply(x, scale, shift, dx);
        Raise(dx, options.Power - 1);
        TensorPrimitives.Multiply(dx, dy, dx);
        TensorPrimitives.Multiply(dx, T.CreateTruncating(factor), dx);
    }

    // The general power takes a hundred times as long as a product.
    private static void Raise(Span<T> values, double power)
    {
        if (power == 2)
            TensorPrimitives.Multiply(values, values, values);
        else if (power != 1)
            TensorPrimitives.Pow(values, T.CreateTruncating(power), values);
    }
}
