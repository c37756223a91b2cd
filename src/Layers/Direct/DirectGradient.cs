using System.Numerics;
using System.Numerics.Tensors;

namespace NeuralFramework.Layers;

/// <summary>
/// The gradient of a convolution's weights without columns in memory: tiles of weights × maps are summed over the places
/// of an image, whose elements are read where they lie.
/// </summary>
/// <remarks>The batch is cut into parts whose number depends on the shapes alone. Each part has sums of its own, which
/// are added in the order of the parts, so results are the same bits for any number of threads.</remarks>
internal sealed unsafe class DirectGradient<T, TTiles>(int channels, int maps, int groups) : IWeightGradient<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TTiles : struct, IConvolutionTiles<T>
{
    private const int MaxParts = 16;

    // What the sums of all parts may take before there are fewer parts.
    private const long MaxSums = 1 << 24;

    private readonly int channelCount = channels;
    private readonly int mapCount = maps;
    private readonly BiasSums<T> biasSums = new();
    private Blob<T> sums = PartSums<T>.Take(0);
    private PaddedWindow window;
    private Tap[] taps = [];
    private int images;
    private int imagesOfPart = 1;
    private int parts;

    private int ChannelsOfGroup => channelCount / groups;

    private int MapsOfGroup => mapCount / groups;

    private int Places => window.Window.Count;

    private int MapsPadded => GemmPacking.PaddedTo(TTiles.Vector, MapsOfGroup);

    private int TapsPadded => GemmPacking.RoundUp(taps.Length, TTiles.Rows);

    private int SumsOfPart => groups * TapsPadded * MapsPadded;

