using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>∂L/∂x of y = σ(x), from y and ∂L/∂y.</summary>
internal readonly struct SigmoidGradient<T> : IPairKernel<T> where T : unmanaged
{
    public Vector<T> Of(Vector<T> y, Vector<T> dy) => dy * y * (Vector<T>.One - y);
}

/// <summary>∂L/∂x of y = tanh(x), from y and ∂L/∂y.</summary>
internal readonly struct TanhGradient<T> : IPairKernel<T> where T : unmanaged
{
    public Vector<T> Of(Vector<T> y, Vector<T> dy) => dy * (Vector<T>.One - y * y);
}

/// <summary>∂L/∂x of y = max(0, x), from y and ∂L/∂y; 0 at the kink.</summary>
internal readonly struct ReluGradient<T> : IPairKernel<T> where T : unmanaged
{
    public Vector<T> Of(Vector<T> y, Vector<T> dy) =>
        Vector.ConditionalSelect(Vector.GreaterThan(y, Vector<T>.Zero), dy, Vector<T>.Zero);
}
