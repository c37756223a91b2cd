using System.IO.Compression;

namespace NeuralFramework.Data;

/// <summary>Unpacks the files of a set that come one by one, each packed by gzip, and verifies them.</summary>
/// <param name="set">The set.</param>
/// <param name="folder">Where the files go; it exists and is empty.</param>
internal sealed class PackedFiles(DataSetInfo set, string folder)
{
    /// <summary>Takes the files from a folder, packed or not.</summary>
    /// <exception cref="DataException">There is no such folder, or a file is missing or not the official
    /// one.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public async Task TakeAsync(string source, IProgress<InstallProgress>? progress, CancellationToken cancel)
    {
        if (!Directory.Exists(source))
            throw new DataException($"{source}: received {(File.Exists(source) ? "a file" : "no such folder")}, "
                + $"allowed: a folder with the files of {set.Name}");
        foreach (var (done, file) in set.Files.Index())
        {
            var path = new[] { file.Name, file.PackedName }.Select(name => Path.Combine(source, name))
                .FirstOrDefault(File.Exists);
            if (path is null)
                throw new DataException($"{source}: lacks {file.Name} and {file.PackedName}; allowed: a folder with "
                    + $"all {set.Files.Count} files of {set.Name}");
            await UnpackAsync(path, path.EndsWith(".gz", StringComparison.Ordinal), file, cancel);
            progress?.Report(new InstallProgress(InstallStage.Unpacking, done + 1, set.Files.Count));
        }
    }

    /// <summary>Downloads the files, each into a part file in a folder where it is kept if it does not arrive
    /// whole.</summary>
    /// <exception cref="DataException">A download failed, or a file is not the official one.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public async Task DownloadAsync(HttpClient client, string partFolder, IProgress<InstallProgress>? progress,
        CancellationToken cancel)
    {
        foreach (var file in set.Files)
        {
            var url = new Uri(set.Url, file.PackedName);
            var part = Path.Combine(partFolder, $"{set.Name}-{file.PackedName}.part");
            await new Download(client, url, part).RunAsync(progress, cancel);
            try
            {
                await UnpackAsync(part, true, file, cancel);
            }
            catch (DataException error)
            {
                // It arrived whole and is wrong: continuing it would fail for ever.
                File.Delete(part);
                throw DataInstaller.Wrong(url, error);
            }
            File.Delete(part);
        }
    }

    private async Task UnpackAsync(string path, bool isPacked, DataSetFile file, CancellationToken cancel)
    {
        await using var stream = File.OpenRead(path);
        await using var unpacked = isPacked ? new GZipStream(stream, CompressionMode.Decompress) : (Stream)stream;
        await VerifiedCopy.RunAsync(unpacked, file, folder, path, cancel);
    }
}
