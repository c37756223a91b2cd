using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>
/// The convolution of images into maps without columns in memory: tiles of maps × places are computed from the image
/// itself, or from a panel of the places of one tile. (E. Georganas et al., Anatomy of High-Performance Deep Learning
/// Convolutions on SIMD Architectures, 2018.)
/// </summary>
internal sealed unsafe class DirectConvolution<T, TTiles>(int channels, int maps, int groups) : IMapProduct<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TTiles : struct, IConvolutionTiles<T>
{
    // How many parts a batch is cut into at least, images in several parts if need be, and the work below which that
    // is not worth it.
    private const int PartsWanted = 16;
    private const long MinOperationsOfPart = 1 << 19;

    // What a source takes at most that stays in the nearest cache, in bytes, beside the weights of a tile.
    private const int NearbySource = 1 << 14;

    private const int LowRows = GemmPacking.RowsAtOnce;

    private readonly Blob<T> packedWeights = new([0]);
    private readonly SeenWeights<T> packedOnes = new();
    private PaddedWindow window;
    private nint[] offsets = [];
    private nint[] panelOffsets = [];
    private PlaceTile[] tiles = [];
    private int tilesOfPart;
    private int partsOfImage;
    private int images;

    private int ChannelsOfGroup => channels / groups;

    private int MapsOfGroup => maps / groups;

    private int Taps => window.Window.KernelSize;

    private int Places => window.Window.Count;

    private long ImageSize => (long)channels * window.Window.PlaneSize;

    private long MapsSize => (long)maps * Places;

    private static int TileWidth => 2 * TTiles.Vector;

    private int Depth => ChannelsOfGroup * Taps;

    // The maps of a group, filled up to whole tiles.
    private int RowsOfGroup => GemmPacking.RoundUp(MapsOfGroup, LowRows);

    private int PanelsOfGroup => (MapsOfGroup + TTiles.Rows - 1) / TTiles.Rows;

    // Whether all places of a vector lie side by side in the image.
    private bool ReadsImage => window.Window.Width.Stride == 1 && window.Window.Width.Count % TTiles.Vector == 0;

    /// <summary>Prepares for a number of images and their windows.</summary>
    public void Reshape(int count, Window over)
    {
        images = count;
        window = new PaddedWindow(over.Flattened);
        offsets = window.Offsets();
        panelOffsets = [.. Enumerable.Range(0, Taps).Select(tap => (nint)tap * TileWidth)];
        packedWeights.Reshape([groups, RowsOfGroup, Depth]);
        packedOnes.Clear();
        tiles = [.. Enumerable.Range(0, (Places + TileWidth - 1) / TileWidth).Select(tile => TileAt(tile * TileWidth))];
        var operations = 2L * MapsOfGroup * ChannelsOfGroup * groups * Taps * Places;
        var wanted = Math.Min((PartsWanted + count - 1) / Math.Max(1, count), operations / MinOperationsOfPart);
        tilesOfPart = (int)((tiles.Length + Math.Max(1, wanted) - 1) / Math.Max(1, wanted));
        partsOfImage = (tiles.Length + tilesOfPart - 1) / tilesOfPart;
    }

    /// <summary>maps = W ∗ image + bias, without a bias if it is empty.</summary>
    public void Run(ReadOnlySpan<T> image, ReadOnlySpan<T> weights, ReadOnlySpan<T> bias, Span<T> target)
    {
        if (!packedOnes.AreSame(weights))
            Pack(weights);
        var work = new PartWork(this, image, bias, target);
        WorkPool.For(images * partsOfImage, 1, ref work);
    }

    /// <summary>Puts the weights of the maps of a tile side by side for each channel and tap.</summary>
    private void Pack(ReadOnlySpan<T> weights)
    {
        var work = new PackWork(this, weights);
        WorkPool.For(groups * PanelsOfGroup, Math.Max(1, WorkPool.ElementGrain / (TTiles.Rows * Depth)), ref work);
    }

    // The rows of the tile that begins at a map of a group.
    private int HeightAt(int map) => RowsOfGroup - map > LowRows ? TTiles.Rows : LowRows;

    private void RunImage(T* image, T* bias, T* target, int from, int to)
    {
        var panel = PackingBuffer<T>.Take((long)Depth * TileWidth + TTiles.Vector
            + (window.HasBorder || !ReadsImage ? (long)channels * window.Plane + TTiles.Vector : 0));
        var source = image;
        if (window.HasBorder || !ReadsImage)
        {
            source = panel + Depth * TileWidth + TTiles.Vector;
            var (first, last) = window.RowsOf(from, to);
            window.Copy(image, channels, first, last, source);
        }
        for (var group = 0; group < groups; group++, source += (long)ChannelsOfGroup * window.Plane)
            if (ReadsImage && (long)ChannelsOfGroup * window.Plane * sizeof(T) <= NearbySource)
                // Maps lie far apart, in pages of their own: where all of the source is near anyway, one tile of them
                // is written to its end before the next.
                for (var map = 0; map < MapsOfGroup; map += TTiles.Rows)
                    RunTiles(source, group, bias, from, to, map, map + 1, target, panel);
            else
                for (var place = from; place < to; place += TileWidth)
                    RunTiles(source, group, bias, place, Math.Min(to, place + TileWidth), 0, MapsOfGroup, target, panel);
    }

