using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>
/// Multiplies elements by m / (1 − p), where m is 0 with the probability p and else 1, in the phase train; a copy
/// otherwise. m is a hash of (seed, name, iteration, index of the element): nothing is kept, a resumed run repeats it,
/// and it does not depend on the number of threads. The hash is the output of SplitMix64 (Steele, Lea and Flood 2014)
/// whose state is counted by the index.
/// </summary>
internal sealed class DropoutMask<T>(double ratio) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // An element is dropped where the high half of its hash is below this; in 64 bits, so that p · 2³² is exact.
    private readonly ulong dropBelow = (ulong)Math.Round(ratio * (1L << 32));
    private readonly T scale = T.CreateTruncating(1 / (1 - ratio));
    private ulong nameKey;
    private ulong passKey;

    /// <summary>Whether anything is dropped in this pass.</summary>
    public bool IsActive { get; private set; }

    /// <summary>Says who draws.</summary>
    public void SetUp(long seed, string name) => nameKey = (ulong)RandomStream.Create(seed, name).NextInt64();

    /// <summary>Draws the mask of an iteration.</summary>
    public void BeginPass(NetContext context)
    {
        IsActive = context.Phase == Phase.Train && dropBelow > 0;
        // Hashed, so that the counts of two iterations do not overlap.
        passKey = SplitMix64.Mix(nameKey + (ulong)context.Iteration * SplitMix64.Increment);
    }

    /// <summary>y = x · m / (1 − p) with the mask of the pass. Both may be the same memory.</summary>
    public void Apply(ReadOnlySpan<T> x, Span<T> y)
    {
        if (!IsActive)
        {
            x.CopyTo(y);
            return;
        }
        var work = new DropWork(this, x, y);
        WorkPool.For(x.Length, WorkPool.ElementGrain, ref work);
    }

    private readonly ref struct DropWork(DropoutMask<T> mask, ReadOnlySpan<T> x, Span<T> y) : IRangeWork
    {
        private readonly ReadOnlySpan<T> x = x;
        private readonly Span<T> y = y;

        // Products, so that a NaN does not vanish, as in Caffe. Their factors are looked up: half of the branches,
        // being random, would be guessed wrong, which takes three times as long. The difference's sign is the index.
        public void Run(int from, int to)
        {
            ReadOnlySpan<T> factors = [mask.scale, T.Zero];
            var dropBelow = mask.dropBelow;
            var state = mask.passKey + (ulong)from * SplitMix64.Increment;
            for (var i = from; i < to; i++, state += SplitMix64.Increment)
                y[i] = x[i] * factors[(int)(((SplitMix64.Mix(state) >> 32) - dropBelow) >> 63)];
        }
    }
}
