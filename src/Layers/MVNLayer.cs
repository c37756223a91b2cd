using System.ComponentModel.DataAnnotations;
using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="MVNLayer{T}"/>.</summary>
public sealed record MVNOptions : LayerOptions
{
    /// <summary>Whether the deviation is made 1; otherwise the mean alone is subtracted.</summary>
    public bool NormalizeVariance { get; init; } = true;

    /// <summary>Whether all channels of a sample are normalised together, rather than each by itself.</summary>
    public bool AcrossChannels { get; init; }

    /// <summary>What is added to the deviation, so that nothing is divided by 0.</summary>
    [Range(0.0, double.MaxValue)]
    public double Eps { get; init; } = 1e-9;
}

/// <summary>
/// Mean and variance normalisation: y = (x − μ) / (σ + eps), or y = x − μ without <c>normalize_variance</c>, where μ
/// and σ are mean and (biased) standard deviation of a sample's channel, or of the whole sample with
/// <c>across_channels</c>.
/// <para>Bottom: N×C×…, or N×… across channels. Top: the same.</para>
/// <para>Backward: ∂L/∂x = (∂L/∂y − mean of ∂L/∂y − y · (σ + eps) / σ · mean of ∂L/∂y · y) / (σ + eps); ∂L/∂y − mean of
/// ∂L/∂y without <c>normalize_variance</c>.</para>
/// <para>Source: Caffe's <c>MVN</c>, whose gradient leaves out (σ + eps) / σ, which is 1 up to eps.</para>
/// </summary>
[LayerType("MVN")]
public sealed class MVNLayer<T>(MVNOptions options) : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Blob<T> deviations = new([0]);
    private readonly T eps = T.CreateTruncating(options.Eps);
    private readonly bool isScaled = options.NormalizeVariance;
    private int columns;

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => true;

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        var shape = bottom[0].Shape;
        var rowAxes = options.AcrossChannels ? 1 : 2;
        if (shape.Rank <= rowAxes)
            throw ShapeError($"the bottom {bottom[0]}", options.AcrossChannels
                ? "samples × values, or more axes" : "samples × channels × values, or more axes");
        columns = shape.SizeOf(rowAxes);
        deviations.Reshape([shape.SizeOf(0, rowAxes)]);
        top[0].Reshape(shape);
    }

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        var work = new ForwardWork(this, bottom[0].Data, top[0].Data, deviations.Data);
        WorkPool.For(deviations.Count, RowNormalization<T>.RowsPerPart(columns), ref work);
    }

    /// <inheritdoc/>
    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        if (!propagateDown[0])
            return;
        var work = new BackwardWork(this, top[0].Data, top[0].Diff, bottom[0].Diff, deviations.Data);
        WorkPool.For(deviations.Count, RowNormalization<T>.RowsPerPart(columns), ref work);
    }

    private readonly ref struct ForwardWork(MVNLayer<T> layer, ReadOnlySpan<T> x, Span<T> y, Span<T> deviations)
        : IRangeWork
    {
        private readonly ReadOnlySpan<T> x = x;
        private readonly Span<T> y = y;
        private readonly Span<T> deviations = deviations;

        public void Run(int from, int to)
        {
            for (var row = from; row < to; row++)
            {
                var (start, length) = (row * layer.columns, layer.columns);
                var result = y.Slice(start, length);
                deviations[row] = T.Sqrt(RowNormalization<T>.Center(x.Slice(start, length), result));
                if (layer.isScaled)
                    TensorPrimitives.Divide(result, deviations[row] + layer.eps, result);
            }
        }
    }

    private readonly ref struct BackwardWork(MVNLayer<T> layer, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx,
        ReadOnlySpan<T> deviations) : IRangeWork
    {
        private readonly ReadOnlySpan<T> y = y;
        private readonly ReadOnlySpan<T> dy = dy;
        private readonly Span<T> dx = dx;
        private readonly ReadOnlySpan<T> deviations = deviations;

        public void Run(int from, int to)
        {
            for (var row = from; row < to; row++)
            {
                var divisor = layer.isScaled ? deviations[row] + layer.eps : T.One;
                // Values that are all equal have the outputs 0, which no correction changes.
                var correction = layer.isScaled && deviations[row] > T.Zero ? divisor / deviations[row] : T.Zero;
                var (start, length) = (row * layer.columns, layer.columns);
                RowNormalization<T>.Backward(dy.Slice(start, length), y.Slice(start, length), T.One / divisor,
                    correction, dx.Slice(start, length));
            }
        }
    }
}
