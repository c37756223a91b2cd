using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>The convolution of images into maps with windows of 3×3 or 5×5 by Winograd's minimal filtering: a quarter of
/// the products of <see cref="DirectConvolution{T, TTiles}"/>, or 9 of its 25, at rounding errors up to twice as
/// large.</summary>
internal sealed unsafe class WinogradConvolution<T, TTiles, TSimd, TVector>(int channels, int maps) : IMapProduct<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TTiles : struct, IConvolutionTiles<T>
    where TSimd : ISimd<TVector, T>
{
    // What the products of the tiles that are computed at once may take, in bytes, to stay in a core's second cache, and
    // how many tiles there are at least, for the weights to be worth reading.
    private const int NearbyProducts = 1 << 19;
    private const int LeastTiles = 16;
    private const int PartsWanted = 8;

    private readonly int channelCount = channels;
    private readonly int mapCount = maps;
    private readonly Blob<T> packed = new([0]);
    private readonly Blob<T> factors = new([0]);
    private readonly SeenWeights<T> transformedOnes = new();
    private WinogradTiling tiling;
    private WinogradSide<T, TSimd, TVector> side;
    private T[] transform = [];
    private int rowsOfPart = 1;

    private int Taps => tiling.Window.KernelSize;

    private int MapsPadded => GemmPacking.PaddedTo(TSimd.Count, mapCount);

    private int Places => tiling.Window.Count;

    private long FactorStep => (long)channelCount * MapsPadded + TSimd.Count;

    // The results of a row of tiles, those behind the border counted.
    private int Columns => tiling.Across * tiling.Results;

    /// <inheritdoc/>
    public void Reshape(int count, Window over)
    {
        tiling = new WinogradTiling(over, count);
        side = new WinogradSide<T, TSimd, TVector>(tiling, channelCount, isMaps: false);
        transform = WinogradTiling.WeightTransform<T>(tiling.Kernel);
        packed.Reshape([channelCount * Taps, MapsPadded]);
        factors.Reshape([(int)(WinogradTiling.Products * FactorStep)]);
        transformedOnes.Clear();
        var tileSize = (long)WinogradTiling.Products * (side.Padded + MapsPadded) * sizeof(T);
        var tiles = Math.Max(LeastTiles, NearbyProducts / tileSize);
        var across = Math.Max(1, tiling.Across);
        var least = (TTiles.Rows + across - 1) / across;
        rowsOfPart = (int)Math.Clamp((tiling.Rows + PartsWanted - 1) / PartsWanted, least, Math.Max(least, tiles / across));
    }

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<T> image, ReadOnlySpan<T> weights, ReadOnlySpan<T> bias, Span<T> target)
    {
        if (!transformedOnes.AreSame(weights))
        {
            var factorWork = new FactorWork(this, weights);
            WorkPool.For(channelCount, Math.Max(1, WorkPool.ElementGrain / (Taps * MapsPadded)), ref factorWork);
        }
        var work = new PartWork(this, image, bias, target);
        WorkPool.For(tiling.Rows, rowsOfPart, ref work);
    }

    private void RunRows(T* image, T* bias, T* target, int from, int to)
    {
        var tiles = GemmPacking.RoundUp((to - from) * tiling.Across, TTiles.Rows);
        var (imageStep, mapStep) = (side.Step(tiles), (long)tiles * MapsPadded + TSimd.Count);
        var room = Math.Max(side.Scratch(to - from), (long)Math.Min(to - from, tiling.Down) * tiling.Results * Columns
            * MapsPadded + WinogradTiling.Products * TSimd.Count);
        var images = PackingBuffer<T>.Take(WinogradTiling.Products * (imageStep + mapStep) + MapsPadded + room);
        var products = images + WinogradTiling.Products * imageStep;
        var biases = products + WinogradTiling.Products * mapStep;
        var scratch = biases + MapsPadded;
        new Span<T>(biases, MapsPadded).Clear();
        if (bias != null)
            new Span<T>(bias, mapCount).CopyTo(new Span<T>(biases, mapCount));
        side.Transform(image, from, to, images, imageStep, scratch);
        for (var point = 0; point < WinogradTiling.Products; point++)
            Multiply(images + point * imageStep, point, tiles, products + point * mapStep);
        for (var row = from; row < to;)
        {
            var (index, first) = Math.DivRem(row, tiling.Down);
            var count = Math.Min(tiling.Down - first, to - row);
            Finish(products + (long)(row - from) * tiling.Across * MapsPadded, mapStep, count, biases,
                target + (long)index * mapCount * Places, first * tiling.Results, scratch);
            row += count;
        }
    }

    /// <summary>All products at a point: tiles × maps = tiles × channels · channels × maps.</summary>
    private void Multiply(T* images, int point, int tiles, T* products)
    {
        var zeros = stackalloc T[2 * TTiles.Vector];
        new Span<T>(zeros, 2 * TTiles.Vector).Clear();
        var rows = stackalloc nint[GradientTile<T>.MaxRows];
        for (var row = 0; row < TTiles.Rows; row++)
            rows[row] = row * side.Padded;
        fixed (T* weights = factors.Data)
            for (var map = 0; map < MapsPadded; map += 2 * TTiles.Vector)
            {
                var tile = new GradientTile<T>
                {
                    Offsets = rows,
                    Step = 1,
                    Height = 1,
                    Width = channelCount,
                    Gradient = weights + point * FactorStep + map,
                    GradientStep = MapsPadded,
                    Start = zeros,
                    SumStep = MapsPadded,
                };
                var vectors = MapsPadded - map > TTiles.Vector ? 2 : 1;
                for (var first = 0; first < tiles; first += TTiles.Rows)
                {
                    tile.Image = images + (long)first * side.Padded;
                    tile.Sum = products + (long)first * MapsPadded + map;
                    TTiles.Run(vectors, tile);
                }
            }
    }

    /// <summary>Makes results of the products of some rows of tiles of an image.</summary>
    private void Finish(T* products, long step, int rows, T* biases, T* target, int firstRow, T* scratch)
    {
        var results = tiling.Results;
        var lines = scratch + WinogradTiling.Products * TSimd.Count;
        for (var row = 0; row < rows; row++)
            for (var tile = 0; tile < tiling.Across; tile++, products += MapsPadded)
                for (var map = 0; map < MapsPadded; map += TSimd.Count)
                    WinogradLines<TSimd, TVector, T>.Results(results, products + map, (nint)step,
                        lines + ((long)row * results * Columns + tile * results) * MapsPadded + map,
                        Columns * MapsPadded, MapsPadded, biases + map, scratch);
        var (width, height) = (tiling.Window.Width.Count, Math.Min(rows * results, tiling.Window.Height.Count - firstRow));
        target += (long)firstRow * width;
        if (Columns == width)
            GemmPacking.Transpose(lines, MapsPadded, height * width, mapCount, target, Places);
        else
            for (var row = 0; row < height; row++)
                GemmPacking.Transpose(lines + (long)row * Columns * MapsPadded, MapsPadded, width, mapCount,
                    target + (long)row * width, Places);
    }

    /// <summary>The weights' factors: factors[point·FactorStep + channel·MapsPadded + map].</summary>
    private readonly ref struct FactorWork(WinogradConvolution<T, TTiles, TSimd, TVector> layer, ReadOnlySpan<T> weights)
        : IRangeWork
    {
        private readonly ReadOnlySpan<T> weights = weights;

        public void Run(int from, int to)
        {
            var (taps, padded, kernel) = (layer.Taps, layer.MapsPadded, layer.tiling.Kernel);
            var scratch = stackalloc T[WinogradTiling.Products * TSimd.Count];
            fixed (T* source = weights, packed = layer.packed.Data, factors = layer.factors.Data)
            {
                GemmPacking.PackAlong(source + from * taps, layer.channelCount * taps, layer.mapCount, padded, (to - from) * taps,
                    packed + (long)from * taps * padded);
                for (var channel = from; channel < to; channel++)
                    for (var map = 0; map < padded; map += TSimd.Count)
                        WinogradLines<TSimd, TVector, T>.Weights(layer.transform, WinogradTiling.Points, kernel,
                            packed + (long)channel * taps * padded + map, padded,
                            factors + (long)channel * padded + map, (nint)layer.FactorStep, scratch);
            }
        }
    }

    private readonly ref struct PartWork(WinogradConvolution<T, TTiles, TSimd, TVector> layer, ReadOnlySpan<T> image,
        ReadOnlySpan<T> bias, Span<T> target) : IRangeWork
    {
        private readonly ReadOnlySpan<T> image = image;
        private readonly ReadOnlySpan<T> bias = bias;
        private readonly Span<T> target = target;

        public void Run(int from, int to)
        {
            fixed (T* source = image, start = bias, output = target)
                layer.RunRows(source, start, output, from, to);
        }
    }
}
