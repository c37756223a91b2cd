using System.ComponentModel.DataAnnotations;
using System.Numerics;

namespace NeuralFramework.Data;

/// <summary>The options of <see cref="TextLayer{T}"/>.</summary>
public sealed record TextLayerOptions : LayerOptions
{
    /// <summary>How many streams N are read side by side.</summary>
    [Range(1, int.MaxValue)]
    public required int BatchSize { get; init; }

    /// <summary>How many steps T of each stream a batch has: how far back in time gradients flow.</summary>
    [Range(1, int.MaxValue)]
    public required int Steps { get; init; }

    /// <summary>The text: a file in UTF-8, absolute, or relative to the current folder or else to one of the
    /// <see cref="DataLocations"/>; or the name of an installed text, such as <c>bible_kjv</c>, the King James Bible.
    /// When left out, the embedded text: the book of Genesis.</summary>
    public string? Source { get; init; }

    /// <summary>Of what the text is a sequence.</summary>
    public TextUnit Unit { get; init; }

    /// <summary>The part of the text. When left out: train in the phase train, else test.</summary>
    public DataSplit? Split { get; init; }

    /// <summary>How much of the text, from its end, is the part test.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double TestFraction { get; init; } = 0.1;

    /// <summary>How often a word must occur in the part train not to be unknown.</summary>
    [Range(1, int.MaxValue)]
    public int MinCount { get; init; } = 1;

    /// <summary>How many words the vocabulary has at most, the unknown one among them; the most frequent ones are
    /// kept.</summary>
    [Range(2, int.MaxValue)]
    public int? VocabularySize { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<string> Problems()
    {
        if (Source is { Length: 0 })
            yield return "member 'source': received empty text, allowed: the path of a file";
        if (Unit == TextUnit.Character && (MinCount > 1 || VocabularySize is not null))
            yield return $"received {(MinCount > 1 ? "min_count" : "vocabulary_size")} with unit character, allowed: "
                + "with unit word; all characters are kept";
    }
}

/// <summary>
/// Serves a text as N streams read side by side, for a recurrent net with <c>carry_state</c>: each batch goes on where
/// the one before ended (truncated backpropagation through time).
/// <para>No bottoms. Tops: data, T×N, the numbers of characters or words in the <see cref="TextVocabulary"/>; label,
/// T×N, those that come next; cont, T×N, 0 where a stream starts and 1 where it goes on, as recurrent layers take it. The
/// last ones may be left out. No gradients.</para>
/// <para>The text is cut into N streams of equal length L, one behind the other. A stream that has ended starts
/// anew, in the phase train within a batch; in others the last batch of a pass is short, T smaller, so that a pass
/// serves each place once. A batch depends on <see cref="CursorLayer{T}.Position"/> alone, and a resumed run goes on exactly.</para>
/// <para>The vocabulary, of the whole text for characters and of the part train for words, goes into files of weights
/// under the key <c>vocabulary</c>.</para>
/// <para>Source: none in Caffe, whose examples of recurrent nets have <c>HDF5Data</c> with marks.</para>
/// </summary>
[LayerType("Text")]
public sealed class TextLayer<T>(TextLayerOptions options) : CursorLayer<T>, IWeightsMetadata
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private int[] tokens = [];
    private int length;

    /// <summary>The numbers of characters or words. Null before <see cref="SetUp"/>.</summary>
    public TextVocabulary? Vocabulary { get; private set; }

    /// <inheritdoc/>
    public override BlobCount Tops => BlobCount.Between(1, 3);

    /// <inheritdoc/>
    /// <remarks>A sample is a character or word. 0 before <see cref="SetUp"/>.</remarks>
    public override int SampleCount => length * options.BatchSize;

    /// <inheritdoc/>
    public override int BatchSize => (int)Math.Min(int.MaxValue, (long)options.Steps * options.BatchSize);

    string IWeightsMetadata.MetadataKey => TextVocabulary.MetadataKey;

    string IWeightsMetadata.MetadataText => Vocabulary!.ToJson();

    private DataSplit Split =>
        options.Split ?? (Context.Phase == Phase.Train ? DataSplit.Train : DataSplit.Test);

    private bool IsWhole => Context.Phase == Phase.Train;

    // How many steps have been served.
    private long Step => Position / options.BatchSize;

    private int NextSteps => IsWhole ? options.Steps : (int)Math.Min(options.Steps, length - Step % length);

    /// <summary>Reads the text, then sizes the tops.</summary>
    /// <exception cref="DataException">The text is missing, or too short for the streams.</exception>
    /// <exception cref="ConfigException">The options have problems.</exception>
    /// <exception cref="ShapeException">The number of blobs does not fit.</exception>
    public override void SetUp(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        // A net file's options have been checked already; those of a program have not.
        if (options.Problems().ToList() is { Count: > 0 } problems)
            throw new ConfigException([.. problems.Select(problem => $"{this}: {problem}")]);
        var text = options.Source switch
        {
            null => TextFile.Embedded,
            var source => TextFile.Read(TextSets.Find(source, $"{this}: member 'source'")),
        };
        var border = BorderOf(text);
        Vocabulary = TextVocabulary.Of(options.Unit, options.Unit == TextUnit.Character ? text : text[..border],
            options.MinCount, options.VocabularySize);
        tokens = Vocabulary.Encode(Split == DataSplit.Train ? text[..border] : text[border..]);
        // The last step of a stream needs a next one.
        length = (tokens.Length - 1) / options.BatchSize;
        if (length < 1)
            throw new DataException($"{this}: received {tokens.Length} {options.Unit.ToString().ToLowerInvariant()}s "
                + $"in the part {Split.ToString().ToLowerInvariant()} for batch_size {options.BatchSize}, allowed: "
                + "2 or more a stream");
        base.SetUp(bottom, top);
    }

    /// <summary>Sizes the tops for the batch that comes next.</summary>
    public override void Reshape(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        foreach (var blob in top)
            blob.Reshape([NextSteps, options.BatchSize]);
    }

    /// <summary>Serves the batch at <see cref="CursorLayer{T}.Position"/> and moves on behind it.</summary>
    public override void Forward(IReadOnlyList<Blob<T>> bottom, IReadOnlyList<Blob<T>> top)
    {
        if (top[0].Shape[0] != NextSteps)
            Reshape(bottom, top);
        for (var t = 0; t < top[0].Shape[0]; t++)
        {
            var place = (int)((Step + t) % length);
            Fill(top[0], t, place);
            if (top.Count > 1)
                Fill(top[1], t, place + 1);
            if (top.Count > 2)
                Row(top[2], t).Fill(place == 0 ? T.Zero : T.One);
        }
        MoveOn(top[0].Count);
    }

    private void Fill(Blob<T> top, int step, int place)
    {
        var row = Row(top, step);
        for (var stream = 0; stream < row.Length; stream++)
            row[stream] = T.CreateTruncating(tokens[stream * length + place]);
    }

    private Span<T> Row(Blob<T> top, int step) =>
        top.Data.Slice(step * options.BatchSize, options.BatchSize);

    /// <summary>Where the part test begins: at the beginning of a line, if there are lines.</summary>
    private int BorderOf(string text)
    {
        var border = (int)(text.Length * (1 - options.TestFraction));
        if (options.TestFraction == 0)
            return text.Length;
        var lineEnd = border == 0 ? -1 : text.LastIndexOf('\n', border - 1);
        return lineEnd >= 0 ? lineEnd + 1
            : border > 0 && border < text.Length && char.IsLowSurrogate(text[border]) ? border - 1 : border;
    }
}