    /// <summary>Prepares for a number of images and their windows.</summary>
    public void Reshape(int count, Window over)
    {
        (images, window) = (count, new PaddedWindow(over.Flattened));
        taps = MakeTaps();
        var wanted = (int)Math.Clamp(MaxSums / Math.Max(1, SumsOfPart), 1, MaxParts);
        imagesOfPart = Math.Max(1, (count + wanted - 1) / wanted);
        parts = (count + imagesOfPart - 1) / imagesOfPart;
    }

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<T> image, ReadOnlySpan<T> maps, Span<T> gradient, Span<T> biasGradient)
    {
        if (images == 0)
            return;
        // Only a net that trains comes here, so the memory is taken at the first call, as that of gradients is.
        sums = PartSums<T>.Take(parts * SumsOfPart);
        biasSums.Reshape(parts, biasGradient.Length);
        var work = new PartWork(this, image, maps);
        WorkPool.For(images, imagesOfPart, ref work);
        var total = new TotalWork(this);
        WorkPool.For(SumsOfPart, WorkPool.ElementGrain, ref total);
        var scatter = new ScatterWork(this, gradient);
        WorkPool.For(mapCount, Math.Max(1, WorkPool.ElementGrain / taps.Length), ref scatter);
        biasSums.AddTo(biasGradient);
    }

    // Row by row of the window and then channel by channel, so that most tiles lie in one row, and leave out the places
    // at which it is in the border.
    private Tap[] MakeTaps()
    {
        var (height, width) = (window.Window.Height, window.Window.Width);
        var offsets = window.Offsets();
        var made = new List<Tap>();
        for (var y = 0; y < height.Kernel; y++)
        {
            var (from, to) = height.Inside(y);
            for (var channel = 0; channel < ChannelsOfGroup; channel++)
                for (var x = 0; x < width.Kernel; x++)
                {
                    var tap = y * width.Kernel + x;
                    made.Add(new Tap(channel * offsets.Length + tap, channel * window.Plane + offsets[tap], from, to));
                }
        }
        return [.. made];
    }

    private void AddImage(T* image, T* maps, T* sum, T* gradient)
    {
        for (var group = 0; group < groups; group++)
        {
            GemmPacking.PackAlong(maps + (long)group * MapsOfGroup * Places, Places, MapsOfGroup, MapsPadded, Places,
                gradient);
            var source = image + (long)group * ChannelsOfGroup * window.Plane;
            var target = sum + (long)group * TapsPadded * MapsPadded;
            for (var tap = 0; tap < taps.Length; tap += TTiles.Rows)
                AddTile(source, tap, gradient, target + (long)tap * MapsPadded);
        }
    }

    private void AddTile(T* image, int firstTap, T* gradient, T* sum)
    {
        var (from, to) = (taps[firstTap].From, taps[firstTap].To);
        var sources = stackalloc nint[GradientTile<T>.MaxRows];
        for (var row = 0; row < TTiles.Rows; row++)
        {
            // A missing tap repeats the last one; its sums are not used.
            var tap = taps[Math.Min(firstTap + row, taps.Length - 1)];
            (from, to) = (Math.Min(from, tap.From), Math.Max(to, tap.To));
            sources[row] = tap.Offset;
        }
        var step = window.Window.Width.Stride;
        var rowStep = window.Window.Height.Stride * window.Pitch;
        var tile = new GradientTile<T>
        {
            Image = image + (long)from * rowStep,
            Offsets = sources,
            Step = step,
            RowStep = rowStep,
            Height = to - from,
            Width = window.Window.Width.Count,
            GradientStep = MapsPadded,
            StartStep = MapsPadded,
            SumStep = MapsPadded,
        };
        for (var map = 0; map < MapsPadded; map += 2 * TTiles.Vector)
        {
            tile.Gradient = gradient + (long)from * tile.Width * MapsPadded + map;
            tile.Start = tile.Sum = sum + map;
            TTiles.Run(MapsPadded - map > TTiles.Vector ? 2 : 1, tile);
        }
    }

    /// <summary>An element of the window in a channel.</summary>
    /// <param name="Weight">Its number among the weights of a map.</param>
    /// <param name="Offset">How far it lies from the window's place in the first channel.</param>
    /// <param name="From">The first row of windows in which it is inside of the image.</param>
    /// <param name="To">The row behind the last such.</param>
    private readonly record struct Tap(int Weight, nint Offset, int From, int To);

    private readonly ref struct PartWork(DirectGradient<T, TTiles> layer, ReadOnlySpan<T> image, ReadOnlySpan<T> maps)
        : IRangeWork
    {
        private readonly ReadOnlySpan<T> image = image;
        private readonly ReadOnlySpan<T> maps = maps;

        public void Run(int from, int to)
        {
            var window = layer.window;
            var channels = layer.channelCount;
            var gradient = PackingBuffer<T>.Take((long)layer.Places * layer.MapsPadded
                + (window.HasBorder ? (long)channels * window.Plane : 0));
            var padded = gradient + (long)layer.Places * layer.MapsPadded;
            fixed (T* images = image, gradients = maps, sums = layer.sums.Data)
            {
                var part = from / layer.imagesOfPart;
                var sum = sums + (long)part * layer.SumsOfPart;
                new Span<T>(sum, layer.SumsOfPart).Clear();
                layer.biasSums.Clear(part);
                for (var i = from; i < to; i++)
                {
                    var source = images + (long)i * channels * window.Window.PlaneSize;
                    if (window.HasBorder)
                        window.Copy(source, channels, 0, window.Rows, padded);
                    var gradientOfMaps = gradients + (long)i * layer.mapCount * layer.Places;
                    layer.AddImage(window.HasBorder ? padded : source, gradientOfMaps, sum, gradient);
                    layer.biasSums.AddImage(part,
                        new ReadOnlySpan<T>(gradientOfMaps, layer.mapCount * layer.Places), layer.Places);
                }
            }
        }
    }

    /// <summary>Adds the sums of the other parts, in their order, to those of the first.</summary>
    private readonly struct TotalWork(DirectGradient<T, TTiles> layer) : IRangeWork
    {
        public void Run(int from, int to)
        {
            var total = layer.sums.Data[from..to];
            for (var part = 1; part < layer.parts; part++)
                TensorPrimitives.Add(total, layer.sums.Data.Slice(part * layer.SumsOfPart + from, total.Length), total);
        }
    }

    /// <summary>Adds the sums, which lie tap by tap, to the gradient, which lies map by map.</summary>
    private readonly ref struct ScatterWork(DirectGradient<T, TTiles> layer, Span<T> gradient) : IRangeWork
    {
        private readonly Span<T> gradient = gradient;

        public void Run(int from, int to)
        {
            ReadOnlySpan<T> sums = layer.sums.Data;
            var depth = layer.taps.Length;
            for (var map = from; map < to; map++)
            {
                var (group, column) = Math.DivRem(map, layer.MapsOfGroup);
                var target = gradient.Slice(map * depth, depth);
                var at = group * layer.TapsPadded * layer.MapsPadded + column;
                foreach (var tap in layer.taps)
                {
                    target[tap.Weight] += sums[at];
                    at += layer.MapsPadded;
                }
            }
        }
    }
}
