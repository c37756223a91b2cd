using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>An operator on elements whose second operand may be one value for all. The result may be the same memory as
/// the first.</summary>
internal interface IBroadcastOperator<T>
{
    static abstract void Apply(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result);

    static abstract void Apply(ReadOnlySpan<T> x, T y, Span<T> result);
}

/// <summary>y.</summary>
internal readonly struct SecondOperator<T> : IBroadcastOperator<T> where T : unmanaged
{
    public static void Apply(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) => y.CopyTo(result);

    public static void Apply(ReadOnlySpan<T> x, T y, Span<T> result) => result.Fill(y);
}

/// <summary>x + y.</summary>
internal readonly struct AddOperator<T> : IBroadcastOperator<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static void Apply(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) =>
        TensorPrimitives.Add(x, y, result);

    public static void Apply(ReadOnlySpan<T> x, T y, Span<T> result) => TensorPrimitives.Add(x, y, result);
}

/// <summary>x − y.</summary>
internal readonly struct SubtractOperator<T> : IBroadcastOperator<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static void Apply(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) =>
        TensorPrimitives.Subtract(x, y, result);

    public static void Apply(ReadOnlySpan<T> x, T y, Span<T> result) => TensorPrimitives.Subtract(x, y, result);
}

/// <summary>x · y.</summary>
internal readonly struct MultiplyOperator<T> : IBroadcastOperator<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static void Apply(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) =>
        TensorPrimitives.Multiply(x, y, result);

    public static void Apply(ReadOnlySpan<T> x, T y, Span<T> result) => TensorPrimitives.Multiply(x, y, result);
}

/// <summary>x / y.</summary>
internal readonly struct DivideOperator<T> : IBroadcastOperator<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static void Apply(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) =>
        TensorPrimitives.Divide(x, y, result);

    public static void Apply(ReadOnlySpan<T> x, T y, Span<T> result) => TensorPrimitives.Divide(x, y, result);
}

/// <summary>sign x · y, with sign 0 = 0.</summary>
internal readonly struct SignOperator<T> : IBroadcastOperator<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static void Apply(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) =>
        VectorKernel.Apply(new Kernel(), x, y, result);

    public static void Apply(ReadOnlySpan<T> x, T y, Span<T> result) =>
        VectorKernel.Apply(new OneFactorKernel(y), x, x, result);

    private readonly struct Kernel : IPairKernel<T>
    {
        public Vector<T> Of(Vector<T> x, Vector<T> y) =>
            Vector.ConditionalSelect(Vector.GreaterThan(x, Vector<T>.Zero), y,
                Vector.ConditionalSelect(Vector.LessThan(x, Vector<T>.Zero), -y, Vector<T>.Zero));
    }

    private readonly struct OneFactorKernel(T factor) : IPairKernel<T>
    {
        private readonly Vector<T> factor = new(factor);

        public Vector<T> Of(Vector<T> x, Vector<T> unused) => new Kernel().Of(x, factor);
    }
}
