using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NeuralFramework.Layers;

/// <summary>
/// Largest values of the windows of planes, and where in the plane they are: of equal ones the first, row by row. NaN
/// counts as larger than all numbers; of several, the last. In float, a vector of neighbouring windows is worked on at
/// a time.
/// </summary>
internal sealed class MaxPoolKernel<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Above it, or with a single window in a row, a window by itself is quicker.
    private const int LargestKernel = 256;

    private readonly Window window;
    private readonly PlanePhases? phases;

    // How far the elements of a window, and the windows of a row, are from the first.
    private readonly int[] elementPlaces;
    private readonly int[] columnPlaces;

    public MaxPoolKernel(Window window)
    {
        this.window = window;
        phases = UsesVectors ? new PlanePhases(window) : null;
        elementPlaces = [.. Enumerable.Range(0, window.KernelSize)
            .Select(n => n / window.Width.Kernel * window.Width.Image + n % window.Width.Kernel)];
        columnPlaces = [.. Enumerable.Range(0, window.Width.Count + Vector<int>.Count)
            .Select(j => window.Width.Place(Math.Min(j, window.Width.Count), 0))];
    }

    private bool UsesVectors => typeof(T) == typeof(float) && Vector.IsHardwareAccelerated
        && window.KernelSize <= LargestKernel && window.Width.Count > 1;

    public void Forward(ReadOnlySpan<T> x, int planes, int grain, Span<T> y, Span<int> largest)
    {
        var work = new ForwardWork(this, x, y, largest);
        WorkPool.For(planes, grain, ref work);
    }

    public void Backward(ReadOnlySpan<T> dy, ReadOnlySpan<int> largest, int planes, int grain, Span<T> dx)
    {
        var work = new BackwardWork(window, dy, largest, dx);
        WorkPool.For(planes, grain, ref work);
    }

    private void RunPlanes(ReadOnlySpan<T> x, int count, Span<T> y, Span<int> largest)
    {
        var buffer = UsesVectors ? ThreadScratch<T>.Take(phases!.Count + Vector<T>.Count) : [];
        buffer.Fill(T.NegativeInfinity);
        for (var index = 0; index < count; index++)
        {
            var plane = x.Slice(index * window.PlaneSize, window.PlaneSize);
            var values = y.Slice(index * window.Count, window.Count);
            var places = largest.Slice(index * window.Count, window.Count);
            if (UsesVectors)
            {
                phases!.Gather(plane, buffer);
                FindByVectors(MemoryMarshal.Cast<T, float>(buffer), MemoryMarshal.Cast<T, float>(values), places);
                CorrectPads(plane, values, places);
            }
            else
                for (var target = 0; target < window.Count; target++)
                    values[target] = plane[places[target] = LargestOf(plane, target)];
        }
    }

    private void FindByVectors(ReadOnlySpan<float> buffer, Span<float> values, Span<int> places)
    {
        for (var i = 0; i < window.Height.Count; i++)
        {
            var rowPlace = new Vector<int>(window.Height.Place(i, 0) * window.Width.Image);
            for (var j = 0; j < window.Width.Count; j += Vector<float>.Count)
            {
                ref var first = ref Unsafe.AsRef(in buffer[i * phases!.Pitch + j]);
                FindLargest(ref first, out var largest, out var element);
                var place = rowPlace + new Vector<int>(columnPlaces, j) + element;
                // Lanes behind the row are written over by the next row; behind the plane there is none.
                var target = i * window.Width.Count + j;
                if (target + Vector<float>.Count <= values.Length)
                {
                    largest.CopyTo(values[target..]);
                    place.CopyTo(places[target..]);
                }
                else
                    for (var lane = 0; target + lane < values.Length && lane < Vector<float>.Count; lane++)
                        (values[target + lane], places[target + lane]) = (largest[lane], place[lane]);
            }
        }
    }

    private void FindLargest(ref float first, out Vector<float> largest, out Vector<int> element)
    {
        var offsets = phases!.Offsets;
        var places = elementPlaces.AsSpan(0, offsets.Length);
        largest = Vector.LoadUnsafe(ref first);
        element = Vector<int>.Zero;
        for (var n = 1; n < offsets.Length; n++)
        {
            var value = Vector.LoadUnsafe(ref Unsafe.Add(ref first, offsets[n]));
            var isLarger = Vector.GreaterThan(value, largest) | ~Vector.Equals(value, value);
            largest = Vector.ConditionalSelect(isLarger, value, largest);
            element = Vector.ConditionalSelect(isLarger, new Vector<int>(places[n]), element);
        }
    }

    /// <summary>A window that begins in a pad and covers nothing above −∞ has found the pad: looks again.</summary>
    private void CorrectPads(ReadOnlySpan<T> plane, Span<T> values, Span<int> places)
    {
        if (window.Height.Pad == 0 && window.Width.Pad == 0)
            return;
        if (TensorPrimitives.Min<T>(values) > T.NegativeInfinity)
            return;
        for (var target = 0; target < values.Length; target++)
            if (T.IsNegativeInfinity(values[target]))
                places[target] = LargestOf(plane, target);
    }

    private int LargestOf(ReadOnlySpan<T> plane, int target)
    {
        var (i, j) = Math.DivRem(target, window.Width.Count);
        var (rows, columns) = (window.Height.Covered(i), window.Width.Covered(j));
        var place = rows.From * window.Width.Image + columns.From;
        var value = plane[place];
        for (var row = rows.From; row < rows.To; row++)
        {
            var start = row * window.Width.Image + columns.From;
            var values = plane.Slice(start, columns.To - columns.From);
            for (var column = 0; column < values.Length; column++)
                if (values[column] > value || T.IsNaN(values[column]))
                    (value, place) = (values[column], start + column);
        }
        return place;
    }

    private readonly ref struct ForwardWork(MaxPoolKernel<T> kernel, ReadOnlySpan<T> x, Span<T> y, Span<int> largest)
        : IRangeWork
    {
        private readonly ReadOnlySpan<T> x = x;
        private readonly Span<T> y = y;
        private readonly Span<int> largest = largest;

        public void Run(int from, int to)
        {
            var (size, count) = (kernel.window.PlaneSize, kernel.window.Count);
            kernel.RunPlanes(x[(from * size)..(to * size)], to - from, y[(from * count)..(to * count)],
                largest[(from * count)..(to * count)]);
        }
    }

    private readonly ref struct BackwardWork(Window window, ReadOnlySpan<T> dy, ReadOnlySpan<int> largest, Span<T> dx)
        : IRangeWork
    {
        private readonly ReadOnlySpan<T> dy = dy;
        private readonly ReadOnlySpan<int> largest = largest;
        private readonly Span<T> dx = dx;

        public void Run(int from, int to)
        {
            for (var index = from; index < to; index++)
            {
                var plane = dx.Slice(index * window.PlaneSize, window.PlaneSize);
                var gradient = dy.Slice(index * window.Count, window.Count);
                var places = largest.Slice(index * window.Count, window.Count);
                plane.Clear();
                for (var i = 0; i < gradient.Length; i++)
                    plane[places[i]] += gradient[i];
            }
        }
    }
}
