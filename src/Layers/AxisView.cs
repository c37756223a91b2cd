namespace NeuralFramework.Layers;

/// <summary>A shape as seen from one axis: the product of the extents before it, its own, and the product of those
/// behind it.</summary>
internal readonly record struct AxisView(int Outer, int Extent, int Inner)
{
    public int Positions => Outer * Inner;

    public static AxisView Of(Shape shape, int axis) =>
        new(shape.SizeOf(0, axis), shape[axis], shape.SizeOf(axis + 1));
}
