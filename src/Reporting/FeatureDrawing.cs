using System.Numerics;

namespace NeuralFramework.Reporting;

/// <summary>Draws what a net sees in one sample, layer by layer.</summary>
public static class FeatureDrawing
{
    /// <summary>
    /// Runs one sample forward and draws the image itself and then every map that a convolution or a pooling makes of
    /// it, as that layer left it: before a ReLU in place behind it. Each map is scaled by itself: its least value is
    /// black, its greatest white. In the phase train, BatchNorm and Dropout see what they see in training.
    /// </summary>
    /// <param name="net">The net, with weights worth looking at.</param>
    /// <param name="path">The file, <c>.svg</c> or <c>.png</c>.</param>
    /// <param name="sample">Which sample: for data layers its number since the beginning, else its place in the
    /// batch.</param>
    /// <exception cref="ConfigException">The net has neither a convolution nor a pooling, or not so many samples, or the
    /// extension is not allowed.</exception>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public static TileDrawingInfo Write<T>(Net<T> net, string path, int sample = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        SceneFile.RequireExtension(path, SceneFile.Extensions);
        var first = net.Nodes.FirstOrDefault(HasMaps)
            ?? throw new ConfigException($"drawing: received the net '{net.Config.Name}' with neither a Convolution nor a "
                + "Pooling, allowed: a net with one, the maps of which can be looked at");
        var sheet = new TileSheet($"The feature maps of sample {sample} in the net {net.Config.Name}");
        var cursors = net.Layers.OfType<IDataCursor>().ToList();
        var positions = cursors.ConvertAll(cursor => cursor.Position);
        var place = PlaceOf(sample, first, cursors);
        try
        {
            foreach (var cursor in cursors)
                cursor.Position = sample;
            for (var i = 0; i < net.Nodes.Count; i++)
            {
                if (net.Nodes[i] == first)
                    AddInput(sheet, first.Bottom[0], place, sample);
                net.ForwardNode(i);
                if (HasMaps(net.Nodes[i]))
                    AddMaps(sheet, net.Nodes[i], place);
            }
        }
        finally
        {
            for (var i = 0; i < cursors.Count; i++)
                cursors[i].Position = positions[i];
        }
        return TileDrawingInfo.Write(sheet, path);
    }

    private static bool HasMaps<T>(NetNode<T> node) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        node.Layer.Type is "Convolution" or "Pooling";

    // A data layer serves the sample as the first of its next batch.
    private static int PlaceOf<T>(int sample, NetNode<T> first, List<IDataCursor> cursors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var count = cursors.Count > 0 ? cursors.Min(cursor => cursor.SampleCount) : first.Top[0].Shape[0];
        return sample < 0 || sample >= count
            ? throw new ConfigException($"drawing: received the sample {sample}, allowed: 0 to {count - 1}")
            : cursors.Count > 0 ? 0 : sample;
    }

    private static void AddInput<T>(TileSheet sheet, Blob<T> images, int place, int sample)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var shape = images.Shape;
        if (shape[1] is 1 or 3)
            sheet.Add($"{images.Name}: sample {sample}, {new Shape([.. shape.Skip(1)])}", "Black is its least value, white its greatest.",
                [new Tile(PixelImage.FromLeastToGreatest(Of(images, place), shape[2], shape[3]))]);
    }

    private static void AddMaps<T>(TileSheet sheet, NetNode<T> node, int place)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var shape = node.Top[0].Shape;
        var plane = shape.SizeOf(2);
        var tiles = new List<Tile>();
        for (var channel = 0; channel < shape[1]; channel++)
            tiles.Add(new Tile(PixelImage.FromLeastToGreatest(Of(node.Top[0], place).Slice(channel * plane, plane), shape[2], shape[3])));
        sheet.Add($"{node.Layer.Name} ({node.Layer.Type}): {shape[1]} maps of {shape[2]}×{shape[3]}",
            "Black is a map's least value, white its greatest.", tiles);
    }

    private static ReadOnlySpan<T> Of<T>(Blob<T> blob, int place) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        blob.Data.Slice(place * blob.Shape.SizeOf(1), blob.Shape.SizeOf(1));
}
