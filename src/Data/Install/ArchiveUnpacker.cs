using System.Formats.Tar;
using System.IO.Compression;

namespace NeuralFramework.Data;

/// <summary>Unpacks the files of a data set from a .tar.gz, as a stream, and verifies them. Entries that the catalogue
/// does not know are passed over; those that could write elsewhere are refused.</summary>
internal sealed class ArchiveUnpacker(DataSetInfo set, string archive, string folder)
{
    private readonly HashSet<string> unpacked = [];

    /// <summary>Unpacks into the folder, which exists and is empty.</summary>
    /// <exception cref="DataException">The archive cannot be read, has an entry that is not allowed, lacks a file, or
    /// has one with a wrong length or checksum.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public async Task RunAsync(IProgress<InstallProgress>? progress, CancellationToken cancel)
    {
        await using var packed = File.OpenRead(archive);
        await using var stream = new TarGuard(new GZipStream(packed, CompressionMode.Decompress), archive);
        await using var reader = new TarReader(stream);
        while (await NextAsync(reader, cancel) is { } entry)
        {
            RequireSafe(entry);
            if (MemberOf(entry) is { } file)
                await UnpackAsync(file, entry, cancel);
            progress?.Report(new InstallProgress(InstallStage.Unpacking, packed.Position, packed.Length));
        }
        var missing = set.Files.Select(file => file.Name).Except(unpacked).ToList();
        if (missing.Count > 0)
            throw new DataException($"{archive}: lacks {string.Join(", ", missing)}; allowed: an archive with all "
                + $"{set.Files.Count} files of {set.Name}");
    }

    private async Task<TarEntry?> NextAsync(TarReader reader, CancellationToken cancel)
    {
        try
        {
            return await reader.GetNextEntryAsync(copyData: false, cancel);
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or FormatException
            or OverflowException or ArgumentException or InvalidOperationException or NotSupportedException)
        {
            // The reader of .NET lets numbers that a header must not hold through to what it does with them.
            throw Unreadable(error);
        }
    }

    private DataException Unreadable(Exception error) =>
        new($"{archive}: cannot be unpacked: {error.Message}; allowed: a whole .tar.gz", error);

    private void RequireSafe(TarEntry entry)
    {
        var parts = entry.Name.Split('/', '\\');
        if (parts[0].Length == 0 || parts[0].Contains(':') || parts.Contains(".."))
            throw new DataException($"{archive}: received the entry '{entry.Name}', whose path leaves the folder; "
                + "allowed: relative paths without ..");
        if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile
            or TarEntryType.ContiguousFile or TarEntryType.Directory or TarEntryType.GlobalExtendedAttributes))
            throw new DataException($"{archive}: received the entry '{entry.Name}' of type {entry.EntryType}, "
                + "allowed: files and folders");
    }

    /// <summary>The catalogue's file of an entry that stands in the set's folder or outermost; null for
    /// others.</summary>
    private DataSetFile? MemberOf(TarEntry entry)
    {
        var name = entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name;
        return entry.EntryType == TarEntryType.Directory
            ? null
            : set.Files.FirstOrDefault(file => name == file.Name || name == $"{set.FolderName}/{file.Name}");
    }

    private async Task UnpackAsync(DataSetFile file, TarEntry entry, CancellationToken cancel)
    {
        if (!unpacked.Add(file.Name))
            throw new DataException($"{archive}: received the entry '{entry.Name}' twice, allowed: once");
        if (entry.Length != file.Size)
            throw new DataException($"{archive}: entry '{entry.Name}': received {entry.Length:N0} bytes, allowed: "
                + $"{file.Size:N0}");
        await VerifiedCopy.RunAsync(entry.DataStream ?? Stream.Null, file, folder,
            $"{archive}: entry '{entry.Name}'", cancel);
    }
}
