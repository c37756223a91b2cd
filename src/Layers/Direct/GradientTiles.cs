namespace NeuralFramework.Layers;

/// <summary>The gradients of some weights for one or two vectors of maps: row r of the sum gets, for every place, the
/// image at the row's tap times the maps' gradient.</summary>
internal unsafe struct GradientTile<T> where T : unmanaged
{
    public const int MaxRows = 8;

    /// <summary>The image at the first place, and how far the tap of each row lies from it.</summary>
    public T* Image;
    public nint* Offsets;

    /// <summary>The distances in the image between two places, and between two rows of places.</summary>
    public nint Step;
    public nint RowStep;

    /// <summary>The rows of places, and the places of a row.</summary>
    public int Height;
    public int Width;

    /// <summary>The gradient of all maps at the first place, and the distance to those at the next.</summary>
    public T* Gradient;
    public nint GradientStep;

    /// <summary>From where the sums of each row go on: the sums themselves, or zeros.</summary>
    public T* Start;
    public nint StartStep;

    public T* Sum;
    public nint SumStep;
}

/// <summary>
/// The tiles of gradients, rows × vectors. Every element is summed in the order of the places, one fused multiply-add
/// after the other. Each accumulator is a local of its own, as only those live in registers.
/// </summary>
internal static unsafe class GradientTiles<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where T : unmanaged
{
    public static void Run8x2(in GradientTile<T> tile)
    {
        var gradient = tile.Gradient;
        var start = tile.Start;
        var s00 = TSimd.Load(start);
        var s01 = TSimd.Load(start + TSimd.Count);
        start += tile.StartStep;
        var s10 = TSimd.Load(start);
        var s11 = TSimd.Load(start + TSimd.Count);
        start += tile.StartStep;
        var s20 = TSimd.Load(start);
        var s21 = TSimd.Load(start + TSimd.Count);
        start += tile.StartStep;
        var s30 = TSimd.Load(start);
        var s31 = TSimd.Load(start + TSimd.Count);
        start += tile.StartStep;
        var s40 = TSimd.Load(start);
        var s41 = TSimd.Load(start + TSimd.Count);
        start += tile.StartStep;
        var s50 = TSimd.Load(start);
        var s51 = TSimd.Load(start + TSimd.Count);
        start += tile.StartStep;
        var s60 = TSimd.Load(start);
        var s61 = TSimd.Load(start + TSimd.Count);
        start += tile.StartStep;
        var s70 = TSimd.Load(start);
        var s71 = TSimd.Load(start + TSimd.Count);
        var image = tile.Image;
        for (var y = tile.Height; y > 0; y--)
        {
            var x0 = image + tile.Offsets[0];
            var x1 = image + tile.Offsets[1];
            var x2 = image + tile.Offsets[2];
            var x3 = image + tile.Offsets[3];
            var x4 = image + tile.Offsets[4];
            var x5 = image + tile.Offsets[5];
            var x6 = image + tile.Offsets[6];
            var x7 = image + tile.Offsets[7];
            nint at = 0;
            for (var x = tile.Width; x > 0; x--)
            {
                var g0 = TSimd.Load(gradient);
                var g1 = TSimd.Load(gradient + TSimd.Count);
                var w = TSimd.Broadcast(x0[at]);
                s00 = TSimd.MultiplyAdd(w, g0, s00);
                s01 = TSimd.MultiplyAdd(w, g1, s01);
                w = TSimd.Broadcast(x1[at]);
                s10 = TSimd.MultiplyAdd(w, g0, s10);
                s11 = TSimd.MultiplyAdd(w, g1, s11);
                w = TSimd.Broadcast(x2[at]);
                s20 = TSimd.MultiplyAdd(w, g0, s20);
                s21 = TSimd.MultiplyAdd(w, g1, s21);
                w = TSimd.Broadcast(x3[at]);
                s30 = TSimd.MultiplyAdd(w, g0, s30);
                s31 = TSimd.MultiplyAdd(w, g1, s31);
                w = TSimd.Broadcast(x4[at]);
                s40 = TSimd.MultiplyAdd(w, g0, s40);
                s41 = TSimd.MultiplyAdd(w, g1, s41);
                w = TSimd.Broadcast(x5[at]);
                s50 = TSimd.MultiplyAdd(w, g0, s50);
                s51 = TSimd.MultiplyAdd(w, g1, s51);
                w = TSimd.Broadcast(x6[at]);
                s60 = TSimd.MultiplyAdd(w, g0, s60);
                s61 = TSimd.MultiplyAdd(w, g1, s61);
                w = TSimd.Broadcast(x7[at]);
                s70 = TSimd.MultiplyAdd(w, g0, s70);
                s71 = TSimd.MultiplyAdd(w, g1, s71);
                gradient += tile.GradientStep;
                at += tile.Step;
            }
            image += tile.RowStep;
        }
        var sum = tile.Sum;
        TSimd.Store(s00, sum);
        TSimd.Store(s01, sum + TSimd.Count);
        sum += tile.SumStep;
        TSimd.Store(s10, sum);
        TSimd.Store(s11, sum + TSimd.Count);
        sum += tile.SumStep;
        TSimd.Store(s20, sum);
        TSimd.Store(s21, sum + TSimd.Count);
        sum += tile.SumStep;
        TSimd.Store(s30, sum);
        TSimd.Store(s31, sum + TSimd.Count);
        sum += tile.SumStep;
        TSimd.Store(s40, sum);
        TSimd.Store(s41, sum + TSimd.Count);
        sum += tile.SumStep;
        TSimd.Store(s50, sum);
        TSimd.Store(s51, sum + TSimd.Count);
        sum += tile.SumStep;
        TSimd.Store(s60, sum);
        TSimd.Store(s61, sum + TSimd.Count);
        sum += tile.SumStep;
        TSimd.Store(s70, sum);
        TSimd.Store(s71, sum + TSimd.Count);
    }

