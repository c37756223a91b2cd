using SkiaSharp;

namespace NeuralFramework.Data;

/// <summary>Decodes PNG, JPEG and BMP files into planes of bytes. Transparency, colour profiles and the orientation
/// that a camera noted are left out of account, as in Caffe.</summary>
/// <param name="height">The rows of an image.</param>
/// <param name="width">The columns of an image.</param>
/// <param name="isColor">Whether the planes are red, green and blue; else grey alone.</param>
/// <param name="canResize">Whether images of another size are resized, bilinearly and through smaller versions of
/// themselves where they shrink; else they are errors.</param>
internal sealed class ImageDecoder(int height, int width, bool isColor, bool canResize)
{
    private const int BytesPerPixel = 4;

    private static readonly SKSamplingOptions Sampling = new(SKFilterMode.Linear, SKMipmapMode.Linear);

    /// <summary>The bytes of a decoded image.</summary>
    public int ImageSize => (isColor ? 3 : 1) * height * width;

    /// <summary>The size of the image in a file.</summary>
    /// <exception cref="DataException">It is missing or cannot be decoded.</exception>
    public static (int Height, int Width) SizeOf(string path)
    {
        using var codec = Open(path);
        return (codec.Info.Height, codec.Info.Width);
    }

    /// <summary>Decodes a file.</summary>
    /// <exception cref="DataException">It is missing, cannot be decoded or has another size.</exception>
    public void Decode(string path, Span<byte> planes)
    {
        using var codec = Open(path);
        var (rows, columns) = (codec.Info.Height, codec.Info.Width);
        if (!canResize && (rows, columns) != (height, width))
            throw new DataException($"{path}: received an image of {rows}×{columns}, allowed: {height}×{width} as the "
                + "first has, or any size with 'new_height' and 'new_width'");
        // Held as if it were opaque: premultiplied colours would be darker, and only opaque ones can be resized as they
        // are.
        using var bitmap = new SKBitmap(new SKImageInfo(columns, rows, SKColorType.Rgba8888, SKAlphaType.Opaque));
        var info = new SKImageInfo(columns, rows, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        var result = codec.GetPixels(info, bitmap.GetPixels());
        if (result != SKCodecResult.Success)
            throw new DataException($"{path}: cannot be decoded: {Describe(result)}");
        if ((rows, columns) == (height, width))
        {
            Split(bitmap.GetPixelSpan(), planes);
            return;
        }
        using var resized = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        if (!bitmap.ScalePixels(resized, Sampling))
            throw new DataException($"{path}: cannot be resized from {rows}×{columns} to {height}×{width}");
        Split(resized.GetPixelSpan(), planes);
    }

    private static SKCodec Open(string path)
    {
        DataFile.SizeOf(path);
        SKCodec? codec = null;
        // Read whole, so that an error of reading is told from one of decoding.
        DataFile.Reading(path, file =>
        {
            using var data = SKData.Create(file);
            codec = data is null ? null : SKCodec.Create(data);
        });
        return codec ?? throw new DataException($"{path}: cannot be decoded: it is not a PNG, JPEG or BMP image");
    }

    private void Split(ReadOnlySpan<byte> pixels, Span<byte> planes)
    {
        var plane = height * width;
        for (var i = 0; i < plane; i++)
        {
            var pixel = pixels.Slice(i * BytesPerPixel, BytesPerPixel);
            if (isColor)
                (planes[i], planes[plane + i], planes[2 * plane + i]) = (pixel[0], pixel[1], pixel[2]);
            else
                planes[i] = (byte)((299 * pixel[0] + 587 * pixel[1] + 114 * pixel[2] + 500) / 1000);
        }
    }

    private static string Describe(SKCodecResult result) => result switch
    {
        SKCodecResult.IncompleteInput => "the file ends within the image",
        SKCodecResult.ErrorInInput or SKCodecResult.InvalidInput => "the file is damaged",
        _ => result.ToString(),
    };
}