    /// <summary>The tiles of some maps of a group at some places.</summary>
    private void RunTiles(T* source, int group, T* bias, int from, int to, int firstMap, int lastMap, T* target, T* panel)
    {
        var edge = stackalloc T[TTiles.Rows * TileWidth];
        var start = stackalloc T[TTiles.Rows];
        new Span<T>(start, TTiles.Rows).Clear();
        fixed (nint* inImage = offsets, inPanel = panelOffsets)
        fixed (T* weights = packedWeights.Data)
        {
            var tile = new MapTile<T> { Channels = ChannelsOfGroup, Start = start };
            for (var place = from; place < to; place += TileWidth)
            {
                var count = Math.Min(TileWidth, to - place);
                var at = tiles[place / TileWidth];
                if (ReadsImage)
                {
                    tile.Offsets = inImage;
                    tile.Plane = window.Plane;
                    tile.First = source + at.First;
                    tile.Second = source + at.Second;
                }
                else
                {
                    TTiles.Gather(window, source, ChannelsOfGroup, offsets, place, count, panel);
                    tile.Offsets = inPanel;
                    tile.Plane = Taps * TileWidth;
                    tile.First = panel;
                    tile.Second = panel + TTiles.Vector;
                }
                tile.Offsets += at.FirstTap;
                tile.Taps = at.Taps;
                for (var map = firstMap; map < lastMap; map += TTiles.Rows)
                {
                    var height = HeightAt(map);
                    var rows = Math.Min(height, MapsOfGroup - map);
                    var isWhole = rows == height && count % TTiles.Vector == 0;
                    var first = group * MapsOfGroup + map;
                    var output = target + (long)first * Places + place;
                    tile.Weights = weights + ((long)group * RowsOfGroup + map) * Depth + at.FirstTap * height;
                    tile.WeightSkip = (Taps - at.Taps) * height;
                    tile.Target = isWhole ? output : edge;
                    tile.TargetStep = isWhole ? Places : TileWidth;
                    if (bias != null)
                        new Span<T>(bias + first, rows).CopyTo(new Span<T>(start, rows));
                    TTiles.Run(height, count > TTiles.Vector ? 2 : 1, tile);
                    if (!isWhole)
                        for (var row = 0; row < rows; row++)
                            new Span<T>(edge + row * TileWidth, count)
                                .CopyTo(new Span<T>(output + (long)row * Places, count));
                }
            }
        }
    }

    private PlaceTile TileAt(int place)
    {
        var (firstTap, lastTap) = window.TapsInside(place, Math.Min(TileWidth, Places - place));
        return new PlaceTile(window.Place(place), window.Place(Math.Min(place + TTiles.Vector, Places - 1)), firstTap,
            lastTap - firstTap);
    }

    /// <summary>Where the places of a tile lie in a channel, and the elements of the window that are not in the border
    /// for all of them.</summary>
    private readonly record struct PlaceTile(nint First, nint Second, int FirstTap, int Taps);

    private readonly ref struct PackWork(DirectConvolution<T, TTiles> layer, ReadOnlySpan<T> weights) : IRangeWork
    {
        private readonly ReadOnlySpan<T> weights = weights;

        public void Run(int from, int to)
        {
            var depth = layer.Depth;
            fixed (T* source = weights, target = layer.packedWeights.Data)
                for (var item = from; item < to; item++)
                {
                    var (group, panel) = Math.DivRem(item, layer.PanelsOfGroup);
                    var map = panel * TTiles.Rows;
                    var height = layer.HeightAt(map);
                    GemmPacking.PackAlong(source + ((long)group * layer.MapsOfGroup + map) * depth, depth,
                        Math.Min(height, layer.MapsOfGroup - map), height, depth,
                        target + ((long)group * layer.RowsOfGroup + map) * depth);
                }
        }
    }

    private readonly ref struct PartWork(DirectConvolution<T, TTiles> layer, ReadOnlySpan<T> image,
        ReadOnlySpan<T> bias, Span<T> target) : IRangeWork
    {
        private readonly ReadOnlySpan<T> image = image;
        private readonly ReadOnlySpan<T> bias = bias;
        private readonly Span<T> target = target;

        public void Run(int from, int to)
        {
            fixed (T* source = image, start = bias, output = target)
                for (var part = from; part < to; part++)
                {
                    var (index, slice) = Math.DivRem(part, layer.partsOfImage);
                    var first = slice * layer.tilesOfPart * TileWidth;
                    layer.RunImage(source + index * layer.ImageSize, start, output + index * layer.MapsSize, first,
                        Math.Min(layer.Places, first + layer.tilesOfPart * TileWidth));
                }
        }
    }
}
