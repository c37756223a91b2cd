using System.Numerics;
using System.Numerics.Tensors;
using NUnit.Framework;

namespace NeuralFramework.Tests.Examples;

[LayerType("Square")]
public sealed class SquareLayer<T> : ElementwiseLayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    protected override void Compute(ReadOnlySpan<T> x, Span<T> y) => TensorPrimitives.Multiply(x, x, y);

    protected override void ComputeGradient(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
    {
        TensorPrimitives.Multiply(x, T.CreateTruncating(2), dx);
        TensorPrimitives.Multiply(dx, dy, dx);
    }
}

public class SquareLayerTests
{
    [Test]
    public void Gradients_are_those_of_differences()
    {
        var result = GradientChecker.Check(new SquareLayer<double>(), [2, 3]);
        Assert.That(result.Passed, result.ToString());
    }
}
