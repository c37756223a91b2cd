using System.Numerics;

namespace NeuralFramework;

/// <summary>
/// Base of layers that compute each element of the top from the one element of the bottom: y = f(x),
/// ∂L/∂x = ∂L/∂y · f′. Bottom and top have the same, any, shape. The work is cut into ranges and done by the
/// <see cref="WorkPool"/>. A layer whose f′ can be told from y alone may say that it <see cref="Layer{T}.CanRunInPlace"/>.
/// </summary>
public abstract class ElementwiseLayer<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // A range below this is not worth waking a thread for; the borders must not depend on the number of threads.
    private const int Grain = WorkPool.ElementGrain;

    /// <inheritdoc/>
    public sealed override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top) =>
        top[0].Reshape(bottom[0].Shape);

    /// <inheritdoc/>
    public sealed override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        var work = new ForwardWork(this, bottom[0].Data, top[0].Data);
        WorkPool.For(bottom[0].Count, Grain, ref work);
    }

    /// <inheritdoc/>
    public sealed override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        if (!propagateDown[0])
            return;
        var work = new BackwardWork(this, bottom[0].Data, top[0].Data, top[0].Diff, bottom[0].Diff);
        WorkPool.For(bottom[0].Count, Grain, ref work);
    }

    /// <summary>y = f(x) over a range. <paramref name="y"/> may be the same memory as <paramref name="x"/>.</summary>
    protected abstract void Compute(ReadOnlySpan<T> x, Span<T> y);

    /// <summary>dx = dy · f′ over a range. Run in place, <paramref name="x"/> holds the outputs, and
    /// <paramref name="dx"/> is the same memory as <paramref name="dy"/>.</summary>
    protected abstract void ComputeGradient(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx);

    private readonly ref struct ForwardWork(ElementwiseLayer<T> layer, ReadOnlySpan<T> x, Span<T> y) : IRangeWork
    {
        private readonly ReadOnlySpan<T> x = x;
        private readonly Span<T> y = y;

        public void Run(int from, int to) => layer.Compute(x[from..to], y[from..to]);
    }

    private readonly ref struct BackwardWork(ElementwiseLayer<T> layer, ReadOnlySpan<T> x, ReadOnlySpan<T> y,
        ReadOnlySpan<T> dy, Span<T> dx) : IRangeWork
    {
        private readonly ReadOnlySpan<T> x = x;
        private readonly ReadOnlySpan<T> y = y;
        private readonly ReadOnlySpan<T> dy = dy;
        private readonly Span<T> dx = dx;

        public void Run(int from, int to) =>
            layer.ComputeGradient(x[from..to], y[from..to], dy[from..to], dx[from..to]);
    }
}
