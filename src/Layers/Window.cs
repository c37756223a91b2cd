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

    private static int CeilDivide(int value, int by) => (int)(((long)value + by - 1) / by);
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
