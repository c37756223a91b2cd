namespace NeuralFramework.Data;

/// <summary>
/// Reads images of a folder that has a folder for each class. The classes are numbered in the order of the folders'
/// names, compared by character codes, and so are the images of a class, by their paths; files in folders within it
/// count too. Hidden files, and files whose names do not end as those of images do, are passed over.
/// </summary>
public static class ImageFolderFiles
{
    private const int MostClasses = 256;

    private static readonly string[] Extensions = [".bmp", ".jpeg", ".jpg", ".png"];

    /// <summary>Reads and decodes all images.</summary>
    /// <param name="folder">The folder of the class folders.</param>
    /// <param name="size">What the images are resized to; null: they are all of one size.</param>
    /// <param name="isColor">Whether the images get three channels; else one.</param>
    /// <exception cref="DataException">The folder is missing or has no class folders, a class has no images, an image
    /// cannot be decoded or has another size.</exception>
    public static ImageSet Read(string folder, (int Height, int Width)? size, bool isColor)
    {
        var classes = ClassesOf(folder);
        var paths = new List<string>();
        var labels = new List<byte>();
        foreach (var (number, name) in classes.Index())
        {
            paths.AddRange(ImagesOf(Path.Combine(folder, name)));
            labels.AddRange(Enumerable.Repeat((byte)number, paths.Count - labels.Count));
        }
        var (height, width) = size ?? ImageDecoder.SizeOf(paths[0]);
        var channels = isColor ? 3 : 1;
        var bytes = (long)paths.Count * channels * height * width;
        if (bytes > Array.MaxLength)
            throw new DataException($"{folder}: received {paths.Count} images of {channels}×{height}×{width}, "
                + $"{bytes:N0} bytes in memory, allowed: at most {Array.MaxLength:N0}; make them smaller by "
                + "'new_height' and 'new_width'");
        var pixels = GC.AllocateUninitializedArray<byte>((int)bytes);
        var work = new DecodeWork(paths, new ImageDecoder(height, width, isColor, canResize: size is not null), pixels);
        WorkPool.For(paths.Count, 1, ref work);
        return new ImageSet(folder, channels, height, width, pixels, [.. labels], classes);
    }

    /// <summary>The names of the class folders, sorted.</summary>
    internal static string[] ClassesOf(string folder)
    {
        if (!Directory.Exists(folder))
            throw new DataException($"{folder}: received "
                + $"{(File.Exists(folder) ? "a file" : "a path that does not exist")}, allowed: a folder");
        string[] names = [.. Listing(folder, () => new DirectoryInfo(folder).EnumerateDirectories("*", Options(false)))
            .Select(item => item.Name).Order(StringComparer.Ordinal)];
        return names.Length is > 0 and <= MostClasses
            ? names
            : throw new DataException($"{folder}: received {names.Length} folders, allowed: 1 to {MostClasses}, one a "
                + "class");
    }

    /// <summary>The paths of the images of a folder, and of those in it, sorted.</summary>
    internal static string[] ImagesOf(string folder)
    {
        string[] paths = [.. Listing(folder, () => new DirectoryInfo(folder).EnumerateFiles("*", Options(true)))
            .Where(file => Extensions.Contains(file.Extension.ToLowerInvariant()))
            .Select(file => file.FullName).Order(StringComparer.Ordinal)];
        return paths.Length > 0
            ? paths
            : throw new DataException($"{folder}: received no image, allowed: 1 file or more of "
                + string.Join(", ", Extensions));
    }

    private static List<TItem> Listing<TItem>(string folder, Func<IEnumerable<TItem>> list)
    {
        try
        {
            return [.. list()];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{folder}: cannot be read: {error.Message}", error);
        }
    }

    private static EnumerationOptions Options(bool recurses) =>
        new() { RecurseSubdirectories = recurses, IgnoreInaccessible = false };

    private readonly struct DecodeWork(List<string> paths, ImageDecoder decoder, byte[] pixels) : IRangeWork
    {
        public void Run(int from, int to)
        {
            for (var i = from; i < to; i++)
                decoder.Decode(paths[i], pixels.AsSpan(i * decoder.ImageSize, decoder.ImageSize));
        }
    }
}
