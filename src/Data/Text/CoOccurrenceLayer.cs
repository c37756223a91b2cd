using System.Numerics;

namespace NeuralFramework.Data;

/// <summary>The options of <see cref="CoOccurrenceLayer{T}"/>.</summary>
public sealed record CoOccurrenceOptions : TextOptions;

/// <summary>
/// Serves pairs of words of a text that stand near each other: data N×2, the numbers of the words; label N, how often
/// they do, each time counting 1 / distance, up to <c>window</c> words apart. Every pair is there both ways round. No
/// bottoms, no gradients.
/// <para>Source: Pennington, Socher and Manning, GloVe: Global Vectors for Word Representation (2014). Caffe has
/// none.</para>
/// </summary>
[LayerType("CoOccurrence")]
public sealed class CoOccurrenceLayer<T>(CoOccurrenceOptions options) : ArrayLayer<T>(options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly CoOccurrenceOptions options = options;

    /// <inheritdoc/>
    protected override SampleArrays<T> LoadArrays()
    {
        var corpus = Corpus.Load(TextSets.Find(options.Source, $"{this}: member 'source'"), options.MinCount,
            options.MaxWords);
        using var counts = CoOccurrenceCounter.Count(corpus, options.Window);
        var entries = counts.Load(0);
        var (words, labels) = (new T[2 * entries.Length], new T[entries.Length]);
        for (var i = 0; i < entries.Length; i++)
        {
            words[2 * i] = T.CreateTruncating(entries[i].Word);
            words[2 * i + 1] = T.CreateTruncating(entries[i].Context);
            labels[i] = T.CreateTruncating(entries[i].Count);
        }
        return new SampleArrays<T>(entries.Length, [2], words, Shape.Scalar, labels);
    }
}
