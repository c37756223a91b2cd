using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NeuralFramework.Layers;

/// <summary>
/// A plane, pads included, taken apart by the remainders of row and column divided by the stride. Within a phase, what
/// neighbouring windows have at the same element lies side by side, so windows are worked on a vector at a time,
/// whatever the stride: element n of window (i, j) is at Offsets[n] + i · Pitch + j.
/// </summary>
internal sealed class PlanePhases
{
    // Above them, or with a single window in a row, a window by itself is quicker.
    private const int LargestKernel = 256;
    private const int LargestStride = 16;

    private readonly WindowAxis height;
    private readonly WindowAxis width;
    private readonly int[] offsets;
    private readonly int[][] shifts;

    // Where the rows of the image begin, and its first columns in each row: one for each remainder.
    private readonly int[] rowStarts;
    private readonly int[] columnStarts;

    private PlanePhases(Window window)
    {
        (height, width) = (window.Height, window.Width);
        (Rows, Pitch) = (Extent(height), Extent(width));
        PhaseCount = height.Stride * width.Stride;
        offsets = [.. Enumerable.Range(0, window.KernelSize)
            .Select(n => RowStart(n / width.Kernel) + ColumnStart(n % width.Kernel))];
        shifts = [.. Enumerable.Range(0, PhaseCount).Select(phase =>
            offsets.Where(offset => offset / PhaseSize == phase).Select(offset => offset % PhaseSize).ToArray())];
        rowStarts = [.. Enumerable.Range(height.Pad, height.Image).Select(RowStart)];
        columnStarts = [.. Enumerable.Range(width.Pad, Math.Min(width.Stride, width.Image)).Select(ColumnStart)];
    }

    /// <summary>The phases for these windows, or null where they would not be quicker.</summary>
    public static PlanePhases? For(Window window) =>
        Vector.IsHardwareAccelerated && window.Width.Count > 1
        && (long)window.Height.Kernel * window.Width.Kernel <= LargestKernel
        && window.Height.Stride <= LargestStride && window.Width.Stride <= LargestStride ? new(window) : null;

    /// <summary>The rows of a phase.</summary>
    public int Rows { get; }

    /// <summary>The distance between two rows of a phase.</summary>
    public int Pitch { get; }

    /// <summary>The number of phases, which follow each other.</summary>
    public int PhaseCount { get; }

    /// <summary>The elements of a phase.</summary>
    public int PhaseSize => Rows * Pitch;

    /// <summary>The elements of all phases. A kernel that reads whole vectors reads up to a vector more.</summary>
    public int Count => PhaseCount * PhaseSize;

    /// <summary>Where the elements of the first window are, row by row.</summary>
    public ReadOnlySpan<int> Offsets => offsets;

    /// <summary>Which windows cover the places of a phase, as distances back from the place: its window (i, j) covers
    /// what lies a distance behind i · Pitch + j.</summary>
    public ReadOnlySpan<int> ShiftsOf(int phase) => shifts[phase];

    /// <summary>The largest of the distances of <see cref="ShiftsOf"/>.</summary>
    public int LargestShift => (height.Kernel - 1) / height.Stride * Pitch + (width.Kernel - 1) / width.Stride;

    /// <summary>Takes a plane apart. Where the pads are, the phases keep what they hold.</summary>
    public void Gather<T>(ReadOnlySpan<T> plane, Span<T> phases) where T : unmanaged
    {
        for (var row = 0; row < height.Image; row++)
        {
            var values = plane.Slice(row * width.Image, width.Image);
            var target = phases[rowStarts[row]..];
            if (width.Stride == 1)
                values.CopyTo(target[columnStarts[0]..]);
            else if (width.Stride == 2 && width.Image > 1)
                SplitPairs(values, target[columnStarts[0]..], target[columnStarts[1]..]);
            else
                for (var first = 0; first < columnStarts.Length; first++)
                    for (var (column, at) = (first, columnStarts[first]); column < values.Length; at++)
                    {
                        target[at] = values[column];
                        column += width.Stride;
                    }
        }
    }

    /// <summary>The reverse: puts a plane together, without its pads.</summary>
    public void Scatter<T>(ReadOnlySpan<T> phases, Span<T> plane) where T : unmanaged
    {
        for (var row = 0; row < height.Image; row++)
        {
            var values = plane.Slice(row * width.Image, width.Image);
            var source = phases[rowStarts[row]..];
            if (width.Stride == 1)
                source.Slice(columnStarts[0], values.Length).CopyTo(values);
            else if (width.Stride == 2 && width.Image > 1)
                JoinPairs(source[columnStarts[0]..], source[columnStarts[1]..], values);
            else
                for (var first = 0; first < columnStarts.Length; first++)
                    for (var (column, at) = (first, columnStarts[first]); column < values.Length; at++)
                    {
                        values[column] = source[at];
                        column += width.Stride;
                    }
        }
    }

