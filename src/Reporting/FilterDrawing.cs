using System.Numerics;

namespace NeuralFramework.Reporting;

/// <summary>Draws what the first layer of a net looks for: the weights that it lays on the image, as images.</summary>
public static class FilterDrawing
{
    /// <summary>
    /// Draws the filters of the first convolution that reads images of 1 or 3 channels, or the templates (the rows of
    /// the weights) of the first inner product that does. Each filter is scaled by itself and about zero: middle grey
    /// is 0, and its largest magnitude is black or white, in colour the end of that colour's scale.
    /// </summary>
    /// <param name="net">The net, with weights worth looking at.</param>
    /// <param name="path">The file, <c>.svg</c> or <c>.png</c>.</param>
    /// <param name="classNames">The names of the classes, written below the filters if there are as many.</param>
    /// <exception cref="ConfigException">The net has no such layer, or the extension is not allowed.</exception>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public static TileDrawingInfo Write<T>(Net<T> net, string path, IReadOnlyList<string>? classNames = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        SceneFile.RequireExtension(path, SceneFile.Extensions);
        var sheet = SheetOf(net, classNames)
            ?? throw new ConfigException($"drawing: received the net '{net.Config.Name}', in which no Convolution and "
                + "no InnerProduct reads images of 1 or 3 channels; allowed: a net with such a layer, the filters of "
                + "which can be looked at");
        return TileDrawingInfo.Write(sheet, path);
    }

    /// <summary>The filters, the first of them; null where the net has none that can be looked at.</summary>
    internal static TileSheet? SheetOf<T>(Net<T> net, IReadOnlyList<string>? classNames, int most = int.MaxValue)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var node = net.Nodes.FirstOrDefault(HasFilters);
        if (node is null)
            return null;
        var filters = FiltersOf(node);
        var sheet = new TileSheet($"The filters of the net {net.Config.Name}");
        var kind = node.Layer.Type == "Convolution" ? "filters" : "templates";
        var size = new Shape(filters[0].Channels, filters[0].Height, filters[0].Width);
        var count = filters.Count > most ? $"{most} of {filters.Count}" : $"{filters.Count}";
        sheet.Add($"{node.Layer.Name} ({node.Layer.Type}): {count} {kind} of {size}",
            "Grey is 0; each is scaled by its largest magnitude.",
            [.. filters.Take(most).Select((filter, i) => new Tile(
                PixelImage.AroundZero<T>(filter.Values, filter.Height, filter.Width),
                classNames?.Count == filters.Count ? classNames[i] : null))]);
        return sheet;
    }

    // An inner product over another axis than the usual has weights for a part of the image alone.
    private static bool HasFilters<T>(NetNode<T> node) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        node.Layer.Type switch
        {
            "Convolution" => node.Bottom[0].Shape[1] is 1 or 3 && node.Layer.Parameters[0].Shape[1] is 1 or 3,
            "InnerProduct" => node.Bottom[0].Shape is { Rank: 4 } shape && shape[1] is 1 or 3
                && node.Layer.Parameters[0].Count == node.Top[0].Shape.SizeOf(1) * shape.SizeOf(1),
            _ => false,
        };

    private static List<(T[] Values, int Channels, int Height, int Width)> FiltersOf<T>(NetNode<T> node)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var weights = node.Layer.Parameters[0];
        var shape = node.Layer.Type == "Convolution" ? weights.Shape : node.Bottom[0].Shape;
        var (size, count) = (shape.SizeOf(1), weights.Count / shape.SizeOf(1));
        var (next, nextFilter) = (bool?)node.Config.ToJson()["transpose"] == true ? (count, 1) : (1, size);
        return [.. Enumerable.Range(0, count).Select(filter =>
            (Enumerable.Range(0, size).Select(i => weights.Data[filter * nextFilter + i * next]).ToArray(),
                shape[1], shape[2], shape[3]))];
    }
}
