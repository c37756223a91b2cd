using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace NeuralFramework.Layers;

/// <summary>
/// The arithmetic of <see cref="BatchNormLayer{T}"/> on samples × channels × places. What is summed over a channel is
/// first summed over each plane, the places of one sample's channel, then over the samples in their order.
/// </summary>
internal sealed class BatchNormKernel<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Grain = WorkPool.ElementGrain;

    // Of each plane its sum or mean, and its sum of squares or products.
    private readonly Blob<T> planeSums = new([0]);
    private readonly Blob<T> planeDots = new([0]);
    private readonly Blob<T> scratch = new([0]);
    private readonly Blob<T> corrections = new([0]);
    private int samples;
    private int channels;
    private int places;

    /// <summary>The values of a channel.</summary>
    public T ValuesPerChannel => T.CreateTruncating((long)samples * places);

    private T Samples => T.CreateTruncating(samples);

    // What a unit of the work has: a sample, where channels are single values, else a plane.
    private int ItemSize => places == 1 ? channels : places;

    private T Places => T.CreateTruncating(places);

    public void Reshape(Shape shape)
    {
        (samples, channels, places) = (shape[0], shape[1], shape.SizeOf(2));
        planeSums.Reshape([samples, channels]);
        planeDots.Reshape([samples, channels]);
        scratch.Reshape([channels]);
        corrections.Reshape([channels]);
    }

    /// <summary>Mean and (biased) variance of each channel. x is read once from memory: mean and squares of each plane
    /// are found by two passes while it is in the cache, then joined (Chan et al. 1979), which is as exact as two passes
    /// over all.</summary>
    public void FindMoments(ReadOnlySpan<T> x, Span<T> mean, Span<T> variance)
    {
        if (places != 1)
        {
            var work = new MomentsWork(this, x, planeSums.Data, planeDots.Data);
            ForEachPart(ref work);
        }
        JoinMoments(places == 1 ? x : planeSums.Data, mean, variance);
        TensorPrimitives.Multiply(variance, Places, variance);
        if (places != 1)
        {
            AddRows(planeDots.Data, scratch.Data);
            TensorPrimitives.Add(variance, scratch.Data, variance);
        }
        TensorPrimitives.Divide(variance, ValuesPerChannel, variance);
    }

    /// <summary>y = (x − mean) · factor + shift. x is copied to <paramref name="kept"/>, unless that is empty.</summary>
    public void Normalize(ReadOnlySpan<T> x, ReadOnlySpan<T> mean, ReadOnlySpan<T> factor, ReadOnlySpan<T> shift,
        Span<T> kept, Span<T> y)
    {
        var work = new NormalizeWork(this, x, mean, factor, shift, kept, y);
        ForEachPart(ref work);
    }

    /// <summary>Σ dy and Σ dy · (x − mean) of each channel.</summary>
    public void SumGradients(ReadOnlySpan<T> dy, ReadOnlySpan<T> x, ReadOnlySpan<T> mean, Span<T> sums, Span<T> dots)
    {
        var work = new GradientSumsWork(this, dy, x, mean, planeSums.Data, planeDots.Data);
        ForEachPart(ref work);
        AddRows(places == 1 ? dy : planeSums.Data, sums);
        AddRows(planeDots.Data, dots);
    }

    /// <summary>dx = factor · (dy − dyMean − (x − mean) · slope). dx may be the same memory as dy.</summary>
    public void Backward(ReadOnlySpan<T> dy, ReadOnlySpan<T> dyMean, ReadOnlySpan<T> x, ReadOnlySpan<T> mean,
        ReadOnlySpan<T> slope, ReadOnlySpan<T> factor, Span<T> dx)
    {
        var work = new GradientWork(this, dy, dyMean, x, mean, slope, factor, planeDots.Data, dx);
        ForEachPart(ref work);
    }

    private void ForEachPart<TWork>(ref TWork work) where TWork : struct, IRangeWork, allows ref struct =>
        WorkPool.For(places == 1 ? samples : samples * channels, Math.Max(1, Grain / Math.Max(1, ItemSize)), ref work);

    /// <summary>Mean of the planes' means, and the sum of squares of their differences from it.</summary>
    private void JoinMoments(ReadOnlySpan<T> planeMeans, Span<T> mean, Span<T> squares)
    {
        AddRows(planeMeans, mean);
        TensorPrimitives.Divide(mean, Samples, mean);
        var difference = scratch.Data;
        var missing = corrections.Data;
        squares.Clear();
        missing.Clear();
        for (var row = 0; row < planeMeans.Length; row += channels)
        {
            TensorPrimitives.Subtract(planeMeans.Slice(row, channels), mean, difference);
            TensorPrimitives.MultiplyAdd(difference, difference, squares, squares);
            TensorPrimitives.Add(missing, difference, missing);
        }
        // The differences from the mean would sum up to 0, had the sum of a thousand samples not been rounded.
        TensorPrimitives.Divide(missing, Samples, missing);
        TensorPrimitives.Add(mean, missing, mean);
        TensorPrimitives.Multiply(missing, missing, missing);
        TensorPrimitives.MultiplyAdd(missing, -Samples, squares, squares);
        TensorPrimitives.Max(squares, T.Zero, squares);
    }

    private void AddRows(ReadOnlySpan<T> rows, Span<T> sum)
    {
        sum.Clear();
        for (var row = 0; row < rows.Length; row += channels)
            TensorPrimitives.Add(sum, rows.Slice(row, channels), sum);
    }

    /// <summary>Σ (a − aMean) · (b − bMean).</summary>
    private static T CenteredDot(ReadOnlySpan<T> a, T aMean, ReadOnlySpan<T> b, T bMean)
    {
        var (ofA, ofB) = (new Vector<T>(aMean), new Vector<T>(bMean));
        var va = MemoryMarshal.Cast<T, Vector<T>>(a);
        var vb = MemoryMarshal.Cast<T, Vector<T>>(b)[..va.Length];
        // Four sums, as an addition takes four cycles.
        var (sum0, sum1, sum2, sum3) = (Vector<T>.Zero, Vector<T>.Zero, Vector<T>.Zero, Vector<T>.Zero);
        var i = 0;
        for (; i <= va.Length - 4; i += 4)
        {
            sum0 += (va[i] - ofA) * (vb[i] - ofB);
            sum1 += (va[i + 1] - ofA) * (vb[i + 1] - ofB);
            sum2 += (va[i + 2] - ofA) * (vb[i + 2] - ofB);
            sum3 += (va[i + 3] - ofA) * (vb[i + 3] - ofB);
        }
        for (; i < va.Length; i++)
            sum0 += (va[i] - ofA) * (vb[i] - ofB);
        var sum = Vector.Sum(sum0 + sum1 + (sum2 + sum3));
        for (i = va.Length * Vector<T>.Count; i < a.Length; i++)
            sum += (a[i] - aMean) * (b[i] - bMean);
        return sum;
    }

    private readonly ref struct MomentsWork(BatchNormKernel<T> kernel, ReadOnlySpan<T> x, Span<T> means,
        Span<T> squares) : IRangeWork
    {
        private readonly ReadOnlySpan<T> x = x;
        private readonly Span<T> means = means;
        private readonly Span<T> squares = squares;

        public void Run(int from, int to)
        {
            var count = kernel.places;
            for (var index = from; index < to; index++)
            {
                var plane = x.Slice(index * count, count);
                means[index] = TensorPrimitives.Sum(plane) / kernel.Places;
                squares[index] = CenteredDot(plane, means[index], plane, means[index]);
            }
        }
    }

    private readonly ref struct NormalizeWork(BatchNormKernel<T> kernel, ReadOnlySpan<T> x, ReadOnlySpan<T> mean,
        ReadOnlySpan<T> factor, ReadOnlySpan<T> shift, Span<T> kept, Span<T> y) : IRangeWork
    {
        private readonly ReadOnlySpan<T> x = x;
        private readonly ReadOnlySpan<T> mean = mean;
        private readonly ReadOnlySpan<T> factor = factor;
        private readonly ReadOnlySpan<T> shift = shift;
        private readonly Span<T> kept = kept;
        private readonly Span<T> y = y;

        public void Run(int from, int to)
        {
            var count = kernel.ItemSize;
            for (var index = from; index < to; index++)
            {
                var values = x.Slice(index * count, count);
                if (kept.Length > 0)
                    values.CopyTo(kept[(index * count)..]);
                var result = y.Slice(index * count, count);
                if (kernel.places == 1)
                {
                    TensorPrimitives.Subtract(values, mean, result);
                    TensorPrimitives.MultiplyAdd(result, factor, shift, result);
                    continue;
                }
                var c = index % kernel.channels;
                VectorKernel.Apply(new Normalization(mean[c], factor[c], shift[c]), values, values, result);
            }
        }
    }

    private readonly ref struct GradientSumsWork(BatchNormKernel<T> kernel, ReadOnlySpan<T> dy, ReadOnlySpan<T> x,
        ReadOnlySpan<T> mean, Span<T> sums, Span<T> dots) : IRangeWork
    {
        private readonly ReadOnlySpan<T> dy = dy;
        private readonly ReadOnlySpan<T> x = x;
        private readonly ReadOnlySpan<T> mean = mean;
        private readonly Span<T> sums = sums;
        private readonly Span<T> dots = dots;

        public void Run(int from, int to)
        {
            var count = kernel.ItemSize;
            for (var index = from; index < to; index++)
            {
                var gradient = dy.Slice(index * count, count);
                var values = x.Slice(index * count, count);
                if (kernel.places == 1)
                {
                    var dot = dots.Slice(index * count, count);
                    TensorPrimitives.Subtract(values, mean, dot);
                    TensorPrimitives.Multiply(gradient, dot, dot);
                    continue;
                }
                sums[index] = TensorPrimitives.Sum(gradient);
                dots[index] = CenteredDot(gradient, T.Zero, values, mean[index % kernel.channels]);
            }
        }
    }

    private readonly ref struct GradientWork(BatchNormKernel<T> kernel, ReadOnlySpan<T> dy, ReadOnlySpan<T> dyMean,
        ReadOnlySpan<T> x, ReadOnlySpan<T> mean, ReadOnlySpan<T> slope, ReadOnlySpan<T> factor, Span<T> terms,
        Span<T> dx) : IRangeWork
    {
        private readonly ReadOnlySpan<T> dy = dy;
        private readonly ReadOnlySpan<T> dyMean = dyMean;
        private readonly ReadOnlySpan<T> x = x;
        private readonly ReadOnlySpan<T> mean = mean;
        private readonly ReadOnlySpan<T> slope = slope;
        private readonly ReadOnlySpan<T> factor = factor;
        private readonly Span<T> terms = terms;
        private readonly Span<T> dx = dx;

        public void Run(int from, int to)
        {
            var count = kernel.ItemSize;
            for (var index = from; index < to; index++)
            {
                var gradient = dy.Slice(index * count, count);
                var values = x.Slice(index * count, count);
                var result = dx.Slice(index * count, count);
                if (kernel.places == 1)
                {
                    var term = terms.Slice(index * count, count);
                    TensorPrimitives.Subtract(values, mean, term);
                    TensorPrimitives.Multiply(term, slope, term);
                    TensorPrimitives.Subtract(gradient, term, term);
                    TensorPrimitives.Subtract(term, dyMean, term);
                    TensorPrimitives.Multiply(term, factor, result);
                    continue;
                }
                var c = index % kernel.channels;
                VectorKernel.Apply(new Gradient(dyMean[c], mean[c], slope[c], factor[c]), gradient, values, result);
            }
        }
    }

    private readonly struct Normalization(T mean, T factor, T shift) : IPairKernel<T>
    {
        private readonly Vector<T> mean = new(mean);
        private readonly Vector<T> factor = new(factor);
        private readonly Vector<T> shift = new(shift);

        public Vector<T> Of(Vector<T> x, Vector<T> same) => (x - mean) * factor + shift;
    }

    private readonly struct Gradient(T dyMean, T mean, T slope, T factor) : IPairKernel<T>
    {
        private readonly Vector<T> dyMean = new(dyMean);
        private readonly Vector<T> mean = new(mean);
        private readonly Vector<T> slope = new(slope);
        private readonly Vector<T> factor = new(factor);

        public Vector<T> Of(Vector<T> dy, Vector<T> x) => factor * (dy - dyMean - (x - mean) * slope);
    }
}
