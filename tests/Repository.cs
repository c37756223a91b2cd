namespace NeuralFramework.Tests;

/// <summary>The folder with the sources, found upwards from the tests.</summary>
internal static class Repository
{
    public static string Folder { get; } = Find();

    private static string Find()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "NeuralFramework.sln")))
                return folder;
        throw new DirectoryNotFoundException($"no folder above {AppContext.BaseDirectory} has NeuralFramework.sln");
    }
}
