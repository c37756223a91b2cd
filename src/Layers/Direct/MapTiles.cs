namespace NeuralFramework.Layers;

/// <summary>Some maps of a convolution at one or two vectors of places: row r of the target is its start plus the sum,
/// over channels and taps, of a weight times the source at the tap's offset.</summary>
internal unsafe struct MapTile<T> where T : unmanaged
{
    /// <summary>The weights: one for each row at every tap, and what is left out between two channels.</summary>
    public T* Weights;
    public nint WeightSkip;

    /// <summary>Where the places of the two vectors lie in the first channel.</summary>
    public T* First;
    public T* Second;

    /// <summary>The distance between two channels.</summary>
    public nint Plane;
    public int Channels;

    /// <summary>How far the source of each tap lies from the places.</summary>
    public nint* Offsets;
    public int Taps;

    /// <summary>A value for each row, from which its sums start.</summary>
    public T* Start;

    public T* Target;
    public nint TargetStep;
}

/// <summary>
/// The tiles of maps, rows × vectors. Every element is summed in the order of channels and taps, one fused multiply-add
/// after the other, so its bits do not depend on the tile in which it lies. Each accumulator is a local of its own, as
/// only those live in registers.
/// </summary>
internal static unsafe class MapTiles<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where T : unmanaged
{
    public static void Run8x2(in MapTile<T> tile)
    {
        var offsets = tile.Offsets;
        nint taps = tile.Taps;
        var weights = tile.Weights;
        var first = tile.First;
        var second = tile.Second;
        var s00 = TSimd.Broadcast(tile.Start[0]);
        var s01 = s00;
        var s10 = TSimd.Broadcast(tile.Start[1]);
        var s11 = s10;
        var s20 = TSimd.Broadcast(tile.Start[2]);
        var s21 = s20;
        var s30 = TSimd.Broadcast(tile.Start[3]);
        var s31 = s30;
        var s40 = TSimd.Broadcast(tile.Start[4]);
        var s41 = s40;
        var s50 = TSimd.Broadcast(tile.Start[5]);
        var s51 = s50;
        var s60 = TSimd.Broadcast(tile.Start[6]);
        var s61 = s60;
        var s70 = TSimd.Broadcast(tile.Start[7]);
        var s71 = s70;
        for (var channel = tile.Channels; channel > 0; channel--)
        {
            for (nint tap = 0; tap < taps; tap++)
            {
                var x0 = TSimd.Load(first + offsets[tap]);
                var x1 = TSimd.Load(second + offsets[tap]);
                var w = TSimd.Broadcast(*weights);
                s00 = TSimd.MultiplyAdd(w, x0, s00);
                s01 = TSimd.MultiplyAdd(w, x1, s01);
                w = TSimd.Broadcast(weights[1]);
                s10 = TSimd.MultiplyAdd(w, x0, s10);
                s11 = TSimd.MultiplyAdd(w, x1, s11);
                w = TSimd.Broadcast(weights[2]);
                s20 = TSimd.MultiplyAdd(w, x0, s20);
                s21 = TSimd.MultiplyAdd(w, x1, s21);
                w = TSimd.Broadcast(weights[3]);
                s30 = TSimd.MultiplyAdd(w, x0, s30);
                s31 = TSimd.MultiplyAdd(w, x1, s31);
                w = TSimd.Broadcast(weights[4]);
                s40 = TSimd.MultiplyAdd(w, x0, s40);
                s41 = TSimd.MultiplyAdd(w, x1, s41);
                w = TSimd.Broadcast(weights[5]);
                s50 = TSimd.MultiplyAdd(w, x0, s50);
                s51 = TSimd.MultiplyAdd(w, x1, s51);
                w = TSimd.Broadcast(weights[6]);
                s60 = TSimd.MultiplyAdd(w, x0, s60);
                s61 = TSimd.MultiplyAdd(w, x1, s61);
                w = TSimd.Broadcast(weights[7]);
                s70 = TSimd.MultiplyAdd(w, x0, s70);
                s71 = TSimd.MultiplyAdd(w, x1, s71);
                weights += 8;
            }
            weights += tile.WeightSkip;
            first += tile.Plane;
            second += tile.Plane;
        }
        var target = tile.Target;
        TSimd.Store(s00, target);
        TSimd.Store(s01, target + TSimd.Count);
        target += tile.TargetStep;
        TSimd.Store(s10, target);
        TSimd.Store(s11, target + TSimd.Count);
        target += tile.TargetStep;
        TSimd.Store(s20, target);
        TSimd.Store(s21, target + TSimd.Count);
        target += tile.TargetStep;
        TSimd.Store(s30, target);
        TSimd.Store(s31, target + TSimd.Count);
        target += tile.TargetStep;
        TSimd.Store(s40, target);
        TSimd.Store(s41, target + TSimd.Count);
        target += tile.TargetStep;
        TSimd.Store(s50, target);
        TSimd.Store(s51, target + TSimd.Count);
        target += tile.TargetStep;
        TSimd.Store(s60, target);
        TSimd.Store(s61, target + TSimd.Count);
        target += tile.TargetStep;
        TSimd.Store(s70, target);
        TSimd.Store(s71, target + TSimd.Count);
    }