    public static void Run8x1(in GradientTile<T> tile)
    {
        var gradient = tile.Gradient;
        var start = tile.Start;
        var s00 = TSimd.Load(start);
        start += tile.StartStep;
        var s10 = TSimd.Load(start);
        start += tile.StartStep;
        var s20 = TSimd.Load(start);
        start += tile.StartStep;
        var s30 = TSimd.Load(start);
        start += tile.StartStep;
        var s40 = TSimd.Load(start);
        start += tile.StartStep;
        var s50 = TSimd.Load(start);
        start += tile.StartStep;
        var s60 = TSimd.Load(start);
        start += tile.StartStep;
        var s70 = TSimd.Load(start);
        var image = tile.Image;
        for (var y = tile.Height; y > 0; y--)
        {
            var x0 = image + tile.Offsets[0];
            var x1 = image + tile.Offsets[1];
            var x2 = image + tile.Offsets[2];
            var x3 = image + tile.Offsets[3];
            var x4 = image + tile.Offsets[4];
            var x5 = image + tile.Offsets[5];
            var x6 = image + tile.Offsets[6];
            var x7 = image + tile.Offsets[7];
            nint at = 0;
            for (var x = tile.Width; x > 0; x--)
            {
                var g0 = TSimd.Load(gradient);
                var w = TSimd.Broadcast(x0[at]);
                s00 = TSimd.MultiplyAdd(w, g0, s00);
                w = TSimd.Broadcast(x1[at]);
                s10 = TSimd.MultiplyAdd(w, g0, s10);
                w = TSimd.Broadcast(x2[at]);
                s20 = TSimd.MultiplyAdd(w, g0, s20);
                w = TSimd.Broadcast(x3[at]);
                s30 = TSimd.MultiplyAdd(w, g0, s30);
                w = TSimd.Broadcast(x4[at]);
                s40 = TSimd.MultiplyAdd(w, g0, s40);
                w = TSimd.Broadcast(x5[at]);
                s50 = TSimd.MultiplyAdd(w, g0, s50);
                w = TSimd.Broadcast(x6[at]);
                s60 = TSimd.MultiplyAdd(w, g0, s60);
                w = TSimd.Broadcast(x7[at]);
                s70 = TSimd.MultiplyAdd(w, g0, s70);
                gradient += tile.GradientStep;
                at += tile.Step;
            }
            image += tile.RowStep;
        }
        var sum = tile.Sum;
        TSimd.Store(s00, sum);
        sum += tile.SumStep;
        TSimd.Store(s10, sum);
        sum += tile.SumStep;
        TSimd.Store(s20, sum);
        sum += tile.SumStep;
        TSimd.Store(s30, sum);
        sum += tile.SumStep;
        TSimd.Store(s40, sum);
        sum += tile.SumStep;
        TSimd.Store(s50, sum);
        sum += tile.SumStep;
        TSimd.Store(s60, sum);
        sum += tile.SumStep;
        TSimd.Store(s70, sum);
    }

