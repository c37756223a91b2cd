namespace NeuralFramework.Reporting;

/// <summary>Writes a drawing to a file, in the format of its extension.</summary>
internal static class SceneFile
{
    /// <summary>The extensions that can be written.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".svg", ".png"];

    /// <exception cref="ConfigException">The file's extension is another than <paramref name="allowed"/>.</exception>
    public static void RequireExtension(string path, IReadOnlyList<string> allowed)
    {
        if (!allowed.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
            throw new ConfigException($"drawing: received the file '{path}', allowed: one that ends in "
                + string.Join(", ", allowed));
    }

    /// <summary>Writes a drawing, whole or not at all, and returns its extent in pixels.</summary>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public static (double Width, double Height) Write(Scene scene, string path)
    {
        if (Path.GetExtension(path).Equals(".png", StringComparison.OrdinalIgnoreCase))
        {
            AtomicFile.Write(path, stream => PngWriter.Write(scene, stream));
            return (PngWriter.PixelsOf(scene.Width), PngWriter.PixelsOf(scene.Height));
        }
        AtomicFile.Write(path, stream => SvgWriter.Write(scene, stream));
        return (Math.Ceiling(scene.Width), Math.Ceiling(scene.Height));
    }
}
