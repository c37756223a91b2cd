using System.Runtime.InteropServices;

namespace NeuralFramework.Data;

/// <summary>What <see cref="CoOccurrenceCounter"/> has counted, in parts that fit into memory: one in memory, or several
/// in files, with pairs of words scattered over the parts. Disposing of it removes the files.</summary>
public sealed class CoOccurrences : IDisposable
{
    /// <summary>How much memory a pair takes.</summary>
    public const int BytesPerEntry = 12;

    private readonly CoOccurrence[]? entries;
    private readonly string[] files;

    private CoOccurrences(CoOccurrence[]? entries, string[] files, long count) =>
        (this.entries, this.files, Count) = (entries, files, count);

    /// <summary>How many pairs of words stand near each other, each both ways round.</summary>
    public long Count { get; }

    /// <summary>How many parts there are.</summary>
    public int Parts => Math.Max(1, files.Length);

    /// <summary>The pairs of a part, in the order of their words.</summary>
    /// <exception cref="DataException">The file cannot be read.</exception>
    public CoOccurrence[] Load(int part)
    {
        if (entries is not null)
            return entries;
        var result = new CoOccurrence[new FileInfo(files[part]).Length / BytesPerEntry];
        DataFile.Reading(files[part], stream => stream.ReadExactly(MemoryMarshal.AsBytes(result.AsSpan())));
        return result;
    }

    /// <summary>Removes the files.</summary>
    public void Dispose()
    {
        if (files.Length > 0 && Path.GetDirectoryName(files[0]) is { } folder && Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    internal static CoOccurrences InMemory(CoOccurrence[] entries) => new(entries, [], entries.Length);

    /// <summary>Scatters pairs over the files of parts.</summary>
    internal sealed class Writer : IDisposable
    {
        private readonly string[] files;
        private readonly BufferedStream[] streams;
        private long count;

        public Writer(string folder, int parts)
        {
            files = [.. Enumerable.Range(0, parts).Select(part => Path.Combine(folder, $"part{part}"))];
            streams = [.. files.Select(file => new BufferedStream(File.Create(file), 1 << 16))];
        }

        public void Add(CoOccurrence entry)
        {
            // The product's upper bits scatter neighbours.
            var hash = ((ulong)entry.Word << 32 | (uint)entry.Context) * 0x9E3779B97F4A7C15;
            streams[(int)((hash >> 32) * (ulong)streams.Length >> 32)].Write(MemoryMarshal.AsBytes([entry]));
            count++;
        }

        public CoOccurrences Finish()
        {
            Dispose();
            return new CoOccurrences(null, files, count);
        }

        public void Dispose()
        {
            foreach (var stream in streams)
                stream.Dispose();
        }
    }
}
