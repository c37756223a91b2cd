using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="SoftmaxLayer{T}"/>.</summary>
public sealed record SoftmaxOptions : LayerOptions
{
    /// <summary>The axis of the classes; -1 is the last.</summary>
    public int Axis { get; init; } = 1;
}

/// <summary>
/// Turns scores into probabilities: y_c = e^(x_c − m) / Σ_k e^(x_k − m) with m = max_k x_k, so that no score overflows.
/// <para>Bottom: any shape that has the axis; each place before and behind it is normalised by itself. Top: the
/// same.</para>
/// <para>Backward: ∂L/∂x_c = y_c · (∂L/∂y_c − Σ_k ∂L/∂y_k · y_k).</para>
/// <para>Source: Caffe's <c>Softmax</c>.</para>
/// </summary>
[LayerType("Softmax")]
public sealed class SoftmaxLayer<T>(SoftmaxOptions options) : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Blob<T> max = new([0]);
    private readonly Blob<T> sum = new([0]);
    private AxisView view;

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => true;

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        view = AxisView.Of(bottom[0].Shape, AxisOf(bottom[0], options.Axis));
        max.Reshape([view.Positions]);
        sum.Reshape([view.Positions]);
        top[0].Reshape(bottom[0].Shape);
    }

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        var work = new ForwardWork(view, bottom[0].Data, top[0].Data, max.Data, sum.Data);
        WorkPool.For(view.Outer, SoftmaxKernel<T>.ItemsPerPart(view), ref work);
    }

    /// <inheritdoc/>
    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        if (!propagateDown[0])
            return;
        var work = new BackwardWork(view, top[0].Data, top[0].Diff, bottom[0].Diff, sum.Data);
        WorkPool.For(view.Outer, SoftmaxKernel<T>.ItemsPerPart(view), ref work);
    }

    private readonly ref struct ForwardWork(AxisView view, ReadOnlySpan<T> x, Span<T> y, Span<T> max, Span<T> sum)
        : IRangeWork
    {
        private readonly ReadOnlySpan<T> x = x;
        private readonly Span<T> y = y;
        private readonly Span<T> max = max;
        private readonly Span<T> sum = sum;

        public void Run(int from, int to)
        {
            var (size, inner) = (view.Extent * view.Inner, view.Inner);
            for (var item = from; item < to; item++)
                SoftmaxKernel<T>.Forward(x.Slice(item * size, size), y.Slice(item * size, size),
                    max.Slice(item * inner, inner), sum.Slice(item * inner, inner));
        }
    }

    private readonly ref struct BackwardWork(AxisView view, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx,
        Span<T> dot) : IRangeWork
    {
        private readonly ReadOnlySpan<T> y = y;
        private readonly ReadOnlySpan<T> dy = dy;
        private readonly Span<T> dx = dx;
        private readonly Span<T> dot = dot;

        public void Run(int from, int to)
        {
            var (size, inner) = (view.Extent * view.Inner, view.Inner);
            for (var item = from; item < to; item++)
                SoftmaxKernel<T>.Backward(y.Slice(item * size, size), dy.Slice(item * size, size),
                    dx.Slice(item * size, size), dot.Slice(item * inner, inner));
        }
    }
}
