using NeuralFramework.Layers;

namespace NeuralFramework.Interop;

/// <summary>Writes layers that put values elsewhere and change none.</summary>
internal static class OnnxRearrangements
{
    public static readonly Dictionary<string, Action<OnnxLayer>> Writers = new()
    {
        ["Flatten"] = Flatten,
        ["Reshape"] = layer => layer.Top(layer.ReshapedToTop(layer.X)),
        ["Transpose"] = Transpose,
        ["Tile"] = Tile,
        ["Concat"] = layer => layer.Top(layer.Op("Concat", [.. layer.Bottoms],
            ("axis", (long)layer.Shape.CanonicalAxis(layer.Options<ConcatOptions>().Axis)))),
        ["Slice"] = Slice,
        ["Crop"] = Crop,
    };

    private static void Flatten(OnnxLayer layer)
    {
        var options = layer.Options<FlattenOptions>();
        var axis = layer.Shape.CanonicalAxis(options.Axis);
        var isWhole = axis == 1 && layer.Shape.CanonicalAxis(options.EndAxis) == layer.Shape.Rank - 1;
        layer.Top(isWhole ? layer.Op("Flatten", layer.X, ("axis", 1L)) : layer.ReshapedToTop(layer.X));
    }

    private static void Transpose(OnnxLayer layer)
    {
        var rank = layer.Shape.Rank;
        var axes = layer.Options<TransposeOptions>().Axes?.Select(axis => layer.Shape.CanonicalAxis(axis))
            ?? Enumerable.Range(0, rank).Reverse();
        long[] order = [.. axes.Select(axis => (long)axis)];
        layer.Top(layer.Op("Transpose", layer.X, ("perm", order)));
    }

    private static void Tile(OnnxLayer layer)
    {
        var options = layer.Options<TileOptions>();
        var copies = new long[layer.Shape.Rank];
        Array.Fill(copies, 1);
        copies[layer.Shape.CanonicalAxis(options.Axis)] = options.Tiles;
        layer.Top(layer.Op("Tile", [layer.X, layer.Ints(copies)]));
    }

    private static void Slice(OnnxLayer layer)
    {
        var axis = layer.Shape.CanonicalAxis(layer.Options<SliceOptions>().Axis);
        if (!layer.Shapes.IsFixed(layer.Node.Bottom[0], axis))
            throw layer.NotExportable($"the axis {axis} of {layer.Node.Bottom[0]}, which it cuts, depends on the batch");
        long[] extents = [.. layer.Node.Top.Select(top => (long)top.Shape[axis])];
        var parts = layer.Ops("Split", [layer.X, layer.Ints(extents)], extents.Length, ("axis", (long)axis));
        for (var i = 0; i < parts.Length; i++)
            layer.Top(parts[i], i);
    }

    private static void Crop(OnnxLayer layer)
    {
        var options = layer.Options<CropOptions>();
        var (bottom, top) = (layer.Node.Bottom[0], layer.Node.Top[0]);
        var first = layer.Shape.CanonicalAxis(options.Axis);
        var (axes, starts, ends) = (new List<long>(), new List<long>(), new List<long>());
        for (var axis = first; axis < layer.Shape.Rank; axis++)
        {
            long offset = options.Offset[options.Offset.Count == 1 ? 0 : axis - first];
            if (layer.Shapes.AreSame(bottom, axis, top, axis))
                continue;
            if (!layer.Shapes.IsFixed(top, axis))
                throw layer.NotExportable($"the axis {axis} of {layer.Node.Bottom[1]} depends on the batch");
            axes.Add(axis);
            starts.Add(offset);
            ends.Add(offset + top.Shape[axis]);
        }
        layer.Top(axes.Count == 0 ? layer.X : layer.Op("Slice",
            [layer.X, layer.Ints([.. starts]), layer.Ints([.. ends]), layer.Ints([.. axes])]));
    }
}
