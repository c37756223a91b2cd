using System.Text.Json;

namespace NeuralFramework;

/// <summary>A file that remembers which algorithm was the fastest for a task: one JSON object, task by task.</summary>
public sealed class AlgorithmCache
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly SortedDictionary<string, string> known;
    private readonly string path;
    private bool hasChanged;

    /// <summary>Opens the file, or begins a new one.</summary>
    /// <exception cref="DataException">There is a file that cannot be read.</exception>
    public AlgorithmCache(string path)
    {
        this.path = path;
        try
        {
            known = File.Exists(path)
                ? JsonSerializer.Deserialize<SortedDictionary<string, string>>(File.ReadAllBytes(path)) ?? []
                : [];
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: received what is not a list of algorithms ({error.Message}), allowed: what "
                + "was written here, or no file", error);
        }
    }

    /// <summary>What was the fastest; null where that is not known.</summary>
    public string? Find(string task) => known.GetValueOrDefault(task);

    /// <summary>Remembers what was the fastest.</summary>
    public void Add(string task, string algorithm)
    {
        known[task] = algorithm;
        hasChanged = true;
    }

    /// <summary>Writes the file if something is new. Whole or not at all.</summary>
    /// <exception cref="DataException">It cannot be written.</exception>
    public void Save()
    {
        if (!hasChanged)
            return;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, known, Indented));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: cannot be written: {error.Message}", error);
        }
    }
}