    // Room for all windows' elements and for the whole image.
    private static int Extent(WindowAxis axis) => Math.Max(axis.Count + (axis.Kernel - 1) / axis.Stride,
        (axis.Image + axis.Pad + axis.Stride - 1) / axis.Stride);

    // Where a place of the padded plane is, is the sum of the two.
    private int RowStart(int row) =>
        row % height.Stride * width.Stride * PhaseSize + row / height.Stride * Pitch;

    private int ColumnStart(int column) => column % width.Stride * PhaseSize + column / width.Stride;

    private static void SplitPairs<T>(ReadOnlySpan<T> values, Span<T> even, Span<T> odd) where T : unmanaged
    {
        even = even[..((values.Length + 1) / 2)];
        odd = odd[..(values.Length / 2)];
        var i = 0;
        if (Vector256.IsHardwareAccelerated && typeof(T) == typeof(float))
            i = SplitPairs(Floats(values), Floats(even), Floats(odd));
        for (; i < odd.Length; i++)
            (even[i], odd[i]) = (values[2 * i], values[2 * i + 1]);
        if (odd.Length < even.Length)
            even[^1] = values[^1];
    }

    private static int SplitPairs(ReadOnlySpan<float> values, Span<float> even, Span<float> odd)
    {
        var order = Vector256.Create(0, 2, 4, 6, 1, 3, 5, 7);
        var i = 0;
        for (; i <= odd.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var a = Vector256.Shuffle(Vector256.Create(values[(2 * i)..]), order);
            var b = Vector256.Shuffle(Vector256.Create(values[(2 * i + Vector256<float>.Count)..]), order);
            Vector256.Create(a.GetLower(), b.GetLower()).CopyTo(even[i..]);
            Vector256.Create(a.GetUpper(), b.GetUpper()).CopyTo(odd[i..]);
        }
        if (i > odd.Length - Vector128<float>.Count)
            return i;
        var last = Vector256.Shuffle(Vector256.Create(values[(2 * i)..]), order);
        last.GetLower().CopyTo(even[i..]);
        last.GetUpper().CopyTo(odd[i..]);
        return i + Vector128<float>.Count;
    }

    private static void JoinPairs<T>(ReadOnlySpan<T> even, ReadOnlySpan<T> odd, Span<T> values) where T : unmanaged
    {
        even = even[..((values.Length + 1) / 2)];
        odd = odd[..(values.Length / 2)];
        var i = 0;
        if (Vector256.IsHardwareAccelerated && typeof(T) == typeof(float))
            i = JoinPairs(Floats(even), Floats(odd), Floats(values));
        for (; i < odd.Length; i++)
            (values[2 * i], values[2 * i + 1]) = (even[i], odd[i]);
        if (odd.Length < even.Length)
            values[^1] = even[^1];
    }

    private static int JoinPairs(ReadOnlySpan<float> even, ReadOnlySpan<float> odd, Span<float> values)
    {
        var order = Vector256.Create(0, 4, 1, 5, 2, 6, 3, 7);
        var i = 0;
        for (; i <= odd.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var (a, b) = (Vector256.Create(even[i..]), Vector256.Create(odd[i..]));
            Vector256.Shuffle(Vector256.Create(a.GetLower(), b.GetLower()), order).CopyTo(values[(2 * i)..]);
            Vector256.Shuffle(Vector256.Create(a.GetUpper(), b.GetUpper()), order)
                .CopyTo(values[(2 * i + Vector256<float>.Count)..]);
        }
        if (i > odd.Length - Vector128<float>.Count)
            return i;
        var last = Vector256.Create(Vector128.Create(even[i..]), Vector128.Create(odd[i..]));
        Vector256.Shuffle(last, order).CopyTo(values[(2 * i)..]);
        return i + Vector128<float>.Count;
    }

    private static ReadOnlySpan<float> Floats<T>(ReadOnlySpan<T> values) where T : unmanaged =>
        MemoryMarshal.Cast<T, float>(values);

    private static Span<float> Floats<T>(Span<T> values) where T : unmanaged => MemoryMarshal.Cast<T, float>(values);
}
