namespace NeuralFramework.Cli;

/// <summary>Folders that are there with all their files or not at all.</summary>
internal static class ModelFolder
{
    /// <summary>Requires that a folder can be made: nothing, or an empty folder, is there.</summary>
    /// <exception cref="ConfigException">Something is there.</exception>
    public static void RequireNew(string folder)
    {
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
            throw new ConfigException($"{folder}: received {(File.Exists(folder) ? "a file" : "a folder with files")}, "
                + "allowed: a new folder");
    }

    /// <summary>Writes files into a folder of another name, then renames that.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="files">What writes each file, by its name.</param>
    /// <exception cref="ConfigException">Something is there.</exception>
    /// <exception cref="DataException">It cannot be written.</exception>
    public static void Write(string folder, IReadOnlyDictionary<string, Action<string>> files)
    {
        RequireNew(folder);
        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var temporary = $"{target}.{Environment.ProcessId}.tmp";
        try
        {
            Directory.CreateDirectory(temporary);
            foreach (var (name, write) in files)
                write(Path.Combine(temporary, name));
            if (Directory.Exists(target))
                Directory.Delete(target);
            Directory.Move(temporary, target);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{folder}: cannot be written: {error.Message}", error);
        }
        finally
        {
            if (Directory.Exists(temporary))
                Directory.Delete(temporary, recursive: true);
        }
    }
}
