namespace NeuralFramework.Layers;

/// <summary>A window over images that are copied with their borders of zeros around them, so that no place of a window
/// lies outside.</summary>
internal readonly unsafe struct PaddedWindow(Window window)
{
    /// <summary>The window over the image without borders.</summary>
    public Window Window { get; } = window;

    /// <summary>The distance between two rows.</summary>
    public int Pitch { get; } = window.Width.Image + 2 * window.Width.Pad;

    /// <summary>The rows of a plane.</summary>
    public int Rows { get; } = window.Height.Image + 2 * window.Height.Pad;

    /// <summary>The distance between two channels.</summary>
    public int Plane => Rows * Pitch;

    /// <summary>Whether there are borders at all.</summary>
    public bool HasBorder => Window.Height.Pad > 0 || Window.Width.Pad > 0;

    /// <summary>Where the first element of a window lies in a plane.</summary>
    public int Place(int index)
    {
        var (y, x) = Math.DivRem(index, Window.Width.Count);
        return y * Window.Height.Stride * Pitch + x * Window.Width.Stride;
    }

    /// <summary>The rows, borders counted, that windows cover: from the first up to, not including, the last.</summary>
    public (int From, int To) RowsOf(int fromWindow, int toWindow)
    {
        var (height, width) = (Window.Height, Window.Width);
        var last = (toWindow - 1) / width.Count * height.Stride + (height.Kernel - 1) * height.Dilation;
        return (fromWindow / width.Count * height.Stride, last + 1);
    }

    /// <summary>The elements of a window, from the first up to, not including, the last, that do not lie in the border
    /// above or below the image for all of some windows.</summary>
    public (int From, int To) TapsInside(int firstWindow, int count)
    {
        var width = Window.Width;
        var (from, to) = Window.Height.ElementsInside(firstWindow / width.Count,
            (firstWindow + count - 1) / width.Count);
        return (from * width.Kernel, to * width.Kernel);
    }

    /// <summary>How far each element of a window lies from its first.</summary>
    public nint[] Offsets()
    {
        var (height, width) = (Window.Height, Window.Width);
        var offsets = new nint[Window.KernelSize];
        for (var tap = 0; tap < offsets.Length; tap++)
            offsets[tap] = tap / width.Kernel * height.Dilation * Pitch + tap % width.Kernel * width.Dilation;
        return offsets;
    }

    /// <summary>Copies channels with their borders.</summary>
    /// <param name="image">The first channel, without borders.</param>
    /// <param name="channels">How many channels.</param>
    /// <param name="from">The first row wanted, borders counted.</param>
    /// <param name="to">The row behind the last one wanted.</param>
    /// <param name="target">The first channel with borders.</param>
    public void Copy<T>(T* image, int channels, int from, int to, T* target) where T : unmanaged
    {
        var (height, width) = (Window.Height, Window.Width);
        for (var channel = 0; channel < channels; channel++, image += Window.PlaneSize, target += Plane)
        {
            new Span<T>(target + from * Pitch, (to - from) * Pitch).Clear();
            var last = Math.Min(to, height.Pad + height.Image);
            for (var row = Math.Max(from, height.Pad); row < last; row++)
                new ReadOnlySpan<T>(image + (row - height.Pad) * width.Image, width.Image)
                    .CopyTo(new Span<T>(target + row * Pitch + width.Pad, width.Image));
        }
    }

    /// <summary>Puts some windows side by side: a row of the panel for each channel and element of the window.</summary>
    /// <param name="source">The first channel with its borders, and a vector behind the last, which may be read.</param>
    /// <param name="channels">How many channels.</param>
    /// <param name="offsets">How far each element of a window lies from its first.</param>
    /// <param name="first">The first window.</param>
    /// <param name="count">How many windows.</param>
    /// <param name="panel">The panel, and a vector behind its end, which may be overwritten.</param>
    /// <param name="width">The distance between two rows of the panel, more than one vector.</param>
    public void Gather<TSimd, TVector, T>(T* source, int channels, ReadOnlySpan<nint> offsets, int first, int count,
        T* panel, int width)
        where TSimd : ISimd<TVector, T>
        where T : unmanaged
    {
        var stride = Window.Width.Stride;
        var runs = stackalloc int[2 * count];
        var runCount = 0;
        for (int done = 0, run; done < count; done += run, runCount++)
        {
            run = Math.Min(count - done, Window.Width.Count - (first + done) % Window.Width.Count);
            (runs[2 * runCount], runs[2 * runCount + 1]) = (Place(first + done), run);
        }
        for (var channel = 0; channel < channels; channel++, source += Plane)
            foreach (var offset in offsets)
            {
                var target = panel;
                for (var i = 0; i < runCount; i++)
                {
                    var from = source + offset + runs[2 * i];
                    var run = runs[2 * i + 1];
                    // Whole vectors are copied: what they write too much, the next run or row overwrites.
                    if (stride == 1)
                        for (var j = 0; j < run; j += TSimd.Count)
                            TSimd.Store(TSimd.Load(from + j), target + j);
                    else
                        for (var j = 0; j < run; j++)
                            target[j] = from[j * stride];
                    target += run;
                }
                panel += width;
            }
    }
}
