namespace NeuralFramework.Solvers;

/// <summary>The snapshots in a run's folder.</summary>
public static class SnapshotFiles
{
    /// <summary>What the file names of snapshots have in common, that of the best left out.</summary>
    public const string NamePattern = "iteration-*.safetensors";

    /// <summary>The file name of the snapshot after the best test.</summary>
    public const string BestName = "best.safetensors";

    /// <summary>The file name of the snapshot after an iteration.</summary>
    public static string NameFor(long iteration) => $"iteration-{iteration:D7}.safetensors";

    /// <summary>The snapshots of a folder, newest first, without the best. Files that are still being written are not
    /// among them.</summary>
    public static IReadOnlyList<string> NewestFirst(string folder) => Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder, NamePattern)
            .OrderByDescending(path => path.Length).ThenByDescending(path => path, StringComparer.Ordinal)]
        : [];

    /// <summary>Removes the snapshots before an iteration, but for the newest of them.</summary>
    /// <param name="folder">The folder of the run.</param>
    /// <param name="iteration">The iteration whose snapshot, like all later ones, stays.</param>
    /// <param name="count">How many earlier ones stay.</param>
    internal static void RemoveBefore(string folder, long iteration, int count)
    {
        var own = Path.Combine(folder, NameFor(iteration));
        foreach (var path in NewestFirst(folder).SkipWhile(path => path != own).Skip(1 + count))
            try
            {
                File.Delete(path);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // No reason to end a training: the next snapshot tries again.
                Console.Error.WriteLine($"{path}: an old snapshot was left: {error.Message}");
            }
    }
}