    public static void Run8x1(in MapTile<T> tile)
    {
        var offsets = tile.Offsets;
        nint taps = tile.Taps;
        var weights = tile.Weights;
        var first = tile.First;
        var s00 = TSimd.Broadcast(tile.Start[0]);
        var s10 = TSimd.Broadcast(tile.Start[1]);
        var s20 = TSimd.Broadcast(tile.Start[2]);
        var s30 = TSimd.Broadcast(tile.Start[3]);
        var s40 = TSimd.Broadcast(tile.Start[4]);
        var s50 = TSimd.Broadcast(tile.Start[5]);
        var s60 = TSimd.Broadcast(tile.Start[6]);
        var s70 = TSimd.Broadcast(tile.Start[7]);
        for (var channel = tile.Channels; channel > 0; channel--)
        {
            for (nint tap = 0; tap < taps; tap++)
            {
                var x0 = TSimd.Load(first + offsets[tap]);
                var w = TSimd.Broadcast(*weights);
                s00 = TSimd.MultiplyAdd(w, x0, s00);
                w = TSimd.Broadcast(weights[1]);
                s10 = TSimd.MultiplyAdd(w, x0, s10);
                w = TSimd.Broadcast(weights[2]);
                s20 = TSimd.MultiplyAdd(w, x0, s20);
                w = TSimd.Broadcast(weights[3]);
                s30 = TSimd.MultiplyAdd(w, x0, s30);
                w = TSimd.Broadcast(weights[4]);
                s40 = TSimd.MultiplyAdd(w, x0, s40);
                w = TSimd.Broadcast(weights[5]);
                s50 = TSimd.MultiplyAdd(w, x0, s50);
                w = TSimd.Broadcast(weights[6]);
                s60 = TSimd.MultiplyAdd(w, x0, s60);
                w = TSimd.Broadcast(weights[7]);
                s70 = TSimd.MultiplyAdd(w, x0, s70);
                weights += 8;
            }
            weights += tile.WeightSkip;
            first += tile.Plane;
        }
        var target = tile.Target;
        TSimd.Store(s00, target);
        target += tile.TargetStep;
        TSimd.Store(s10, target);
        target += tile.TargetStep;
        TSimd.Store(s20, target);
        target += tile.TargetStep;
        TSimd.Store(s30, target);
        target += tile.TargetStep;
        TSimd.Store(s40, target);
        target += tile.TargetStep;
        TSimd.Store(s50, target);
        target += tile.TargetStep;
        TSimd.Store(s60, target);
        target += tile.TargetStep;
        TSimd.Store(s70, target);
    }

