namespace NeuralFramework.Data;

/// <summary>What is cut out of one image, and how: the window's first row and column in the image, negative in the
/// padding; whether it is flipped; the centre of the cutout.</summary>
internal readonly record struct WindowDraw(int Top, int Left, bool IsMirrored, (int Row, int Column) Centre);

/// <summary>Pads, crops, mirrors and cuts out: copies planes of values to planes of the window's size.</summary>
internal sealed class ImageWindow
{
    private readonly int height;
    private readonly int width;
    private readonly int pad;
    private readonly int cutout;
    private readonly bool isReflected;
    private readonly bool isRandom;
    private readonly bool mirrors;
    private readonly SampleHash mirrorHash;
    private readonly SampleHash cropHash;
    private readonly SampleHash cutoutHash;

    public ImageWindow(ImageLayerOptions options, int height, int width, NetContext context, string name)
    {
        (this.height, this.width, pad) = (height, width, options.Pad);
        (Height, Width) = (options.CropSize ?? height, options.CropSize ?? width);
        isReflected = options.PadMode == PadMode.Reflect;
        isRandom = context.Phase == Phase.Train;
        mirrors = isRandom && options.Mirror;
        cutout = isRandom ? options.Cutout : 0;
        mirrorHash = new SampleHash(context.Seed, $"{name}/mirror");
        cropHash = new SampleHash(context.Seed, $"{name}/crop");
        cutoutHash = new SampleHash(context.Seed, $"{name}/cutout");
    }

    /// <summary>The rows of the window.</summary>
    public int Height { get; }

    /// <summary>The columns of the window.</summary>
    public int Width { get; }

    /// <summary>Whether the window is the image in each sample.</summary>
    public bool IsWhole => pad == 0 && Height == height && Width == width;

    /// <summary>The problem of these options with images of this size, or null.</summary>
    public string? Problem() =>
        Height > height + 2 * pad || Width > width + 2 * pad
            ? $"member 'crop_size': received {Height} for images of {height}×{width} with pad {pad}, allowed: at most "
                + $"{Math.Min(height, width) + 2 * pad}"
            : isReflected && pad >= Math.Min(height, width)
                ? $"member 'pad': received {pad} with 'pad_mode' reflect for images of {height}×{width}, allowed: less "
                    + $"than {Math.Min(height, width)}"
                : null;

    /// <summary>What happens to a sample.</summary>
    public WindowDraw Draw(long number)
    {
        var (rows, columns) = (height + 2 * pad - Height, width + 2 * pad - Width);
        var (top, left) = isRandom ? cropHash.Place(number, rows + 1, columns + 1) : (rows / 2, columns / 2);
        return new WindowDraw(top - pad, left - pad, mirrors && mirrorHash.Coin(number),
            cutout > 0 ? cutoutHash.Place(number, Height, Width) : default);
    }

    /// <summary>Copies a plane of the image to a plane of the window.</summary>
    public void Copy<T>(ReadOnlySpan<T> source, WindowDraw draw, Span<T> target)
    {
        for (var row = 0; row < Height; row++)
        {
            var line = target.Slice(row * Width, Width);
            var from = draw.Top + row;
            if (isReflected)
                from = Reflect(from, height);
            if ((uint)from < (uint)height)
                CopyLine(source.Slice(from * width, width), draw.Left, line);
            else
                line.Clear();
        }
        Finish(draw, target);
    }

    /// <summary>Mirrors and cuts out in place.</summary>
    public void Finish<T>(WindowDraw draw, Span<T> plane)
    {
        if (draw.IsMirrored)
            for (var row = 0; row < plane.Length; row += Width)
                plane.Slice(row, Width).Reverse();
        if (cutout == 0)
            return;
        var (top, left) = (draw.Centre.Row - cutout / 2, draw.Centre.Column - cutout / 2);
        var (from, to) = (Math.Max(0, left), Math.Min(Width, left + cutout));
        for (var row = Math.Max(0, top); row < Math.Min(Height, top + cutout); row++)
            plane[(row * Width + from)..(row * Width + to)].Clear();
    }

    private void CopyLine<T>(ReadOnlySpan<T> source, int left, Span<T> line)
    {
        var before = Math.Clamp(-left, 0, Width);
        var behind = Math.Clamp(left + Width - width, 0, Width);
        var inside = Width - before - behind;
        if (inside > 0)
            source.Slice(left + before, inside).CopyTo(line[before..]);
        Fill(source, left, line, 0, before);
        Fill(source, left, line, Width - behind, Width);
    }

    private void Fill<T>(ReadOnlySpan<T> source, int left, Span<T> line, int from, int to)
    {
        if (!isReflected)
            line[from..to].Clear();
        else
            for (var i = from; i < to; i++)
                line[i] = source[Reflect(left + i, width)];
    }

    private static int Reflect(int place, int count) =>
        place < 0 ? -place : place >= count ? 2 * (count - 1) - place : place;
}