    public static void Run4x2(in GradientTile<T> tile)
    {
        var gradient = tile.Gradient;
        var start = tile.Start;
        var s00 = TSimd.Load(start);
        var s01 = TSimd.Load(start + TSimd.Count);
        start += tile.StartStep;
        var s10 = TSimd.Load(start);
        var s11 = TSimd.Load(start + TSimd.Count);
        start += tile.StartStep;
        var s20 = TSimd.Load(start);
        var s21 = TSimd.Load(start + TSimd.Count);
        start += tile.StartStep;
        var s30 = TSimd.Load(start);
        var s31 = TSimd.Load(start + TSimd.Count);
        var image = tile.Image;
        for (var y = tile.Height; y > 0; y--)
        {
            var x0 = image + tile.Offsets[0];
            var x1 = image + tile.Offsets[1];
            var x2 = image + tile.Offsets[2];
            var x3 = image + tile.Offsets[3];
            nint at = 0;
            for (var x = tile.Width; x > 0; x--)
            {
                var g0 = TSimd.Load(gradient);
                var g1 = TSimd.Load(gradient + TSimd.Count);
                var w = TSimd.Broadcast(x0[at]);
                s00 = TSimd.MultiplyAdd(w, g0, s00);
                s01 = TSimd.MultiplyAdd(w, g1, s01);
                w = TSimd.Broadcast(x1[at]);
                s10 = TSimd.MultiplyAdd(w, g0, s10);
                s11 = TSimd.MultiplyAdd(w, g1, s11);
                w = TSimd.Broadcast(x2[at]);
                s20 = TSimd.MultiplyAdd(w, g0, s20);
                s21 = TSimd.MultiplyAdd(w, g1, s21);
                w = TSimd.Broadcast(x3[at]);
                s30 = TSimd.MultiplyAdd(w, g0, s30);
                s31 = TSimd.MultiplyAdd(w, g1, s31);
                gradient += tile.GradientStep;
                at += tile.Step;
            }
            image += tile.RowStep;
        }
        var sum = tile.Sum;
        TSimd.Store(s00, sum);
        TSimd.Store(s01, sum + TSimd.Count);
        sum += tile.SumStep;
        TSimd.Store(s10, sum);
        TSimd.Store(s11, sum + TSimd.Count);
        sum += tile.SumStep;
        TSimd.Store(s20, sum);
        TSimd.Store(s21, sum + TSimd.Count);
        sum += tile.SumStep;
        TSimd.Store(s30, sum);
        TSimd.Store(s31, sum + TSimd.Count);
    }

    public static void Run4x1(in GradientTile<T> tile)
    {
        var gradient = tile.Gradient;
        var start = tile.Start;
        var s00 = TSimd.Load(start);
        start += tile.StartStep;
        var s10 = TSimd.Load(start);
        start += tile.StartStep;
        var s20 = TSimd.Load(start);
        start += tile.StartStep;
        var s30 = TSimd.Load(start);
        var image = tile.Image;
        for (var y = tile.Height; y > 0; y--)
        {
            var x0 = image + tile.Offsets[0];
            var x1 = image + tile.Offsets[1];
            var x2 = image + tile.Offsets[2];
            var x3 = image + tile.Offsets[3];
            nint at = 0;
            for (var x = tile.Width; x > 0; x--)
            {
                var g0 = TSimd.Load(gradient);
                var w = TSimd.Broadcast(x0[at]);
                s00 = TSimd.MultiplyAdd(w, g0, s00);
                w = TSimd.Broadcast(x1[at]);
                s10 = TSimd.MultiplyAdd(w, g0, s10);
                w = TSimd.Broadcast(x2[at]);
                s20 = TSimd.MultiplyAdd(w, g0, s20);
                w = TSimd.Broadcast(x3[at]);
                s30 = TSimd.MultiplyAdd(w, g0, s30);
                gradient += tile.GradientStep;
                at += tile.Step;
            }
            image += tile.RowStep;
        }
        var sum = tile.Sum;
        TSimd.Store(s00, sum);
        sum += tile.SumStep;
        TSimd.Store(s10, sum);
        sum += tile.SumStep;
        TSimd.Store(s20, sum);
        sum += tile.SumStep;
        TSimd.Store(s30, sum);
    }
}
