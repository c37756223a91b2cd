namespace NeuralFramework.Layers;

/// <summary>How a window moves over one axis of an image: window o covers the places o·stride − pad + k·dilation for
/// k = 0 … kernel − 1.</summary>
/// <param name="Image">The extent of the image.</param>
/// <param name="Kernel">The elements of the window.</param>
/// <param name="Stride">The distance between two windows.</param>
/// <param name="Pad">The border before and behind the image.</param>
/// <param name="Dilation">The distance between two elements of a window.</param>
/// <param name="Count">The number of windows.</param>
internal readonly record struct WindowAxis(int Image, int Kernel, int Stride, int Pad, int Dilation, int Count)
{
    /// <summary>The places from the first element of a window to its last.</summary>
    public static long Span(int kernel, int dilation) => (long)dilation * (kernel - 1) + 1;

    /// <summary>The place in the image, or outside of it, of an element of a window.</summary>
    public int Place(int window, int element) => window * Stride - Pad + element * Dilation;

    /// <summary>The windows whose element lies inside the image: From up to, not including, To.</summary>
    public (int From, int To) Inside(int element)
    {
        var first = Place(0, element);
        var from = first >= 0 ? 0 : Math.Min(Count, CeilDivide(-first, Stride));
        var to = first >= Image ? 0 : Math.Min(Count, CeilDivide(Image - first, Stride));
        return (from, Math.Max(from, to));
    }

    /// <summary>The elements that lie inside the image in one or more of some windows: From up to, not including,
    /// To.</summary>
    public (int From, int To) ElementsInside(int firstWindow, int lastWindow)
    {
        var from = Math.Clamp(CeilDivide(-Place(lastWindow, 0), Dilation), 0, Kernel);
        return (from, Math.Clamp(CeilDivide(Image - Place(firstWindow, 0), Dilation), from, Kernel));
    }

    /// <summary>The part of the image that a window covers, without its pads: From up to, not including, To.</summary>
    public (int From, int To) Covered(int window)
    {
        var start = Place(window, 0);
        return (Math.Max(0, start), Math.Min(start + Kernel, Image));
    }

    /// <summary>The places that a window covers, pads included, up to where the pad behind the image ends.</summary>
    public int PaddedExtent(int window)
    {
        var start = Place(window, 0);
        return Math.Min(start + Kernel, Image + Pad) - start;
    }

    /// <summary>Whether the transpose of a convolution along the axis is one too.</summary>
    public bool HasMirror => Stride == 1 && Pad < Span(Kernel, Dilation);

    /// <summary>How the window of the transpose moves over the windows of this.</summary>
    public WindowAxis Mirrored => new(Count, Kernel, 1, (int)Span(Kernel, Dilation) - 1 - Pad, Dilation, Image);

    private static int CeilDivide(int value, int by) => value <= 0 ? -(-value / by) : (int)(((long)value + by - 1) / by);
}

/// <summary>How a window moves over a plane of H×W.</summary>
internal readonly record struct Window(WindowAxis Height, WindowAxis Width)
{
    /// <summary>The elements of a plane of the image.</summary>
    public int PlaneSize => Height.Image * Width.Image;

    /// <summary>The elements of the window.</summary>
    public int KernelSize => Height.Kernel * Width.Kernel;

    /// <summary>The number of windows of a plane.</summary>
    public int Count => Height.Count * Width.Count;

    /// <summary>Whether window number i is exactly element number i.</summary>
    public bool IsIdentity => IsIdentityAlong(Height) && IsIdentityAlong(Width);

    /// <summary>The same windows, with all rows as one where each element is a window of its own.</summary>
    public Window Flattened =>
        IsIdentity ? new Window(new(1, 1, 1, 0, 1, 1), new(Count, 1, 1, 0, 1, Count)) : this;

    /// <summary>Whether the transpose of a convolution is a convolution too.</summary>
    public bool HasMirror => Height.HasMirror && Width.HasMirror;

    /// <summary>How the window of the transpose moves over the windows of this.</summary>
    public Window Mirrored => new(Height.Mirrored, Width.Mirrored);

    /// <summary>An option that is one value for both axes, or one each: 0 is the height, 1 the width.</summary>
    public static int Value(OneOrMany<int> option, int axis) => option[option.Count == 1 ? 0 : axis];

    /// <summary>Says so if an option is neither one value nor two.</summary>
    public static IEnumerable<string> Problems(string member, OneOrMany<int> option)
    {
        if (option.Count is not (1 or 2))
            yield return $"{member}: received {option.Count} values, allowed: 1 for both axes, or 2: height, width";
    }

    private static bool IsIdentityAlong(WindowAxis axis) => axis is { Kernel: 1, Stride: 1, Pad: 0 };
}
