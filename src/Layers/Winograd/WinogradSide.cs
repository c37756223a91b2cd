using System.Numerics;

namespace NeuralFramework.Layers;

/// <summary>The images, or the maps, of a convolution, on their way to the products of their tiles.</summary>
/// <param name="tiling">How they are cut into tiles.</param>
/// <param name="channels">How many channels or maps.</param>
/// <param name="isMaps">Whether these are the gradients of the maps, whose tiles do not overlap.</param>
internal readonly unsafe struct WinogradSide<T, TSimd, TVector>(WinogradTiling tiling, int channels, bool isMaps)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TSimd : ISimd<TVector, T>
{
    private int Height => isMaps ? tiling.Window.Height.Count : tiling.Window.Height.Image;

    private int Width => isMaps ? tiling.Window.Width.Count : tiling.Window.Width.Image;

    private int Overlap => isMaps ? 0 : tiling.Kernel - 1;

    private int Columns => tiling.Across * tiling.Results + Overlap;

    /// <summary>The channels, filled up to whole vectors and to as many as are packed at once.</summary>
    public int Padded => GemmPacking.PaddedTo(TSimd.Count, channels);

    /// <summary>The elements of all channels of an image.</summary>
    public long Size => (long)channels * Height * Width;

    /// <summary>How far the products at one point lie from those at the next, for some tiles. A vector more than they
    /// take, as else all would share a few lines of the cache.</summary>
    public long Step(int tiles) => (long)tiles * Padded + TSimd.Count;

    /// <summary>What <see cref="Transform"/> needs besides its target, for some rows of tiles.</summary>
    public long Scratch(int rows) =>
        (long)(Math.Min(rows, tiling.Down) * tiling.Results + Overlap) * Columns * Padded
        + WinogradTiling.Products * TSimd.Count;

    /// <summary>The products' factors of all tiles of some rows: target[point·step + tile·Padded + channel].</summary>
    public void Transform(T* source, int fromRow, int toRow, T* target, long step, T* scratch)
    {
        var lines = scratch + WinogradTiling.Products * TSimd.Count;
        for (var row = fromRow; row < toRow;)
        {
            var (image, first) = Math.DivRem(row, tiling.Down);
            var count = Math.Min(tiling.Down - first, toRow - row);
            Spread(source + image * Size, first * tiling.Results, count * tiling.Results + Overlap, lines);
            for (var y = 0; y < count; y++, row++)
                TransformRow(lines + (long)y * tiling.Results * Columns * Padded,
                    target + (long)(row - fromRow) * tiling.Across * Padded, step, scratch);
        }
    }

    private void TransformRow(T* lines, T* target, long step, T* scratch)
    {
        for (var tile = 0; tile < tiling.Across; tile++)
            for (var channel = 0; channel < Padded; channel += TSimd.Count)
            {
                var from = lines + (long)tile * tiling.Results * Padded + channel;
                var to = target + (long)tile * Padded + channel;
                if (isMaps)
                    WinogradLines<TSimd, TVector, T>.Gradients(tiling.Results, from, Columns * Padded, Padded, to,
                        (nint)step, scratch);
                else
                    WinogradLines<TSimd, TVector, T>.Image(from, Columns * Padded, Padded, to, (nint)step, scratch);
            }
    }

    /// <summary>Puts the channels of each place side by side, zeros around the image: target[(y·Columns + x)·Padded +
    /// channel].</summary>
    private void Spread(T* image, int firstRow, int rows, T* target)
    {
        var (padAbove, padLeft) = isMaps ? (0, 0) : (tiling.Window.Height.Pad, tiling.Window.Width.Pad);
        var length = Math.Clamp(Columns - padLeft, 0, Width);
        for (var row = 0; row < rows; row++, target += (long)Columns * Padded)
        {
            var y = firstRow + row - padAbove;
            if (y < 0 || y >= Height)
            {
                new Span<T>(target, Columns * Padded).Clear();
                continue;
            }
            var left = Math.Min(padLeft, Columns);
            new Span<T>(target, left * Padded).Clear();
            new Span<T>(target + (long)(left + length) * Padded, (Columns - left - length) * Padded).Clear();
            GemmPacking.PackAlong(image + (long)y * Width, Height * Width, channels, Padded, length,
                target + (long)left * Padded);
        }
    }
}
