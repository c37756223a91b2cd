namespace NeuralFramework.Layers;

/// <summary>A range along one axis of a blob, as the blocks of neighbouring values that it consists of: <c>Length</c>
/// values each, <c>Distance</c> apart, the first at <c>Start</c>.</summary>
internal readonly record struct AxisBlocks(int Start, int Length, int Distance)
{
    /// <summary>The range of an axis from one index up to, not including, another.</summary>
    public static AxisBlocks Of(Shape shape, int axis, int from, int to)
    {
        var view = AxisView.Of(shape, axis);
        return new AxisBlocks(from * view.Inner, (to - from) * view.Inner, view.Extent * view.Inner);
    }

    /// <summary>Copies the blocks out of the whole, one behind the other.</summary>
    public void Gather<T>(ReadOnlySpan<T> whole, Span<T> part)
    {
        for (int from = Start, to = 0; to < part.Length; from += Distance, to += Length)
            whole.Slice(from, Length).CopyTo(part[to..]);
    }

    /// <summary>Copies values into the blocks of the whole.</summary>
    public void Scatter<T>(ReadOnlySpan<T> part, Span<T> whole)
    {
        for (int from = 0, to = Start; from < part.Length; from += Length, to += Distance)
            part.Slice(from, Length).CopyTo(whole[to..]);
    }
}
