using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>The gradient of the weights of windows of 3×3 or 5×5 by Winograd's minimal filtering: the transpose of
/// <see cref="WinogradConvolution{T, TTiles, TSimd, TVector}"/> in the weights, ∂g = Gᵀ·Σ over tiles of
/// ((A·∂y·Aᵀ) ⊙ (Bᵀ·d·B))·G.</summary>
/// <remarks>The batch is cut into parts whose number depends on the shapes alone. Each part has sums of its own, which
/// are added in the order of the parts, so results are the same bits for any number of threads.</remarks>
internal sealed unsafe class WinogradGradient<T, TTiles, TSimd, TVector>(int channels, int maps) : IWeightGradient<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TTiles : struct, IConvolutionTiles<T>
    where TSimd : ISimd<TVector, T>
{
    private const int MostParts = 16;
    private const int FewParts = 4;

    // What the sums of all parts may take, in elements, before there are fewer parts.
    private const long MostSums = 1 << 22;

    // The tiles over which products are summed before the sums are written back.
    private const int TilesAtOnce = 48;

    private readonly int channelCount = channels;
    private readonly int mapCount = maps;
    private readonly BiasSums<T> biasSums = new();
    private Blob<T> sums = PartSums<T>.Take(0);
    private WinogradTiling tiling;
    private WinogradSide<T, TSimd, TVector> imageSide;
    private WinogradSide<T, TSimd, TVector> mapSide;
    private T[] transposed = [];
    private int imagesOfPart = 1;
    private int parts;
    private int rowsAtOnce = 1;

    private int SumStep => imageSide.Padded * mapSide.Padded;

    private int SumsOfPart => WinogradTiling.Products * SumStep;

    /// <inheritdoc/>
    public void Reshape(int count, Window over)
    {
        tiling = new WinogradTiling(over, count);
        imageSide = new WinogradSide<T, TSimd, TVector>(tiling, channelCount, isMaps: false);
        mapSide = new WinogradSide<T, TSimd, TVector>(tiling, mapCount, isMaps: true);
        var transform = WinogradTiling.WeightTransform<T>(tiling.Kernel);
        transposed = [.. Enumerable.Range(0, transform.Length).Select(i =>
            transform[i % WinogradTiling.Points * tiling.Kernel + i / WinogradTiling.Points])];
        var wanted = (int)Math.Clamp(MostSums / SumsOfPart, FewParts, MostParts);
        imagesOfPart = Math.Max(1, (count + wanted - 1) / wanted);
        parts = (count + imagesOfPart - 1) / imagesOfPart;
        rowsAtOnce = Math.Max(1, TilesAtOnce / Math.Max(1, tiling.Across));
    }

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<T> image, ReadOnlySpan<T> maps, Span<T> gradient, Span<T> biasGradient)
    {
        if (tiling.Images == 0)
            return;
        // Only a net that trains comes here, so the memory is taken at the first call, as that of gradients is.
        sums = PartSums<T>.Take(parts * SumsOfPart);
        biasSums.Reshape(parts, biasGradient.Length);
        var work = new PartWork(this, image, maps);
        WorkPool.For(tiling.Images, imagesOfPart, ref work);
        var total = new TotalWork(this, gradient);
        WorkPool.For(channelCount, Math.Max(1, WorkPool.ElementGrain / (WinogradTiling.Products * mapSide.Padded)),
            ref total);
        biasSums.AddTo(biasGradient);
    }

    private void AddRows(T* image, T* maps, int from, int to, T* sum)
    {
        var tiles = (to - from) * tiling.Across;
        var (imageStep, mapStep) = (imageSide.Step(tiles), mapSide.Step(tiles));
        var images = PackingBuffer<T>.Take(WinogradTiling.Products * (imageStep + mapStep)
            + Math.Max(imageSide.Scratch(to - from), mapSide.Scratch(to - from)));
        var gradients = images + WinogradTiling.Products * imageStep;
        var scratch = gradients + WinogradTiling.Products * mapStep;
        imageSide.Transform(image, from, to, images, imageStep, scratch);
        mapSide.Transform(maps, from, to, gradients, mapStep, scratch);
        for (var point = 0; point < WinogradTiling.Products; point++)
            Multiply(images + point * imageStep, gradients + point * mapStep, tiles, sum + (long)point * SumStep);
    }

    /// <summary>Adds all products at a point: channels × maps += (tiles × channels)ᵀ · tiles × maps.</summary>
    private void Multiply(T* images, T* gradients, int tiles, T* sum)
    {
        var rows = stackalloc nint[GradientTile<T>.MaxRows];
        for (var row = 0; row < TTiles.Rows; row++)
            rows[row] = row;
        var tile = new GradientTile<T>
        {
            Offsets = rows,
            Step = imageSide.Padded,
            Height = 1,
            Width = tiles,
            GradientStep = mapSide.Padded,
            StartStep = mapSide.Padded,
            SumStep = mapSide.Padded,
        };
        for (var map = 0; map < mapSide.Padded; map += 2 * TTiles.Vector)
        {
            tile.Gradient = gradients + map;
            var vectors = mapSide.Padded - map > TTiles.Vector ? 2 : 1;
            for (var channel = 0; channel < channelCount; channel += TTiles.Rows)
            {
                tile.Image = images + channel;
                tile.Start = tile.Sum = sum + (long)channel * mapSide.Padded + map;
                TTiles.Run(vectors, tile);
            }
        }
    }

    private readonly ref struct PartWork(WinogradGradient<T, TTiles, TSimd, TVector> layer, ReadOnlySpan<T> image,
        ReadOnlySpan<T> maps) : IRangeWork
    {
        private readonly ReadOnlySpan<T> image = image;
        private readonly ReadOnlySpan<T> maps = maps;

        public void Run(int from, int to)
        {
            var down = layer.tiling.Down;
            var part = from / layer.imagesOfPart;
            fixed (T* images = image, gradients = maps, sums = layer.sums.Data)
            {
                var sum = sums + (long)part * layer.SumsOfPart;
                new Span<T>(sum, layer.SumsOfPart).Clear();
                for (var row = from * down; row < to * down; row += layer.rowsAtOnce)
                    layer.AddRows(images, gradients, row, Math.Min(to * down, row + layer.rowsAtOnce), sum);
            }
            var places = layer.tiling.Window.Count;
            layer.biasSums.Clear(part);
            for (var i = from; i < to; i++)
                layer.biasSums.AddImage(part, maps.Slice(i * layer.mapCount * places, layer.mapCount * places), places);
        }
    }

    /// <summary>Adds up the parts, in their order, and adds Gᵀ·sum·G to the gradient.</summary>
    private readonly ref struct TotalWork(WinogradGradient<T, TTiles, TSimd, TVector> layer, Span<T> gradient) : IRangeWork
    {
        private readonly Span<T> gradient = gradient;

        public void Run(int from, int to)
        {
            var padded = layer.mapSide.Padded;
            var kernel = layer.tiling.Kernel;
            var scratch = stackalloc T[WinogradTiling.Products * TSimd.Count];
            var window = stackalloc T[kernel * kernel * TSimd.Count];
            fixed (T* sums = layer.sums.Data)
                for (var channel = from; channel < to; channel++)
                {
                    AddParts(channel);
                    for (var map = 0; map < padded; map += TSimd.Count)
                    {
                        WinogradLines<TSimd, TVector, T>.Weights(layer.transposed, kernel, WinogradTiling.Points,
                            sums + (long)channel * padded + map, layer.SumStep, window, TSimd.Count, scratch);
                        Scatter(window, channel, map, Math.Min(TSimd.Count, layer.mapCount - map));
                    }
                }
        }

        private void AddParts(int channel)
        {
            var padded = layer.mapSide.Padded;
            for (var point = 0; point < WinogradTiling.Products; point++)
            {
                var at = point * layer.SumStep + channel * padded;
                var total = layer.sums.Data.Slice(at, padded);
                for (var part = 1; part < layer.parts; part++)
                    TensorPrimitives.Add(total, layer.sums.Data.Slice(part * layer.SumsOfPart + at, padded), total);
            }
        }

        private void Scatter(T* window, int channel, int firstMap, int maps)
        {
            var taps = layer.tiling.Window.KernelSize;
            for (var map = 0; map < maps; map++)
            {
                var target = gradient.Slice(((firstMap + map) * layer.channelCount + channel) * taps, taps);
                for (var tap = 0; tap < taps; tap++)
                    target[tap] += window[tap * TSimd.Count + map];
            }
        }
    }
}
