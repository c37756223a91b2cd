using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>An operation on pairs of elements, a vector of them at a time.</summary>
internal interface IPairKernel<T>
{
    Vector<T> Of(Vector<T> a, Vector<T> b);
}

/// <summary>Runs kernels over spans, where <c>TensorPrimitives</c> has no operation that fits.</summary>
internal static class VectorKernel
{
    /// <summary>result[i] = kernel(a[i], b[i]). The result may be the same memory as an operand.</summary>
    public static void Apply<T, TKernel>(TKernel kernel, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> result)
        where T : unmanaged where TKernel : struct, IPairKernel<T>
    {
        var i = 0;
        for (; i <= a.Length - Vector<T>.Count; i += Vector<T>.Count)
            kernel.Of(new Vector<T>(a[i..]), new Vector<T>(b[i..])).CopyTo(result[i..]);
        if (i == a.Length)
            return;
        Span<T> padded = stackalloc T[2 * Vector<T>.Count];
        padded.Clear();
        a[i..].CopyTo(padded);
        b[i..].CopyTo(padded[Vector<T>.Count..]);
        kernel.Of(new Vector<T>(padded), new Vector<T>(padded[Vector<T>.Count..])).CopyTo(padded);
        padded[..(a.Length - i)].CopyTo(result[i..]);
    }
}
