using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="FlattenLayer{T}"/>.</summary>
public sealed record FlattenOptions : LayerOptions
{
    /// <summary>The first axis that is merged; -1 is the last.</summary>
    public int Axis { get; init; } = 1;

    /// <summary>The last axis that is merged; -1 is the last.</summary>
    public int EndAxis { get; init; } = -1;
}

/// <summary>
/// Merges neighbouring axes into one: y = x, values shared without a copy.
/// <para>Bottom: any shape that has the axes. Top: the axes <c>axis</c> to <c>end_axis</c> are one whose extent is
/// their product: N×C×H×W becomes N×(C·H·W).</para>
/// <para>Backward: ∂L/∂x = ∂L/∂y.</para>
/// <para>Source: Caffe's <c>Flatten</c>.</para>
/// </summary>
[LayerType("Flatten")]
public sealed class FlattenLayer<T>(FlattenOptions options) : SharingLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    protected override Shape TopShape(Blob<T> bottom)
    {
        var first = AxisOf(bottom, options.Axis);
        var last = AxisOf(bottom, options.EndAxis);
        if (last < first)
            throw ShapeError($"axis {options.Axis} and end_axis {options.EndAxis} for the bottom {bottom}",
                "an end_axis that is not before axis");
        var shape = bottom.Shape;
        return [.. shape.Take(first), shape.SizeOf(first, last + 1), .. shape.Skip(last + 1)];
    }
}
