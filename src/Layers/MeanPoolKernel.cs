using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace NeuralFramework.Layers;

/// <summary>Means of the windows of planes, and the gradients that they share out. A vector of neighbouring windows, or
/// of places of a phase, is worked on at a time.</summary>
internal sealed class MeanPoolKernel<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Above it, or with a single window in a row, a window by itself is quicker.
    private const int LargestKernel = 256;

    private readonly Window window;
    private readonly PlanePhases? phases;

    // By what the sum of each window is divided; ones for the lanes behind the last.
    private readonly T[] sizes;

    public MeanPoolKernel(Window window)
    {
        this.window = window;
        phases = UsesVectors ? new PlanePhases(window) : null;
        sizes = new T[window.Count + Vector<T>.Count];
        Array.Fill(sizes, T.One);
        for (var target = 0; target < window.Count; target++)
        {
            var (i, j) = Math.DivRem(target, window.Width.Count);
            sizes[target] = T.CreateTruncating(window.Height.PaddedExtent(i))
                * T.CreateTruncating(window.Width.PaddedExtent(j));
        }
    }

    private bool UsesVectors => Vector.IsHardwareAccelerated && window.KernelSize <= LargestKernel
        && window.Width.Count > 1;

    public void Forward(ReadOnlySpan<T> x, int planes, int grain, Span<T> y)
    {
        var work = new ForwardWork(this, x, y);
        WorkPool.For(planes, grain, ref work);
    }

    public void Backward(ReadOnlySpan<T> dy, int planes, int grain, Span<T> dx)
    {
        var work = new BackwardWork(this, dy, dx);
        WorkPool.For(planes, grain, ref work);
    }

    private void Average(ReadOnlySpan<T> plane, Span<T> buffer, Span<T> means)
    {
        phases!.Gather(plane, buffer);
        var offsets = phases!.Offsets;
        for (var i = 0; i < window.Height.Count; i++)
            for (var j = 0; j < window.Width.Count; j += Vector<T>.Count)
            {
                ref var first = ref buffer[i * phases!.Pitch + j];
                var sum = Vector<T>.Zero;
                foreach (var offset in offsets)
                    sum += Vector.LoadUnsafe(ref Unsafe.Add(ref first, offset));
                var target = i * window.Width.Count + j;
                var mean = sum / new Vector<T>(sizes, target);
                // Lanes behind the row are written over by the next row; behind the plane there is none.
                if (target + Vector<T>.Count <= means.Length)
                    mean.CopyTo(means[target..]);
                else
                    for (var lane = 0; target + lane < means.Length; lane++)
                        means[target + lane] = mean[lane];
            }
    }

    private void AverageOneByOne(ReadOnlySpan<T> plane, Span<T> means)
    {
        for (var target = 0; target < means.Length; target++)
        {
            var (rows, columns) = Covered(target);
            var sum = T.Zero;
            if (columns.To - columns.From == window.Width.Image)
                sum = TensorPrimitives.Sum(plane[(rows.From * window.Width.Image)..(rows.To * window.Width.Image)]);
            else
                for (var row = rows.From; row < rows.To; row++)
                    sum += TensorPrimitives.Sum(
                        plane.Slice(row * window.Width.Image + columns.From, columns.To - columns.From));
            means[target] = sum / sizes[target];
        }
    }

    /// <summary>Each place gets the shares of the windows that cover it. Around the windows' shares there are zeros,
    /// for windows that do not exist.</summary>
    private void Share(ReadOnlySpan<T> gradient, Span<T> shares, Span<T> buffer, Span<T> plane)
    {
        var margin = phases!.LargestShift;
        for (var i = 0; i < window.Height.Count; i++)
            ShareRow(gradient, i * window.Width.Count, shares[(margin + i * phases!.Pitch)..]);
        for (var phase = 0; phase < phases!.PhaseCount; phase++)
        {
            var shifts = phases!.ShiftsOf(phase);
            var target = buffer[(phase * phases!.PhaseSize)..];
            for (var i = 0; i < phases!.PhaseSize; i += Vector<T>.Count)
            {
                ref var last = ref shares[margin + i];
                var sum = Vector<T>.Zero;
                foreach (var shift in shifts)
                    sum += Vector.LoadUnsafe(ref Unsafe.Add(ref last, -shift));
                sum.CopyTo(target[i..]);
            }
        }
        phases!.Scatter(buffer, plane);
    }

    private void ShareRow(ReadOnlySpan<T> gradient, int start, Span<T> shares)
    {
        var j = 0;
        for (; j < window.Width.Count && start + j + Vector<T>.Count <= gradient.Length; j += Vector<T>.Count)
            (new Vector<T>(gradient[(start + j)..]) / new Vector<T>(sizes, start + j)).CopyTo(shares[j..]);
        if (j > window.Width.Count)
            shares[window.Width.Count..j].Clear();
        for (; j < window.Width.Count; j++)
            shares[j] = gradient[start + j] / sizes[start + j];
    }

    private void ShareOneByOne(ReadOnlySpan<T> gradient, Span<T> plane)
    {
        plane.Clear();
        for (var source = 0; source < gradient.Length; source++)
        {
            var (rows, columns) = Covered(source);
            var share = gradient[source] / sizes[source];
            for (var row = rows.From; row < rows.To; row++)
            {
                var covered = plane.Slice(row * window.Width.Image + columns.From, columns.To - columns.From);
                TensorPrimitives.Add(covered, share, covered);
            }
        }
    }

    private ((int From, int To) Rows, (int From, int To) Columns) Covered(int target)
    {
        var (i, j) = Math.DivRem(target, window.Width.Count);
        return (window.Height.Covered(i), window.Width.Covered(j));
    }

    private readonly ref struct ForwardWork(MeanPoolKernel<T> kernel, ReadOnlySpan<T> x, Span<T> y) : IRangeWork
    {
        private readonly ReadOnlySpan<T> x = x;
        private readonly Span<T> y = y;

        public void Run(int from, int to)
        {
            var (size, count) = (kernel.window.PlaneSize, kernel.window.Count);
            var buffer = kernel.UsesVectors ? ThreadScratch<T>.Take(kernel.phases!.Count + Vector<T>.Count) : [];
            // Pads count as zeros.
            buffer.Clear();
            for (var index = from; index < to; index++)
            {
                var plane = x.Slice(index * size, size);
                var means = y.Slice(index * count, count);
                if (kernel.UsesVectors)
                    kernel.Average(plane, buffer, means);
                else
                    kernel.AverageOneByOne(plane, means);
            }
        }
    }

    private readonly ref struct BackwardWork(MeanPoolKernel<T> kernel, ReadOnlySpan<T> dy, Span<T> dx) : IRangeWork
    {
        private readonly ReadOnlySpan<T> dy = dy;
        private readonly Span<T> dx = dx;

        public void Run(int from, int to)
        {
            var (size, count) = (kernel.window.PlaneSize, kernel.window.Count);
            var ofShares = kernel.phases is { } phases
                ? phases.LargestShift + phases.PhaseSize + Vector<T>.Count : 0;
            var buffer = kernel.UsesVectors
                ? ThreadScratch<T>.Take(ofShares + kernel.phases!.Count + Vector<T>.Count) : [];
            var shares = kernel.UsesVectors ? buffer[..ofShares] : [];
            shares.Clear();
            for (var index = from; index < to; index++)
            {
                var gradient = dy.Slice(index * count, count);
                var plane = dx.Slice(index * size, size);
                if (kernel.UsesVectors)
                    kernel.Share(gradient, shares, buffer[ofShares..], plane);
                else
                    kernel.ShareOneByOne(gradient, plane);
            }
        }
    }
}
