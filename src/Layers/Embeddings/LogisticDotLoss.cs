using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>
/// Base of the losses that learn word vectors from yes and no: x_nl = v_n · u_nl is to be positive where the sign s_nl
/// is 1 and negative where it is −1, L = 1/Z · Σ_nl ln(1 + e^(−s_nl · x_nl)), the cross-entropy of σ(x). Where s_nl is 0,
/// nothing counts.
/// <para>Backward, with c_nl = g/Z · −s_nl · σ(−s_nl · x_nl): ∂L/∂v_n = Σ_l c_nl · u_nl and ∂L/∂u_nl = c_nl · v_n.</para>
/// </summary>
public abstract class LogisticDotLoss<T> : Layer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly LossNormalization normalization;
    private readonly Blob<T> signs = new([0]);

    // −s · x, then its coefficient; a row a sample, as a vectorised sum's order depends on how the memory is aligned.
    private readonly Blob<T> scores = new([0]);
    private readonly Blob<T> losses = new([0]);
    private T divisor = T.One;
    private int columns;
    private int samples;

    private protected LogisticDotLoss(LossNormalization normalization) => this.normalization = normalization;

    /// <inheritdoc/>
    public sealed override bool IsLoss => true;

    /// <inheritdoc/>
    public sealed override bool BackwardReadsTopData => false;

    /// <summary>How many u each v has.</summary>
    private protected int PerSample { get; private set; }

    private int SamplesPerPart => Math.Max(1, WorkPool.ElementGrain / Math.Max(1, PerSample * columns));

    /// <inheritdoc/>
    public sealed override bool PropagatesTo(int bottomIndex) => bottomIndex < 2;

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        var (v, u) = (bottom[0], bottom[1]);
        samples = v.Shape[AxisOf(v, 0)];
        columns = v.Shape.SizeOf(1);
        PerSample = samples == 0 || columns == 0 ? 0 : u.Count / (samples * columns);
        if (u.Shape.Rank < 2 || u.Shape[0] != samples || u.Shape[-1] != columns || PerSample == 0)
            throw ShapeError($"the bottoms {v} and {u}",
                "N×D and N×L×D: for each of N vectors, L vectors as long to compare it with");
        signs.Reshape([samples, PerSample]);
        scores.Reshape([samples, PerSample]);
        losses.Reshape([samples]);
        top[0].Reshape(Shape.Scalar);
    }

    /// <inheritdoc/>
    public sealed override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        ReadSigns(bottom, signs.Data);
        var work = new ForwardWork(this, bottom[0].Data, bottom[1].Data);
        WorkPool.For(samples, SamplesPerPart, ref work);
        divisor = normalization.Divisor(new AxisView(samples, 1, PerSample),
            T.CreateTruncating(signs.Count - signs.Data.Count(T.Zero)));
        top[0].Data[0] = TensorPrimitives.Sum<T>(losses.Data) / divisor;
    }

    /// <inheritdoc/>
    public sealed override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        var work = new BackwardWork(this, bottom[0].Data, bottom[1].Data, propagateDown[0] ? bottom[0].Diff : [],
            propagateDown[1] ? bottom[1].Diff : [], top[0].Diff[0] / divisor);
        WorkPool.For(samples, SamplesPerPart, ref work);
    }

    /// <summary>Says what each score is to be: 1, −1, or 0 where it does not count.</summary>
    private protected abstract void ReadSigns(IReadOnlyList<Blob<T>> bottom, Span<T> signs);

    private readonly ref struct ForwardWork(LogisticDotLoss<T> layer, ReadOnlySpan<T> v, ReadOnlySpan<T> u) : IRangeWork
    {
        private readonly ReadOnlySpan<T> v = v;
        private readonly ReadOnlySpan<T> u = u;

        public void Run(int from, int to)
        {
            var (count, columns) = (layer.PerSample, layer.columns);
            for (var n = from; n < to; n++)
            {
                var scores = layer.scores.Data.Slice(n * count, count);
                var signs = layer.signs.Data.Slice(n * count, count);
                var row = v.Slice(n * columns, columns);
                var loss = T.Zero;
                for (var l = 0; l < count; l++)
                {
                    var x = -signs[l] * TensorPrimitives.Dot(row, u.Slice((n * count + l) * columns, columns));
                    scores[l] = x;
                    // Neither overflows nor takes the logarithm of 0.
                    if (signs[l] != T.Zero)
                        loss += T.Max(x, T.Zero) + T.LogP1(T.Exp(-T.Abs(x)));
                }
                layer.losses.Data[n] = loss;
            }
        }
    }

    private readonly ref struct BackwardWork(LogisticDotLoss<T> layer, ReadOnlySpan<T> v, ReadOnlySpan<T> u, Span<T> dv,
        Span<T> du, T factor) : IRangeWork
    {
        private readonly ReadOnlySpan<T> v = v;
        private readonly ReadOnlySpan<T> u = u;
        private readonly Span<T> dv = dv;
        private readonly Span<T> du = du;

        public void Run(int from, int to)
        {
            var (count, columns) = (layer.PerSample, layer.columns);
            for (var n = from; n < to; n++)
            {
                var row = dv.IsEmpty ? [] : dv.Slice(n * columns, columns);
                row.Clear();
                for (var l = 0; l < count; l++)
                {
                    var at = n * count + l;
                    var c = -factor * layer.signs.Data[at] / (T.One + T.Exp(-layer.scores.Data[at]));
                    if (!dv.IsEmpty)
                        TensorPrimitives.MultiplyAdd(u.Slice(at * columns, columns), c, row, row);
                    if (!du.IsEmpty)
                        TensorPrimitives.Multiply(v.Slice(n * columns, columns), c, du.Slice(at * columns, columns));
                }
            }
        }
    }
}
