using System.Numerics;

namespace NeuralFramework.Data;

/// <summary>
/// Base of the layers that serve samples: no bottoms; tops: data, N × the shape of a sample, and label, N (it may be
/// left out). No gradients. The source is Caffe's <c>DataLayer</c>.
/// </summary>
/// <remarks>
/// <para>Sample number p, counted from the beginning, is place p mod count of epoch p div count. With <c>shuffle</c>
/// the places of an epoch are a permutation drawn from (seed, layer name, epoch). So a batch depends on
/// <see cref="CursorLayer{T}.Position"/> alone, and a resumed run goes on exactly.</para>
/// <para>In the phase train every batch is full and may straddle two epochs. In the others the last batch of an epoch
/// is short, N smaller, so that one pass serves each sample exactly once; the next batch begins the next epoch.</para>
/// <para>With <c>prefetch</c> the batches that come next are made on another thread; see
/// <see cref="Prefetcher{T}"/>.</para>
/// </remarks>
/// <typeparam name="T">float or double.</typeparam>
public abstract class DataLayer<T>(DataLayerOptions options) : CursorLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly DataLayerOptions options = options;
    private Prefetcher<T>? prefetcher;
    private int[] batch = [];
    private int[] order = [];
    private long epochOfOrder = -1;

    /// <inheritdoc/>
    public sealed override BlobCount Tops => BlobCount.Between(1, 2);

    /// <inheritdoc/>
    public sealed override int BatchSize => options.BatchSize;

    /// <summary>The shape of the data of one sample. Known after <see cref="Load"/>.</summary>
    protected abstract Shape SampleShape { get; }

    /// <summary>The shape of the label of one sample, a scalar for a class number; null when the set has no labels.
    /// Known after <see cref="Load"/>.</summary>
    protected abstract Shape? LabelShape { get; }

    /// <summary>Loads the set, then sizes the tops.</summary>
    /// <exception cref="DataException">The set is missing or damaged.</exception>
    /// <exception cref="ConfigException">The options do not fit the set.</exception>
    /// <exception cref="ShapeException">The number of blobs does not fit.</exception>
    public sealed override void SetUp(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        // A net file's options have been checked already; those of a program have not.
        var problems = options.Problems().Select(problem => $"{this}: {problem}").ToList();
        if (BatchSize < 1)
            problems.Add($"{this}: member 'batch_size': received {BatchSize}, allowed: 1 or more");
        if (problems.Count > 0)
            throw new ConfigException(problems);
        TopNames = [.. top.Select(blob => blob.Name)];
        Load();
        if (SampleCount == 0)
            throw new DataException($"{this}: received a set without samples, allowed: 1 sample or more");
        if (top.Count == 2 && LabelShape is null)
            throw ShapeError("2 top blobs, but no labels", "exactly 1 top blob, or a set with labels");
        // First, as a batch beyond memory is refused here.
        base.SetUp(bottom, top);
        batch = new int[Context.Phase == Phase.Train ? BatchSize : Math.Min(BatchSize, SampleCount)];
        prefetcher = options.Prefetch > 0 ? new Prefetcher<T>(options.Prefetch, top.Count, MakeBatch) : null;
    }

    /// <summary>Sizes the tops for the batch that comes next.</summary>
    public sealed override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top) =>
        Resize(top, SizeOf(Position));

    /// <summary>Serves the batch at <see cref="CursorLayer{T}.Position"/> and moves on behind it.</summary>
    public sealed override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        if (prefetcher is null)
            MakeBatch(Position, top);
        else
            prefetcher.Take(Position, top);
        MoveOn(top[0].Shape[0]);
    }

    /// <summary>Finds and reads the set and checks the options against it. Called once, in
    /// <see cref="SetUp"/>.</summary>
    /// <exception cref="DataException">The set is missing or damaged.</exception>
    /// <exception cref="ConfigException">The options do not fit the set.</exception>
    protected abstract void Load();

    /// <summary>Writes the data of samples, one behind the other. On the hot path: allocates nothing. With
    /// <c>prefetch</c> it runs on another thread and before its turn, but never twice at the same time.</summary>
    /// <param name="number">The number of the first sample, counted from the beginning over all epochs; all that is
    /// random depends on it.</param>
    /// <param name="samples">The places of the samples in the set.</param>
    /// <param name="data">The values of the first top.</param>
    protected abstract void ReadData(long number, ReadOnlySpan<int> samples, Span<T> data);

    /// <summary>Writes the labels of samples, one behind the other. On the hot path: allocates nothing.</summary>
    /// <param name="samples">The places of the samples in the set.</param>
    /// <param name="labels">The values of the second top.</param>
    protected abstract void ReadLabels(ReadOnlySpan<int> samples, Span<T> labels);

    /// <summary>The names of the tops. Known in <see cref="Load"/>.</summary>
    protected IReadOnlyList<string> TopNames { get; private set; } = [];

    private int SizeOf(long position) =>
        Context.Phase == Phase.Train ? BatchSize : (int)Math.Min(BatchSize, SampleCount - position % SampleCount);

    private void Resize(IReadOnlyList<Blob<T>> top, int count)
    {
        top[0].Reshape([count, .. SampleShape]);
        if (top.Count == 2)
            top[1].Reshape([count, .. LabelShape!]);
    }

    // At most one thread at a time is in here.
    private void MakeBatch(long position, IReadOnlyList<Blob<T>> top)
    {
        var count = SizeOf(position);
        if (top[0].Shape[0] != count)
            Resize(top, count);
        var samples = batch.AsSpan(0, count);
        ChooseSamples(position, samples);
        ReadData(position, samples, top[0].Data);
        if (top.Count == 2)
            ReadLabels(samples, top[1].Data);
    }

    private void ChooseSamples(long position, Span<int> samples)
    {
        var (epoch, place) = Math.DivRem(position, SampleCount);
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = options.Shuffle ? OrderOf(epoch)[place] : (int)place;
            if (++place < SampleCount)
                continue;
            place = 0;
            epoch++;
        }
    }

    // Drawn anew once an epoch and kept until the next.
    private int[] OrderOf(long epoch)
    {
        if (epochOfOrder != epoch)
        {
            order = RandomStream.Permutation(SampleCount, Context.Seed, Name, epoch);
            epochOfOrder = epoch;
        }
        return order;
    }
}
