using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>
/// Stochastic pooling of planes (Zeiler and Fergus 2013), for values of 0 or more, such as those behind ReLU. In
/// training a window becomes one of its values x_i, drawn with the probability x_i / Σ x: the first up to which the
/// values sum to r · Σ x or more, with r uniform from 0 to 1; otherwise their weighted mean Σ x² / Σ x, or 0 where Σ x
/// is not above 0. r is a hash of (seed, layer name, iteration, index of the window).
/// </summary>
internal sealed class StochasticPooling<T>(Layer<T> layer) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private int[] places = [];
    private ulong layerKey;
    private ulong passKey;

    private bool IsTraining => layer.Context.Phase == Phase.Train;

    /// <summary>Takes the layer's seed and name.</summary>
    public void SetUp() => layerKey = (ulong)RandomStream.Create(layer.Context.Seed, layer.Name).NextInt64();

    /// <summary>Makes room for this many windows.</summary>
    public void Reshape(int windows)
    {
        if (places.Length < windows)
            places = new int[windows];
    }

    public void Forward(Window window, int planes, int grain, ReadOnlySpan<T> x, Span<T> y)
    {
        // Hashed, so that the counts of two iterations do not overlap.
        passKey = SplitMix64.Mix(layerKey + (ulong)layer.Context.Iteration * SplitMix64.Increment);
        var work = new ForwardWork(this, window, x, y);
        WorkPool.For(planes, grain, ref work);
    }

    public void Backward(Window window, int planes, int grain, ReadOnlySpan<T> x, ReadOnlySpan<T> dy, Span<T> dx)
    {
        var work = new BackwardWork(this, window, x, dy, dx);
        WorkPool.For(planes, grain, ref work);
    }

    /// <summary>A number from 0 to below 1, a function of the window and the pass.</summary>
    private T Uniform(int index) => T.CreateTruncating(
        (SplitMix64.Mix(passKey + (ulong)index * SplitMix64.Increment) >> 11) * (1.0 / (1L << 53)));

    private static (T Sum, T Squares) SumsOf(in WindowView view, ReadOnlySpan<T> plane)
    {
        var (sum, squares) = (T.Zero, T.Zero);
        for (var row = view.Rows.From; row < view.Rows.To; row++)
            foreach (var value in plane[view.RowRange(row)])
            {
                sum += value;
                squares += value * value;
            }
        return (sum, squares);
    }

    // Where no sum reaches the threshold, as among negative values, it is the last place.
    private static int PlaceAt(in WindowView view, ReadOnlySpan<T> plane, T threshold)
    {
        var sum = T.Zero;
        var place = 0;
        for (var row = view.Rows.From; row < view.Rows.To; row++)
            for (var column = view.Columns.From; column < view.Columns.To; column++)
            {
                place = row * view.Width + column;
                sum += plane[place];
                if (sum >= threshold)
                    return place;
            }
        return place;
    }

    private readonly record struct WindowView((int From, int To) Rows, (int From, int To) Columns, int Width)
    {
        public static WindowView Of(in Window window, int i, int j) =>
            new(window.Height.Covered(i), window.Width.Covered(j), window.Width.Image);

        public Range RowRange(int row) => (row * Width + Columns.From)..(row * Width + Columns.To);
    }

    private readonly ref struct ForwardWork(StochasticPooling<T> pooling, Window window, ReadOnlySpan<T> x, Span<T> y)
        : IRangeWork
    {
        private readonly ReadOnlySpan<T> x = x;
        private readonly Span<T> y = y;

        public void Run(int from, int to)
        {
            var isTraining = pooling.IsTraining;
            var target = from * window.Count;
            for (var index = from; index < to; index++)
            {
                var plane = x.Slice(index * window.PlaneSize, window.PlaneSize);
                for (var i = 0; i < window.Height.Count; i++)
                    for (var j = 0; j < window.Width.Count; j++, target++)
                    {
                        var view = WindowView.Of(window, i, j);
                        y[target] = isTraining ? Draw(view, plane, target) : Mean(view, plane);
                    }
            }
        }

        private T Draw(in WindowView view, ReadOnlySpan<T> plane, int target)
        {
            var sum = SumsOf(view, plane).Sum;
            var place = PlaceAt(view, plane, pooling.Uniform(target) * sum);
            pooling.places[target] = place;
            return T.IsNaN(sum) ? sum : plane[place];
        }

        private static T Mean(in WindowView view, ReadOnlySpan<T> plane)
        {
            var (sum, squares) = SumsOf(view, plane);
            return sum <= T.Zero ? T.Zero : squares / sum;
        }
    }

    private readonly ref struct BackwardWork(StochasticPooling<T> pooling, Window window, ReadOnlySpan<T> x,
        ReadOnlySpan<T> dy, Span<T> dx) : IRangeWork
    {
        private readonly ReadOnlySpan<T> x = x;
        private readonly ReadOnlySpan<T> dy = dy;
        private readonly Span<T> dx = dx;

        public void Run(int from, int to)
        {
            var isTraining = pooling.IsTraining;
            var source = from * window.Count;
            for (var index = from; index < to; index++)
            {
                var start = index * window.PlaneSize;
                var gradient = dx.Slice(start, window.PlaneSize);
                gradient.Clear();
                for (var i = 0; i < window.Height.Count; i++)
                    for (var j = 0; j < window.Width.Count; j++, source++)
                        if (isTraining)
                            gradient[pooling.places[source]] += dy[source];
                        else
                            AddMeanGradient(WindowView.Of(window, i, j), x.Slice(start, window.PlaneSize), dy[source],
                                gradient);
            }
        }

        // ∂(Σ x² / Σ x)/∂x_i = (2 · x_i − y) / Σ x.
        private static void AddMeanGradient(in WindowView view, ReadOnlySpan<T> plane, T dy, Span<T> gradient)
        {
            var (sum, squares) = SumsOf(view, plane);
            if (sum <= T.Zero)
                return;
            for (var row = view.Rows.From; row < view.Rows.To; row++)
            {
                var values = plane[view.RowRange(row)];
                var slopes = gradient[view.RowRange(row)];
                for (var i = 0; i < values.Length; i++)
                    slopes[i] += dy * (values[i] + values[i] - squares / sum) / sum;
            }
        }
    }
}
