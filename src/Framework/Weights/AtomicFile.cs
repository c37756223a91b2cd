namespace NeuralFramework;

/// <summary>Files that are there whole or not at all.</summary>
public static class AtomicFile
{
    private const string TemporaryExtension = ".tmp";

    /// <summary>Writes to a temporary name in the same folder, flushes to the disk, and renames over
    /// <paramref name="path"/>. When anything fails the temporary file is removed and what stood at the path stays.</summary>
    /// <exception cref="DataException">The file cannot be written: folder missing, no permission, disk full.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        var temporary = $"{path}.{Environment.ProcessId}{TemporaryExtension}";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception error)
        {
            RemoveIfThere(temporary);
            if (error is IOException or UnauthorizedAccessException)
                throw new DataException($"{path}: cannot be written: {error.Message}", error);
            throw;
        }
    }

    /// <summary>Removes the temporary files that processes have left that died while they were writing. Call it only
    /// where no other process writes.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">The name of the files that were to be written; <c>*</c> stands for any letters.</param>
    public static void RemoveUnfinished(string folder, string name)
    {
        foreach (var path in Directory.EnumerateFiles(folder, $"{name}.*{TemporaryExtension}"))
            RemoveIfThere(path);
    }

    // On a full disk or a folder gone read-only the removal may fail too; the first error is the one to report.
    private static void RemoveIfThere(string temporary)
    {
        try
        {
            if (File.Exists(temporary))
                File.Delete(temporary);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"{temporary}: a temporary file was left: {error.Message}");
        }
    }
}
