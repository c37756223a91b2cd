namespace NeuralFramework.Data;

/// <summary>Reads files and makes what goes wrong a <see cref="DataException"/> that names the file.</summary>
internal static class DataFile
{
    /// <summary>The length of a file.</summary>
    /// <exception cref="DataException">There is none, or it is a folder.</exception>
    public static long SizeOf(string path)
    {
        if (Directory.Exists(path))
            throw new DataException($"{path}: received a folder, allowed: a file");
        return LengthOf(path) ?? throw new DataException($"{path}: no such file");
    }

    /// <summary>The length of a file, or of the file that a link leads to; null when there is none.</summary>
    public static long? LengthOf(string path)
    {
        // The length of a link, which FileInfo would give, is that of the path in it.
        var file = new FileInfo(path);
        if (!file.Exists)
            return null;
        var target = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
        return target.Exists ? target.Length : null;
    }

    /// <summary>Opens a file and hands it to a reader, which should ask for large pieces: there is no buffer.</summary>
    /// <exception cref="DataException">The file cannot be opened, or the reader met the end or an error of
    /// input.</exception>
    public static void Reading(string path, Action<Stream> read)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0,
                FileOptions.SequentialScan);
            read(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new DataException($"{path}: cannot be read: {error.Message}", error);
        }
    }
}
