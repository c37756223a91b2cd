using System.Runtime.InteropServices;

namespace NeuralFramework.Data;

/// <summary>
/// Counts which words stand near which, up to <c>window</c> words apart and within a paragraph, both ways round. Counts that
/// outgrow the memory allowed go, sorted, to files, which are merged in the end. Counts are whole numbers of 2⁻²⁰, so that
/// the sums do not depend on the order.
/// </summary>
public sealed class CoOccurrenceCounter
{
    private const double One = 1 << 20;

    // What an entry of a Dictionary takes, with the empty places.
    private const int BytesPerEntry = 56;

    private readonly Corpus corpus;
    private readonly int window;
    private readonly long limit;
    private readonly Dictionary<ulong, long> counts = [];
    private readonly string folder;
    private readonly List<string> runs = [];

    private CoOccurrenceCounter(Corpus corpus, int window, long memoryBytes, string folder)
    {
        (this.corpus, this.window, this.folder) = (corpus, window, folder);
        limit = Math.Max(1, memoryBytes / BytesPerEntry);
    }

    /// <summary>Counts.</summary>
    /// <param name="corpus">The text.</param>
    /// <param name="window">How far apart words may be.</param>
    /// <param name="memoryBytes">How much memory counting may take, about; half as much for a part of the result.</param>
    /// <param name="progress">Is told how many places are done.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="DataException">A file cannot be written, or no two words stand near each other.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static CoOccurrences Count(Corpus corpus, int window, long memoryBytes = long.MaxValue,
        Action<int>? progress = null, CancellationToken cancel = default)
    {
        var folder = Path.Combine(Path.GetTempPath(), $"nf-counts-{Guid.NewGuid():N}");
        var counter = new CoOccurrenceCounter(corpus, window, memoryBytes, folder);
        try
        {
            counter.CountPlaces(progress, cancel);
            return counter.Finish(memoryBytes);
        }
        catch (Exception error)
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
            if (error is IOException or UnauthorizedAccessException)
                throw new DataException($"{folder}: counts cannot be kept: {error.Message}", error);
            throw;
        }
    }

    private void CountPlaces(Action<int>? progress, CancellationToken cancel)
    {
        var shares = Enumerable.Range(0, window + 1).Select(distance => (long)Math.Round(One / Math.Max(1, distance))).ToArray();
        var places = corpus.Places;
        for (var place = 0; place < places.Length; place++)
        {
            if (place % 10_000 == 0)
            {
                cancel.ThrowIfCancellationRequested();
                progress?.Invoke(place);
            }
            for (var distance = 1; distance <= window && distance <= place; distance++)
            {
                var (a, b) = (places[place], places[place - distance]);
                if (a == Corpus.Break || b == Corpus.Break)
                    break;
                CollectionsMarshal.GetValueRefOrAddDefault(counts, Key(a, b), out _) += shares[distance];
            }
            if (counts.Count >= limit)
                WriteRun();
        }
    }

    // Each pair once, whichever word is first: half the memory.
    private static ulong Key(int a, int b) => (ulong)Math.Min(a, b) << 32 | (uint)Math.Max(a, b);

    private void WriteRun()
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"run{runs.Count}");
        using var writer = new BinaryWriter(new BufferedStream(File.Create(path), 1 << 16));
        foreach (var (key, count) in Sorted())
        {
            writer.Write(key);
            writer.Write(count);
        }
        runs.Add(path);
        counts.Clear();
    }

    private CoOccurrences Finish(long memoryBytes)
    {
        if (runs.Count == 0)
        {
            if (counts.Count == 0)
                throw new DataException($"{corpus.Path}: received a text in which no two of the words that are looked at stand "
                    + "near each other, allowed: paragraphs of 2 such words or more");
            return CoOccurrences.InMemory([.. Sorted().SelectMany(pair => BothWays(pair.Key, pair.Count))]);
        }
        if (counts.Count > 0)
            WriteRun();
        var most = runs.Sum(run => new FileInfo(run).Length / 16) * 2;
        var parts = (int)(most * CoOccurrences.BytesPerEntry / Math.Max(1, memoryBytes / 2)) + 1;
        using var writer = new CoOccurrences.Writer(folder, parts);
        foreach (var (key, count) in Merged())
            foreach (var entry in BothWays(key, count))
                writer.Add(entry);
        runs.ForEach(File.Delete);
        return writer.Finish();
    }

    private List<(ulong Key, long Count)> Sorted()
    {
        var sorted = new List<(ulong Key, long Count)>(counts.Count);
        foreach (var (key, count) in counts)
            sorted.Add((key, count));
        sorted.Sort((a, b) => a.Key.CompareTo(b.Key));
        return sorted;
    }

    private IEnumerable<(ulong Key, long Count)> Merged()
    {
        var readers = runs.Select(ReadRun).Select(run => run.GetEnumerator()).ToList();
        var heads = new PriorityQueue<IEnumerator<(ulong Key, long Count)>, ulong>();
        foreach (var reader in readers.Where(reader => reader.MoveNext()))
            heads.Enqueue(reader, reader.Current.Key);
        while (heads.TryPeek(out _, out var key))
        {
            var sum = 0L;
            while (heads.TryPeek(out var reader, out var next) && next == key)
            {
                sum += reader.Current.Count;
                heads.Dequeue();
                if (reader.MoveNext())
                    heads.Enqueue(reader, reader.Current.Key);
            }
            yield return (key, sum);
        }
        readers.ForEach(reader => reader.Dispose());
    }

    private static IEnumerable<(ulong Key, long Count)> ReadRun(string path)
    {
        using var reader = new BinaryReader(new BufferedStream(File.OpenRead(path), 1 << 16));
        for (var left = reader.BaseStream.Length / 16; left > 0; left--)
            yield return (reader.ReadUInt64(), reader.ReadInt64());
    }

    private static IEnumerable<CoOccurrence> BothWays(ulong key, long count)
    {
        var (a, b) = ((int)(key >> 32), (int)(uint)key);
        var sum = (float)(count / One);
        yield return new CoOccurrence(a, b, a == b ? 2 * sum : sum);
        if (a != b)
            yield return new CoOccurrence(b, a, sum);
    }
}
