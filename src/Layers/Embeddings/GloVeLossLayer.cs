using System.ComponentModel.DataAnnotations;
using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="GloVeLossLayer{T}"/>.</summary>
public sealed record GloVeLossOptions : LayerOptions
{
    /// <summary>The count from which on all counts weigh the same.</summary>
    [Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double XMax { get; init; } = 100;

    /// <summary>The power with which the weight rises up to there.</summary>
    [Range(0.0, double.MaxValue)]
    public double Alpha { get; init; } = 0.75;

    /// <summary>What the sum of the losses is divided by.</summary>
    public LossNormalization Normalization { get; init; } = LossNormalization.BatchSize;
}

/// <summary>
/// Fits products of word vectors to how often the words stand near each other: L = 1/Z · Σ_n f(X_n) · ½ · d_n² with
/// d_n = w_n · u_n + b_n + c_n − ln X_n and the weight f(X) = min(1, (X / x_max)^alpha).
/// <para>Bottoms: w and u, N×D, the vectors of a word and of one near it; b and c, N values each, what each word has of
/// itself; X, N values above 0, their counts. Top: the loss, a scalar.</para>
/// <para>The divisor Z, by <c>normalization</c>: none, 1; else N.</para>
/// <para>Backward, with the gradient g of the top and e_n = g/Z · f(X_n) · d_n: ∂L/∂w_n = e_n · u_n, ∂L/∂u_n = e_n · w_n,
/// ∂L/∂b_n = ∂L/∂c_n = e_n. None goes to X.</para>
/// <para>Source: Pennington, Socher and Manning, GloVe: Global Vectors for Word Representation (2014); the half is that
/// of their program, not of the paper. Caffe has none.</para>
/// </summary>
[LayerType("GloVeLoss")]
public sealed class GloVeLossLayer<T>(GloVeLossOptions options) : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T xMax = T.CreateTruncating(options.XMax);
    private readonly T alpha = T.CreateTruncating(options.Alpha);
    private readonly Blob<T> errors = new([0]);
    private readonly Blob<T> losses = new([0]);
    private int samples;
    private int columns;

    /// <inheritdoc/>
    public override BlobCount Bottoms => BlobCount.Exactly(5);

    /// <inheritdoc/>
    public override bool IsLoss => true;

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => false;

    private int SamplesPerPart => Math.Max(1, WorkPool.ElementGrain / Math.Max(1, columns));

    private T Divisor => options.Normalization == LossNormalization.None ? T.One : T.CreateTruncating(samples);

    /// <inheritdoc/>
    public override bool PropagatesTo(int bottomIndex) => bottomIndex < 4;

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        samples = bottom[0].Shape[AxisOf(bottom[0], 0)];
        columns = bottom[0].Shape.SizeOf(1);
        if (!bottom[0].Shape.Equals(bottom[1].Shape))
            throw ShapeError($"the bottoms {bottom[0]} and {bottom[1]}", "two of one shape, N×D");
        for (var i = 2; i < 5; i++)
            if (bottom[i].Count != samples)
                throw ShapeError($"{bottom[i].Count} values in {bottom[i]}", $"{samples}, one a sample");
        errors.Reshape([samples]);
        losses.Reshape([samples]);
        top[0].Reshape(Shape.Scalar);
    }

    /// <inheritdoc/>
    /// <exception cref="DataException">A count is not above 0.</exception>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        var counts = bottom[4].Data;
        for (var i = 0; i < counts.Length; i++)
            if (!(counts[i] > T.Zero))
                throw new DataException($"{this}: received the count {counts[i]} for sample {i} in the blob "
                    + $"'{bottom[4].Name}', allowed: above 0");
        var work = new ForwardWork(this, bottom[0].Data, bottom[1].Data, bottom[2].Data, bottom[3].Data, counts);
        WorkPool.For(samples, SamplesPerPart, ref work);
        top[0].Data[0] = TensorPrimitives.Sum<T>(losses.Data) / Divisor;
    }

    /// <inheritdoc/>
    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        var factor = top[0].Diff[0] / Divisor;
        for (var i = 0; i < 2; i++)
        {
            if (!propagateDown[i])
                continue;
            var work = new BackwardWork(this, bottom[1 - i].Data, bottom[i].Diff, factor);
            WorkPool.For(samples, SamplesPerPart, ref work);
        }
        for (var i = 2; i < 4; i++)
            if (propagateDown[i])
                TensorPrimitives.Multiply(errors.Data, factor, bottom[i].Diff);
    }

    private readonly ref struct ForwardWork(GloVeLossLayer<T> layer, ReadOnlySpan<T> w, ReadOnlySpan<T> u,
        ReadOnlySpan<T> b, ReadOnlySpan<T> c, ReadOnlySpan<T> counts) : IRangeWork
    {
        private readonly ReadOnlySpan<T> w = w;
        private readonly ReadOnlySpan<T> u = u;
        private readonly ReadOnlySpan<T> b = b;
        private readonly ReadOnlySpan<T> c = c;
        private readonly ReadOnlySpan<T> counts = counts;

        public void Run(int from, int to)
        {
            var columns = layer.columns;
            var half = T.CreateTruncating(0.5);
            for (var n = from; n < to; n++)
            {
                var product = TensorPrimitives.Dot(w.Slice(n * columns, columns), u.Slice(n * columns, columns));
                var distance = product + b[n] + c[n] - T.Log(counts[n]);
                var weight = counts[n] < layer.xMax ? T.Pow(counts[n] / layer.xMax, layer.alpha) : T.One;
                layer.errors.Data[n] = weight * distance;
                layer.losses.Data[n] = half * weight * distance * distance;
            }
        }
    }

    private readonly ref struct BackwardWork(GloVeLossLayer<T> layer, ReadOnlySpan<T> other, Span<T> dx, T factor)
        : IRangeWork
    {
        private readonly ReadOnlySpan<T> other = other;
        private readonly Span<T> dx = dx;

        public void Run(int from, int to)
        {
            var columns = layer.columns;
            for (var n = from; n < to; n++)
                TensorPrimitives.Multiply(other.Slice(n * columns, columns), factor * layer.errors.Data[n],
                    dx.Slice(n * columns, columns));
        }
    }
}
