using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>
/// Maximum: y = max(x₀, x₁, …), element by element. NaN wins.
/// <para>Bottoms: two or more, of equal shapes or such as broadcast (see <see cref="BroadcastLayer{T}"/>). Top: the
/// shape that they fill.</para>
/// <para>Backward: the gradient is routed to the largest, the others get 0; of equal ones, the first gets it. It is
/// summed over the repetitions of a bottom that is repeated.</para>
/// <para>Source: the max gate of the CS231n notes; Caffe's <c>Eltwise</c> with <c>max</c>, for equal shapes. (Caffe
/// gives a tie to the second of two.)</para>
/// </summary>
[LayerType("Max")]
public sealed class MaxLayer<T> : BroadcastLayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // How many elements of a part are worth waking a thread for.
    private const int Grain = 4 * 1024;

    private int[] winners = [];

    /// <inheritdoc/>
    public override bool BackwardReadsTopData => false;

    /// <inheritdoc/>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        base.Reshape(bottom, top);
        if (winners.Length < top[0].Count)
            winners = new int[top[0].Count];
    }

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        var y = top[0].Data;
        Repeated(0, bottom).CopyTo(y);
        Array.Clear(winners);
        for (var i = 1; i < bottom.Count; i++)
        {
            var work = new ChallengeWork(Repeated(i, bottom), y, winners, i);
            WorkPool.For(y.Length, Grain, ref work);
        }
    }

    private protected override void ComputeGradient(int index, IReadOnlyList<Blob<T>> bottom, Blob<T> top,
        Span<T> gradient)
    {
        var work = new RouteWork(winners, index, top.Diff, gradient);
        WorkPool.For(gradient.Length, Grain, ref work);
    }

    /// <summary>Puts a bottom's values where they are larger than the largest so far, and its number beside
    /// them.</summary>
    private readonly ref struct ChallengeWork(ReadOnlySpan<T> x, Span<T> y, Span<int> winners, int index) : IRangeWork
    {
        private readonly ReadOnlySpan<T> x = x;
        private readonly Span<T> y = y;
        private readonly Span<int> winners = winners;

        public void Run(int from, int to)
        {
            for (var i = from; i < to; i++)
                if (x[i] > y[i] || T.IsNaN(x[i]))
                    (y[i], winners[i]) = (x[i], index);
        }
    }

    private readonly ref struct RouteWork(ReadOnlySpan<int> winners, int index, ReadOnlySpan<T> dy, Span<T> dx)
        : IRangeWork
    {
        private readonly ReadOnlySpan<int> winners = winners;
        private readonly ReadOnlySpan<T> dy = dy;
        private readonly Span<T> dx = dx;

        public void Run(int from, int to)
        {
            for (var i = from; i < to; i++)
                dx[i] = winners[i] == index ? dy[i] : T.Zero;
        }
    }
}
