using System.ComponentModel.DataAnnotations;
using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>The options of <see cref="ReshapeLayer{T}"/>.</summary>
public sealed record ReshapeOptions : LayerOptions
{
    /// <summary>The new extents: 0 copies the bottom's extent at the same place, -1 (once at most) is what is
    /// left.</summary>
    [Range(-1, int.MaxValue)]
    public required OneOrMany<int> Shape { get; init; }

    /// <summary>The first axis that is replaced; -1 stands behind the last, so that axes are appended.</summary>
    public int Axis { get; init; }

    /// <summary>How many axes are replaced; -1: all from <see cref="Axis"/> on. 0 inserts the new axes.</summary>
    [Range(-1, int.MaxValue)]
    public int NumAxes { get; init; } = -1;

    /// <inheritdoc/>
    public override IEnumerable<string> Problems()
    {
        if (Shape.Count(extent => extent == -1) > 1)
            yield return $"member 'shape': received [{string.Join(", ", Shape)}], allowed: -1 once at most";
    }
}

/// <summary>
/// Gives the same values another shape: y = x, shared without a copy.
/// <para>Bottom: any shape. Top: its axes before <c>axis</c>, then <c>shape</c>, then those after the <c>num_axes</c>
/// replaced ones. As many elements as the bottom has.</para>
/// <para>Backward: ∂L/∂x = ∂L/∂y.</para>
/// <para>Source: Caffe's <c>Reshape</c>.</para>
/// </summary>
[LayerType("Reshape")]
public sealed class ReshapeLayer<T>(ReshapeOptions options) : SharingLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    protected override Shape TopShape(Blob<T> bottom)
    {
        var (from, to) = ReplacedAxes(bottom);
        var shape = bottom.Shape;
        var middle = options.Shape.Select((extent, i) => extent == 0 ? Copied(bottom, from + i) : extent).ToArray();
        var inferred = Array.IndexOf(middle, -1);
        if (inferred >= 0)
        {
            middle[inferred] = 1;
            var others = new Shape([.. shape.Take(from), .. middle, .. shape.Skip(to)]).Size;
            if (others == 0 || shape.Size % others != 0)
                throw Misfit(bottom,
                    $"a shape whose other extents divide the {shape.Size} elements; they make {others}");
            middle[inferred] = shape.Size / others;
        }
        var result = new Shape([.. shape.Take(from), .. middle, .. shape.Skip(to)]);
        return result.Size == shape.Size
            ? result
            : throw Misfit(bottom, $"a shape of {shape.Size} elements; {result} has {result.Size}");
    }

    private (int From, int To) ReplacedAxes(Blob<T> bottom)
    {
        var rank = bottom.Shape.Rank;
        var from = options.Axis < 0 ? options.Axis + rank + 1 : options.Axis;
        if (from < 0 || from > rank)
            throw ShapeError($"the axis {options.Axis} for the bottom {bottom}", $"{-rank - 1} to {rank}");
        if (options.NumAxes > rank - from)
            throw ShapeError($"num_axes {options.NumAxes} from axis {options.Axis} on for the bottom {bottom}",
                $"at most {rank - from}");
        return (from, options.NumAxes < 0 ? rank : from + options.NumAxes);
    }

    private int Copied(Blob<T> bottom, int axis) => axis < bottom.Shape.Rank
        ? bottom.Shape[axis]
        : throw Misfit(bottom, $"a 0 only where the bottom has an axis; it has no axis {axis}");

    private ShapeException Misfit(Blob<T> bottom, string allowed) =>
        ShapeError($"the shape [{string.Join(", ", options.Shape)}] for the bottom {bottom}", allowed);
}
