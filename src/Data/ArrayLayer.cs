using System.Numerics;

namespace NeuralFramework.Data;

/// <summary>Samples as a data layer serves them: values and labels one behind the other, row-major.</summary>
/// <param name="Count">N, the number of samples.</param>
/// <param name="SampleShape">The shape of the values of one sample.</param>
/// <param name="Values">N × the shape of a sample.</param>
/// <param name="LabelShape">The shape of the label of one sample; null when there are none.</param>
/// <param name="Labels">N × the shape of a label.</param>
public sealed record SampleArrays<T>(int Count, Shape SampleShape, T[] Values, Shape? LabelShape, T[] Labels)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;

/// <summary>Base of the layers that have their samples in memory as they serve them: nothing is converted.</summary>
/// <typeparam name="T">float or double.</typeparam>
public abstract class ArrayLayer<T>(DataLayerOptions options) : DataLayer<T>(options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // A part below this many values is not worth waking a thread for.
    private const int ValuesPerPart = 32 * 1024;

    private SampleArrays<T>? arrays;

    /// <inheritdoc/>
    public sealed override int SampleCount => arrays?.Count ?? 0;

    /// <inheritdoc/>
    protected sealed override Shape SampleShape => arrays!.SampleShape;

    /// <inheritdoc/>
    protected sealed override Shape? LabelShape => arrays!.LabelShape;

    /// <summary>Reads the samples.</summary>
    /// <exception cref="DataException">They are missing or damaged.</exception>
    /// <exception cref="ConfigException">The options do not fit them.</exception>
    protected abstract SampleArrays<T> LoadArrays();

    /// <inheritdoc/>
    protected sealed override void Load() => arrays = LoadArrays();

    /// <inheritdoc/>
    protected sealed override void ReadData(long number, ReadOnlySpan<int> samples, Span<T> data)
    {
        var size = arrays!.SampleShape.Size;
        var work = new CopyWork(samples, size, arrays.Values, data);
        WorkPool.For(samples.Length, Math.Max(1, ValuesPerPart / Math.Max(1, size)), ref work);
    }

    /// <inheritdoc/>
    protected sealed override void ReadLabels(ReadOnlySpan<int> samples, Span<T> labels) =>
        new CopyWork(samples, arrays!.LabelShape!.Size, arrays.Labels, labels).Run(0, samples.Length);

    private readonly ref struct CopyWork(ReadOnlySpan<int> samples, int size, ReadOnlySpan<T> source, Span<T> target)
        : IRangeWork
    {
        private readonly ReadOnlySpan<int> samples = samples;
        private readonly ReadOnlySpan<T> source = source;
        private readonly Span<T> target = target;

        public void Run(int from, int to)
        {
            for (var i = from; i < to; i++)
                source.Slice(samples[i] * size, size).CopyTo(target[(i * size)..]);
        }
    }
}
