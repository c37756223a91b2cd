using System.ComponentModel.DataAnnotations;
using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="ContrastiveLossLayer{T}"/>.</summary>
public sealed record ContrastiveLossOptions : LayerOptions
{
    /// <summary>How far apart dissimilar samples are to be at least.</summary>
    [Range(0.0, double.MaxValue)]
    public double Margin { get; init; } = 1;

    /// <summary>Whether a dissimilar pair costs max(0, margin − d²) rather than max(0, margin − d)².</summary>
    public bool LegacyVersion { get; init; }
}

/// <summary>
/// Pulls similar pairs together and pushes dissimilar ones apart: L = 1/(2N) · Σ_i (y_i · d_i² + (1 − y_i) · max(0, m −
/// d_i)²) with d_i = ‖a_i − b_i‖ and the margin m; with <c>legacy_version</c>, max(0, m − d_i²) in place of the square.
/// <para>Bottoms: a and b, of one shape N×…; labels y, N values, 1 for a similar pair and 0 for a dissimilar one. Top:
/// the loss, a scalar.</para>
/// <para>Backward: ∂L/∂a_i = g/N · f_i · (a_i − b_i) and ∂L/∂b_i = −∂L/∂a_i, where g is the gradient of the top: its
/// loss weight; f_i = 1 for a similar pair, for others −(m − d_i) / d_i where d_i &lt; m (legacy: −1 where d_i² &lt;
/// m), else 0. A pair at one place has the gradient 0. None goes to the labels.</para>
/// <para>Source: Caffe's <c>ContrastiveLoss</c> (Hadsell et al. 2006). Caffe divides by d_i + 10⁻⁴ where this, for an
/// exact gradient, divides by d_i.</para>
/// </summary>
[LayerType("ContrastiveLoss")]
public sealed class ContrastiveLossLayer<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly bool isLegacy;
    private readonly T margin;
    private readonly ClassLabels<T> labels;
    private readonly Blob<T> difference = new([0]);
    private readonly Blob<T> squares = new([0]);

    // A blob rather than an array: a vectorised sum's order depends on how the memory is aligned.
    private readonly Blob<T> losses = new([0]);
    private int samples;
    private int columns;

    /// <summary>Creates the layer.</summary>
    public ContrastiveLossLayer(ContrastiveLossOptions options)
    {
        isLegacy = options.LegacyVersion;
        margin = T.CreateTruncating(options.Margin);
        labels = new ClassLabels<T>(this);
    }

    /// <inheritdoc/>
    public override BlobCount Bottoms => BlobCount.Exactly(3);

    /// <inheritdoc/>
    public override bool IsLoss => true;

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => false;

    private int SamplesPerPart => Math.Max(1, WorkPool.ElementGrain / Math.Max(1, columns));

    /// <inheritdoc/>
    public override bool PropagatesTo(int bottomIndex) => bottomIndex < 2;

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        samples = bottom[0].Shape[AxisOf(bottom[0], 0)];
        columns = bottom[0].Shape.SizeOf(1);
        if (!bottom[0].Shape.Equals(bottom[1].Shape))
            throw ShapeError($"the bottoms {bottom[0]} and {bottom[1]}", "two of one shape, and their labels");
        labels.Reshape(bottom[0], bottom[2], new AxisView(samples, 2, 1));
        difference.Reshape(bottom[0].Shape);
        squares.Reshape([samples]);
        losses.Reshape([samples]);
        top[0].Reshape(Shape.Scalar);
    }

    /// <inheritdoc/>
    /// <exception cref="DataException">A label is neither 0 nor 1.</exception>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        labels.Read(bottom[2]);
        var work = new ForwardWork(this, bottom[0].Data, bottom[1].Data);
        WorkPool.For(samples, SamplesPerPart, ref work);
        top[0].Data[0] = TensorPrimitives.Sum<T>(losses.Data) / T.CreateTruncating(2L * samples);
    }

    /// <inheritdoc/>
    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        var factor = top[0].Diff[0] / T.CreateTruncating(samples);
        for (var i = 0; i < 2; i++)
        {
            if (!propagateDown[i])
                continue;
            var work = new BackwardWork(this, bottom[i].Diff, i == 0 ? factor : -factor);
            WorkPool.For(samples, SamplesPerPart, ref work);
        }
    }

    private bool IsSimilar(int sample) => labels.Values[sample] == 1;

    private T Cost(int sample, T square)
    {
        if (IsSimilar(sample))
            return square;
        var gap = T.Max(margin - (isLegacy ? square : T.Sqrt(square)), T.Zero);
        return isLegacy ? gap : gap * gap;
    }

    /// <summary>What the difference is multiplied by: half the slope of the cost along d, over d.</summary>
    private T Slope(int sample, T square)
    {
        if (IsSimilar(sample))
            return T.One;
        if (isLegacy)
            return square < margin ? -T.One : T.Zero;
        var distance = T.Sqrt(square);
        return distance > T.Zero && distance < margin ? -(margin - distance) / distance : T.Zero;
    }

    private readonly ref struct ForwardWork(ContrastiveLossLayer<T> layer, ReadOnlySpan<T> a, ReadOnlySpan<T> b)
        : IRangeWork
    {
        private readonly ReadOnlySpan<T> a = a;
        private readonly ReadOnlySpan<T> b = b;

        public void Run(int from, int to)
        {
            var columns = layer.columns;
            for (var sample = from; sample < to; sample++)
            {
                var row = layer.difference.Data.Slice(sample * columns, columns);
                TensorPrimitives.Subtract(a.Slice(sample * columns, columns), b.Slice(sample * columns, columns), row);
                var square = TensorPrimitives.SumOfSquares<T>(row);
                layer.squares.Data[sample] = square;
                layer.losses.Data[sample] = layer.Cost(sample, square);
            }
        }
    }

    private readonly ref struct BackwardWork(ContrastiveLossLayer<T> layer, Span<T> dx, T factor) : IRangeWork
    {
        private readonly Span<T> dx = dx;

        public void Run(int from, int to)
        {
            var columns = layer.columns;
            for (var sample = from; sample < to; sample++)
                TensorPrimitives.Multiply(layer.difference.Data.Slice(sample * columns, columns),
                    factor * layer.Slope(sample, layer.squares.Data[sample]), dx.Slice(sample * columns, columns));
        }
    }
}
