using System.Security.Cryptography;

namespace NeuralFramework.Data;

/// <summary>What an installation is doing.</summary>
public enum InstallStage
{
    /// <summary>The archive is coming over the network.</summary>
    Downloading,

    /// <summary>The archive is being unpacked and its files verified.</summary>
    Unpacking,
}

/// <summary>How far an installation is.</summary>
/// <param name="Stage">What it is doing.</param>
/// <param name="Done">Bytes of the archive done.</param>
/// <param name="Total">Bytes of the archive; null when the server does not say.</param>
public readonly record struct InstallProgress(InstallStage Stage, long Done, long? Total);

/// <summary>What an installation came to.</summary>
/// <param name="Folder">The folder with the set's files; null when the set is embedded.</param>
/// <param name="WasThere">Whether a valid installation was there already, so nothing was done.</param>
public sealed record InstallResult(string? Folder, bool WasThere);

/// <summary>
/// Installs data sets: downloads the archive, or takes one already here, unpacks it into a temporary folder, verifies
/// each file by its MD5, and moves the files into place. On failure nothing half-written is left; the part of a
/// download that did arrive is kept, as <c>….part</c>, and the next installation continues it.
/// </summary>
/// <param name="client">The client for downloads; null: a new one.</param>
public sealed class DataInstaller(HttpClient? client = null)
{
    /// <summary>Installs a set.</summary>
    /// <param name="set">The set.</param>
    /// <param name="targetFolder">The data folder, in which the set gets its own folder; null:
    /// <see cref="DataLocations.InstallFolder"/>.</param>
    /// <param name="fromArchive">An archive already here, a .tar.gz; null: download it.</param>
    /// <param name="progress">Is told how far the installation is.</param>
    /// <param name="cancel">Stops the installation.</param>
    /// <exception cref="DataException">The download failed; the archive cannot be unpacked, has an entry that is not
    /// allowed, or lacks a file; a file's checksum is wrong; or a file cannot be written.</exception>
    /// <exception cref="ConfigException">An archive was given for a set that is embedded.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async Task<InstallResult> InstallAsync(DataSetInfo set, string? targetFolder = null,
        string? fromArchive = null, IProgress<InstallProgress>? progress = null, CancellationToken cancel = default)
    {
        if (set.IsEmbedded)
            return fromArchive is null
                ? new InstallResult(null, WasThere: true)
                : throw new ConfigException($"data set {set.Name}: received the archive {fromArchive}, allowed: none; "
                    + "it is embedded");
        var target = Path.GetFullPath(targetFolder ?? DataLocations.InstallFolder);
        try
        {
            if (await FindValidAsync(set, target, cancel) is { } installed)
                return new InstallResult(installed, WasThere: true);
            if (fromArchive is not null)
                DataFile.SizeOf(fromArchive);
            Directory.CreateDirectory(target);
            return fromArchive is null
                ? await DownloadAndUnpackAsync(set, target, progress, cancel)
                : await UnpackAsync(set, target, fromArchive, progress, cancel);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{target}: {set.Name} cannot be installed: {error.Message}", error);
        }
    }

    /// <summary>The MD5 of a file, in lower-case hexadecimal.</summary>
    private static async Task<string> Md5Async(string path, CancellationToken cancel)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await MD5.HashDataAsync(file, cancel));
    }

    private static async Task<string?> FindValidAsync(DataSetInfo set, string target, CancellationToken cancel)
    {
        if (DataLocations.FindIn(target, set.FolderName, set.Files.Select(file => file.Name)) is not { } folder)
            return null;
        foreach (var file in set.Files)
        {
            var path = Path.Combine(folder, file.Name);
            if (DataFile.LengthOf(path) != file.Size || await Md5Async(path, cancel) != file.Md5)
                return null;
        }
        return folder;
    }

    private async Task<InstallResult> DownloadAndUnpackAsync(DataSetInfo set, string target,
        IProgress<InstallProgress>? progress, CancellationToken cancel)
    {
        var part = Path.Combine(target, Path.GetFileName(set.Url!.LocalPath) + ".part");
        using var own = client is null ? new HttpClient() : null;
        await new Download(client ?? own!, set.Url, part).RunAsync(progress, cancel);
        try
        {
            var result = await UnpackAsync(set, target, part, progress, cancel);
            File.Delete(part);
            return result;
        }
        catch (DataException error)
        {
            // It arrived whole and is wrong: continuing it would fail for ever.
            File.Delete(part);
            throw new DataException($"{set.Url}: {error.Message}{Environment.NewLine}"
                + "The download was removed; run the command again to start over.", error);
        }
    }

    private static async Task<InstallResult> UnpackAsync(DataSetInfo set, string target, string archive,
        IProgress<InstallProgress>? progress, CancellationToken cancel)
    {
        var temporary = Path.Combine(target, $".{set.Name}.{Environment.ProcessId}.tmp");
        Directory.CreateDirectory(temporary);
        try
        {
            await new ArchiveUnpacker(set, archive, temporary).RunAsync(progress, cancel);
            var folder = Path.Combine(target, set.FolderName);
            if (!Path.Exists(folder))
                Directory.Move(temporary, folder);
            else
                foreach (var file in set.Files)
                    File.Move(Path.Combine(temporary, file.Name), Path.Combine(folder, file.Name), overwrite: true);
            return new InstallResult(folder, WasThere: false);
        }
        finally
        {
            if (Directory.Exists(temporary))
                Directory.Delete(temporary, recursive: true);
        }
    }
}
