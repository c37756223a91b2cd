using System.Security.Cryptography;

namespace NeuralFramework.Data;

/// <summary>Writes files of a set as they are unpacked, and refuses those that are not the official ones.</summary>
internal static class VerifiedCopy
{
    /// <summary>Writes a file and compares its length and, where it is known, its MD5.</summary>
    /// <param name="source">The unpacked bytes.</param>
    /// <param name="file">What they should be.</param>
    /// <param name="folder">Where the file is written.</param>
    /// <param name="place">How messages name the source.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="DataException">The source cannot be unpacked, or the file is another one.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static async Task RunAsync(Stream source, DataSetFile file, string folder, string place,
        CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        await using var target = new FileStream(Path.Combine(folder, file.Name), FileMode.CreateNew, FileAccess.Write,
            FileShare.None, bufferSize: 0, true);
        var buffer = new byte[256 * 1024];
        while (await ReadAsync(source, buffer, place, cancel) is > 0 and var count)
        {
            hash.AppendData(buffer, 0, count);
            await target.WriteAsync(buffer.AsMemory(0, count), cancel);
        }
        if (target.Length != file.Size)
            throw new DataException($"{place}: received {target.Length:N0} bytes, allowed: {file.Size:N0}");
        var checksum = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (file.Md5 is not null && checksum != file.Md5)
            throw new DataException($"{place}: received the MD5 {checksum}, allowed: {file.Md5}");
    }

    private static async Task<int> ReadAsync(Stream source, byte[] buffer, string place, CancellationToken cancel)
    {
        try
        {
            return await source.ReadAsync(buffer, cancel);
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException)
        {
            throw new DataException($"{place}: cannot be unpacked: {error.Message}", error);
        }
    }
}
