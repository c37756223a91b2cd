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
/// <param name="Folder">The folder with the set's files.</param>
/// <param name="WasThere">Whether a valid installation was there already, so nothing was done.</param>
public sealed record InstallResult(string Folder, bool WasThere);

/// <summary>
/// Installs data sets: downloads the archive or files, or takes what is already here, unpacks it into a temporary
/// folder, verifies each file, and moves the files into place. On failure nothing half-written is left; the part of a
/// download that did arrive is kept, as <c>….part</c>, and the next installation continues it.
/// </summary>
/// <param name="client">The client for downloads; null: a new one.</param>
public sealed class DataInstaller(HttpClient? client = null)
{
    /// <summary>Installs a set.</summary>
    /// <param name="set">The set.</param>
    /// <param name="targetFolder">The data folder, in which the set gets its own folder; null:
    /// <see cref="DataLocations.InstallFolder"/>.</param>
    /// <param name="from">What is already here: an archive, a .tar.gz, or for a set of separate files a folder with
    /// them, packed or not, or for a set of a package the package's file; null: download it, or take the installed
    /// package.</param>
    /// <param name="progress">Is told how far the installation is.</param>
    /// <param name="cancel">Stops the installation.</param>
    /// <exception cref="DataException">The download failed; the archive cannot be unpacked, has an entry that is not
    /// allowed, or lacks a file; a file's checksum is wrong; or a file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async Task<InstallResult> InstallAsync(DataSetInfo set, string? targetFolder = null,
        string? from = null, IProgress<InstallProgress>? progress = null, CancellationToken cancel = default)
    {
        var target = Path.GetFullPath(targetFolder ?? DataLocations.InstallFolder);
        try
        {
            if (await FindValidAsync(set, target, cancel) is { } installed)
                return new InstallResult(installed, WasThere: true);
            if (set.Package is { } package)
                return await ConvertAsync(set, package, target, from, cancel);
            if (from is not null && !set.HasSeparateFiles)
                DataFile.SizeOf(from);
            Directory.CreateDirectory(target);
            if (!set.HasSeparateFiles)
                return from is null
                    ? await DownloadAndUnpackAsync(set, target, progress, cancel)
                    : await UnpackAsync(set, target, from, progress, cancel);
            using var own = client is null ? new HttpClient() : null;
            return await PlaceAsync(set, target, folder => from is null
                ? new PackedFiles(set, folder).DownloadAsync(client ?? own!, target, progress, cancel)
                : new PackedFiles(set, folder).TakeAsync(from, progress, cancel));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{target}: {set.Name} cannot be installed: {error.Message}", error);
        }
    }

    /// <summary>The error of a download that arrived whole and is wrong.</summary>
    internal static DataException Wrong(Uri url, DataException error) =>
        new($"{url}: {error.Message}{Environment.NewLine}"
            + "The download was removed; run the command again to start over.", error);

    /// <summary>The MD5 of a file, in lower-case hexadecimal.</summary>
    private static async Task<string> Md5Async(string path, CancellationToken cancel)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await MD5.HashDataAsync(file, cancel));
    }

    private static async Task<string?> FindValidAsync(DataSetInfo set, string target, CancellationToken cancel)
    {
        if (set.FindIn(target) is not { } folder)
            return null;
        foreach (var file in set.Files)
        {
            var path = Path.Combine(folder, file.Name);
            if (DataFile.LengthOf(path) != file.Size
                || (file.Md5 is not null && await Md5Async(path, cancel) != file.Md5))
                return null;
        }
        try
        {
            set.Verify?.Invoke(folder);
            return folder;
        }
        catch (DataException)
        {
            // Not a failure: what is there is replaced.
            return null;
        }
    }

    private async Task<InstallResult> DownloadAndUnpackAsync(DataSetInfo set, string target,
        IProgress<InstallProgress>? progress, CancellationToken cancel)
    {
        var part = Path.Combine(target, Path.GetFileName(set.Url.LocalPath) + ".part");
        using var own = client is null ? new HttpClient() : null;
        await new Download(client ?? own!, set.Url, part).RunAsync(progress, cancel);
        try
        {
            if (set.ArchiveMd5 is { } allowed && await Md5Async(part, cancel) is var received && received != allowed)
                throw new DataException($"{part}: received the MD5 {received}, allowed: {allowed}");
            var result = await UnpackAsync(set, target, part, progress, cancel);
            File.Delete(part);
            return result;
        }
        catch (DataException error)
        {
            // It arrived whole and is wrong: continuing it would fail for ever.
            File.Delete(part);
            throw Wrong(set.Url, error);
        }
    }

    private static Task<InstallResult> UnpackAsync(DataSetInfo set, string target, string archive,
        IProgress<InstallProgress>? progress, CancellationToken cancel) =>
        PlaceAsync(set, target, folder => new ArchiveUnpacker(set, archive, folder).RunAsync(progress, cancel));

    private static Task<InstallResult> ConvertAsync(DataSetInfo set, DataPackage package, string target, string? from,
        CancellationToken cancel)
    {
        if (from is null && !File.Exists(package.File))
            throw new DataException($"{set.Name}: {package.File}: no such file{Environment.NewLine}"
                + $"Install Debian's package {package.Name} (apt-get install {package.Name}, {set.Url}), or give that "
                + "file of it by --from.");
        DataFile.SizeOf(from ?? package.File);
        Directory.CreateDirectory(target);
        return PlaceAsync(set, target, async folder =>
        {
            await using var converted = package.Convert(from ?? package.File);
            await VerifiedCopy.RunAsync(converted, set.Files[0], folder, from ?? package.File, cancel);
        });
    }

    /// <summary>Has the files unpacked into a temporary folder and moves them into place.</summary>
    private static async Task<InstallResult> PlaceAsync(DataSetInfo set, string target, Func<string, Task> unpack)
    {
        var temporary = Path.Combine(target, $".{set.Name}.{Environment.ProcessId}.tmp");
        Directory.CreateDirectory(temporary);
        try
        {
            await unpack(temporary);
            set.Verify?.Invoke(temporary);
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