    public static void Run4x2(in MapTile<T> tile)
    {
        var offsets = tile.Offsets;
        nint taps = tile.Taps;
        var weights = tile.Weights;
        var first = tile.First;
        var second = tile.Second;
        var s00 = TSimd.Broadcast(tile.Start[0]);
        var s01 = s00;
        var s10 = TSimd.Broadcast(tile.Start[1]);
        var s11 = s10;
        var s20 = TSimd.Broadcast(tile.Start[2]);
        var s21 = s20;
        var s30 = TSimd.Broadcast(tile.Start[3]);
        var s31 = s30;
        for (var channel = tile.Channels; channel > 0; channel--)
        {
            for (nint tap = 0; tap < taps; tap++)
            {
                var x0 = TSimd.Load(first + offsets[tap]);
                var x1 = TSimd.Load(second + offsets[tap]);
                var w = TSimd.Broadcast(*weights);
                s00 = TSimd.MultiplyAdd(w, x0, s00);
                s01 = TSimd.MultiplyAdd(w, x1, s01);
                w = TSimd.Broadcast(weights[1]);
                s10 = TSimd.MultiplyAdd(w, x0, s10);
                s11 = TSimd.MultiplyAdd(w, x1, s11);
                w = TSimd.Broadcast(weights[2]);
                s20 = TSimd.MultiplyAdd(w, x0, s20);
                s21 = TSimd.MultiplyAdd(w, x1, s21);
                w = TSimd.Broadcast(weights[3]);
                s30 = TSimd.MultiplyAdd(w, x0, s30);
                s31 = TSimd.MultiplyAdd(w, x1, s31);
                weights += 4;
            }
            weights += tile.WeightSkip;
            first += tile.Plane;
            second += tile.Plane;
        }
        var target = tile.Target;
        TSimd.Store(s00, target);
        TSimd.Store(s01, target + TSimd.Count);
        target += tile.TargetStep;
        TSimd.Store(s10, target);
        TSimd.Store(s11, target + TSimd.Count);
        target += tile.TargetStep;
        TSimd.Store(s20, target);
        TSimd.Store(s21, target + TSimd.Count);
        target += tile.TargetStep;
        TSimd.Store(s30, target);
        TSimd.Store(s31, target + TSimd.Count);
    }

    public static void Run4x1(in MapTile<T> tile)
    {
        var offsets = tile.Offsets;
        nint taps = tile.Taps;
        var weights = tile.Weights;
        var first = tile.First;
        var s00 = TSimd.Broadcast(tile.Start[0]);
        var s10 = TSimd.Broadcast(tile.Start[1]);
        var s20 = TSimd.Broadcast(tile.Start[2]);
        var s30 = TSimd.Broadcast(tile.Start[3]);
        for (var channel = tile.Channels; channel > 0; channel--)
        {
            for (nint tap = 0; tap < taps; tap++)
            {
                var x0 = TSimd.Load(first + offsets[tap]);
                var w = TSimd.Broadcast(*weights);
                s00 = TSimd.MultiplyAdd(w, x0, s00);
                w = TSimd.Broadcast(weights[1]);
                s10 = TSimd.MultiplyAdd(w, x0, s10);
                w = TSimd.Broadcast(weights[2]);
                s20 = TSimd.MultiplyAdd(w, x0, s20);
                w = TSimd.Broadcast(weights[3]);
                s30 = TSimd.MultiplyAdd(w, x0, s30);
                weights += 4;
            }
            weights += tile.WeightSkip;
            first += tile.Plane;
        }
        var target = tile.Target;
        TSimd.Store(s00, target);
        target += tile.TargetStep;
        TSimd.Store(s10, target);
        target += tile.TargetStep;
        TSimd.Store(s20, target);
        target += tile.TargetStep;
        TSimd.Store(s30, target);
    }
}
