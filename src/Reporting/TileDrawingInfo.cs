namespace NeuralFramework.Reporting;

/// <summary>What a picture of tiles came to.</summary>
/// <param name="Layers">How many grids it has.</param>
/// <param name="Tiles">How many images they have together.</param>
/// <param name="Width">The file's width in pixels.</param>
/// <param name="Height">The file's height in pixels.</param>
public sealed record TileDrawingInfo(int Layers, int Tiles, double Width, double Height)
{
    /// <summary>The extensions that can be written.</summary>
    public static IReadOnlyList<string> Extensions => SceneFile.Extensions;

    /// <summary>Checks that a file's extension is one of <see cref="Extensions"/>.</summary>
    /// <exception cref="ConfigException">It is another.</exception>
    public static void RequireExtension(string path) => SceneFile.RequireExtension(path, Extensions);

    internal static TileDrawingInfo Write(TileSheet sheet, string path)
    {
        var (width, height) = SceneFile.Write(sheet.Build(), path);
        return new TileDrawingInfo(sheet.SectionCount, sheet.TileCount, width, height);
    }
}
