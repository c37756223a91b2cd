namespace NeuralFramework.Data;

/// <summary>An image file that could not be read, and why.</summary>
/// <param name="Path">The file.</param>
/// <param name="Error">The message, which names the file.</param>
public sealed record BrokenImage(string Path, string Error);

/// <summary>Reads PNG, JPEG and BMP files as images of a format.</summary>
public static class ImageFiles
{
    /// <summary>The files that a path means: a file itself, whatever its name; of a folder the images in it and in the
    /// folders within, by their names' endings, sorted, hidden ones passed over.</summary>
    /// <exception cref="DataException">There is no such file or folder, or the folder has no image.</exception>
    public static IReadOnlyList<string> Find(string path) =>
        Directory.Exists(path)
            ? [.. ImageFolderFiles.ImagesOf(path).Select(file => Path.Join(path, Path.GetRelativePath(path, file)))]
            : File.Exists(path) ? [path]
            : throw new DataException($"{path}: no such file or folder; allowed: a PNG, JPEG or BMP file, or a folder of such");

    /// <summary>Decodes files. One of another size is resized to that of the format, bilinearly, its sides each by
    /// themselves; colour becomes grey, or grey colour, as the format has it.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="format">What the images shall be like.</param>
    /// <param name="broken">The files that cannot be decoded; the set does not have them.</param>
    /// <returns>The others in their order, all with the label 0.</returns>
    public static (ImageSet Images, IReadOnlyList<string> Paths) Read(IReadOnlyList<string> paths, ImageFormat format,
        out IReadOnlyList<BrokenImage> broken)
    {
        var decoder = new ImageDecoder(format.Height, format.Width, format.Channels == 3, canResize: true);
        var pixels = new byte[paths.Count * decoder.ImageSize];
        var failed = new List<BrokenImage>();
        var read = new List<string>();
        foreach (var path in paths)
            try
            {
                decoder.Decode(path, pixels.AsSpan(read.Count * decoder.ImageSize, decoder.ImageSize));
                read.Add(path);
            }
            catch (DataException error)
            {
                failed.Add(new BrokenImage(path, error.Message));
            }
        broken = failed;
        return (new ImageSet("images", format.Channels, format.Height, format.Width,
            pixels[..(read.Count * decoder.ImageSize)], new byte[read.Count], format.ClassNames), read);
    }
}
