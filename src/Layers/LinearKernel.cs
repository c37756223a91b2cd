using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>y = shift + scale · x, with which Caffe's Exp, Log and Power begin.</summary>
internal static class LinearKernel
{
    public static void Apply<T>(ReadOnlySpan<T> x, T scale, T shift, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TensorPrimitives.Multiply(x, scale, y);
        TensorPrimitives.Add(y, shift, y);
    }
}
