using System.ComponentModel.DataAnnotations;
using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="DropoutLayer{T}"/>.</summary>
public sealed record DropoutOptions : LayerOptions
{
    /// <summary>The probability p with which an element is dropped.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double DropoutRatio { get; init; } = 0.5;
}

/// <summary>
/// Dropout: in training y = m · x / (1 − p), where m is 0 with the probability p = dropout_ratio and else 1, drawn anew
/// for each element and iteration; otherwise y = x.
/// <para>Bottom: any shape. Top: the same. Runs in place.</para>
/// <para>Backward: ∂L/∂x = m / (1 − p) · ∂L/∂y in training, ∂L/∂y otherwise, with the m of the forward pass.</para>
/// <para>m is a hash of (seed, layer name, iteration, index of the element): nothing is kept, a resumed run repeats it,
/// and it does not depend on the number of threads. The hash is the output of SplitMix64 (Steele, Lea and Flood 2014)
/// whose state is counted by the index.</para>
/// <para>Source: Caffe's <c>Dropout</c> (Srivastava et al. 2014). Caffe draws m from its generator's state.</para>
/// </summary>
[LayerType("Dropout")]
public sealed class DropoutLayer<T>(DropoutOptions options) : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Grain = WorkPool.ElementGrain;

    // An element is dropped where the high half of its hash is below this; in 64 bits, so that p · 2³² is exact.
    private readonly ulong dropBelow = (ulong)Math.Round(options.DropoutRatio * (1L << 32));
    private readonly T scale = T.CreateTruncating(1 / (1 - options.DropoutRatio));
    private ulong layerKey;
    private ulong passKey;

    /// <inheritdoc/>
    public override bool CanRunInPlace => true;

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => false;

    private bool IsActive => Context.Phase == Phase.Train && dropBelow > 0;

    /// <inheritdoc/>
    public override void SetUp(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        layerKey = (ulong)RandomStream.Create(Context.Seed, Name).NextInt64();
        base.SetUp(bottom, top);
    }

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top) =>
        top[0].Reshape(bottom[0].Shape);

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        // Hashed, so that the counts of two iterations do not overlap.
        passKey = SplitMix64.Mix(layerKey + (ulong)Context.Iteration * SplitMix64.Increment);
        Drop(bottom[0].Data, top[0].Data);
    }

    /// <inheritdoc/>
    public override void Backward(IReadOnlyList<Blob<T>> top, IReadOnlyList<bool> propagateDown,
        IReadOnlyList<Blob<T>> bottom)
    {
        if (propagateDown[0])
            Drop(top[0].Diff, bottom[0].Diff);
    }

    private void Drop(ReadOnlySpan<T> x, Span<T> y)
    {
        if (!IsActive)
        {
            x.CopyTo(y);
            return;
        }
        var work = new DropWork(this, x, y);
        WorkPool.For(x.Length, Grain, ref work);
    }

    private readonly ref struct DropWork(DropoutLayer<T> layer, ReadOnlySpan<T> x, Span<T> y) : IRangeWork
    {
        private readonly ReadOnlySpan<T> x = x;
        private readonly Span<T> y = y;

        // Products, so that a NaN does not vanish, as in Caffe.
        public void Run(int from, int to)
        {
            var i = from;
            if (Vector.IsHardwareAccelerated && typeof(T) == typeof(float))
                for (; i <= to - Vector<T>.Count; i += Vector<T>.Count)
                {
                    var kept = Vector.Narrow(Kept(i), Kept(i + Vector<ulong>.Count));
                    (new Vector<T>(x[i..]) * (Vector.As<uint, T>(kept) & new Vector<T>(layer.scale))).CopyTo(y[i..]);
                }
            // The factors are looked up: half of the branches, being random, would be guessed wrong, which takes three
            // times as long. The difference's sign is the index.
            ReadOnlySpan<T> factors = [layer.scale, T.Zero];
            for (; i < to; i++)
                y[i] = x[i] * factors[(int)(((SplitMix64.Mix(State(i)) >> 32) - layer.dropBelow) >> 63)];
        }

        private ulong State(int index) => layer.passKey + (ulong)index * SplitMix64.Increment;

        /// <summary>All bits set for each of the elements from an index on that is not dropped.</summary>
        private Vector<ulong> Kept(int index)
        {
            var hash = SplitMix64.Mix(new Vector<ulong>(State(index)) + Vector<ulong>.Indices * SplitMix64.Increment);
            return Vector.GreaterThanOrEqual(hash >>> 32, new Vector<ulong>(layer.dropBelow));
        }
    }
}
