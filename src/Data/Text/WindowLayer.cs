using System.ComponentModel.DataAnnotations;
using System.Numerics;

namespace NeuralFramework.Data;

/// <summary>The options of the layers that serve words of a text.</summary>
public abstract record TextOptions : DataLayerOptions
{
    /// <summary>The text: the name of a data set such as <c>bible_kjv</c>, or a file in UTF-8, absolute or relative to the
    /// current folder or else to one of the <see cref="DataLocations"/>; packed by gzip if its name ends in
    /// <c>.gz</c>.</summary>
    public required string Source { get; init; }

    /// <summary>How often a word must occur to be looked at.</summary>
    [Range(1, int.MaxValue)]
    public int MinCount { get; init; } = 5;

    /// <summary>How many words are looked at at most, the most frequent; when left out, all that occur
    /// <see cref="MinCount"/> times.</summary>
    [Range(2, int.MaxValue)]
    public int? MaxWords { get; init; }

    /// <summary>How far the words around a place go on each side.</summary>
    [Range(1, 1000)]
    public int Window { get; init; } = 5;

    /// <inheritdoc/>
    public override IEnumerable<string> Problems()
    {
        if (Source.Length == 0)
            yield return "member 'source': received empty text, allowed: the path of a text";
    }
}

/// <summary>The options of <see cref="SkipGramLayer{T}"/> and <see cref="CbowLayer{T}"/>.</summary>
public abstract record WindowOptions : TextOptions
{
    /// <summary>How many words are drawn at random to be told from the one that is there.</summary>
    [Range(1, 1000)]
    public int Negative { get; init; } = 5;

    /// <summary>Whether the label is the way to the word in the tree of words, for
    /// <c>HierarchicalSoftmaxLoss</c>, in place of the word and those drawn.</summary>
    public bool HierarchicalSoftmax { get; init; }

    /// <summary>t: words that make up more of the text than about this are left out now and then; 0: never. See
    /// <see cref="TextWindows"/>.</summary>
    [Range(0.0, 1.0)]
    public double Subsample { get; init; } = 1e-3;
}

/// <summary>
/// Base of the layers that serve the words around the places of a text. Label: N×(1 + negative), the word that is there
/// and those drawn with the probability of count^(3/4), none of which is the word itself; or with
/// <c>hierarchical_softmax</c> N×2×L, the inner nodes on the way to it, and the decisions there: 0 to the left, 1 to the
/// right, −1 (with the node 0) behind the end of a way shorter than L.
/// </summary>
/// <remarks>An epoch has a sample for each place. A place whose word is left out by <c>subsample</c>, or has no other
/// near it, is replaced by one drawn at random.</remarks>
public abstract class WindowLayer<T> : DataLayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // So many places in a row without a word beside them: there are none.
    private const int MostAttempts = 100_000;

    private readonly WindowOptions options;
    private readonly int[] around;
    private Corpus? corpus;
    private TextWindows? windows;
    private SampleHash draws;
    private WordSampler? sampler;
    private HuffmanTree? tree;

    // The words to be found and the bits for their labels: made with the data.
    private (int Word, ulong Bits)[] wanted = [];

    private protected WindowLayer(WindowOptions options) : base(options)
    {
        this.options = options;
        around = new int[2 * options.Window];
    }

    /// <inheritdoc/>
    public sealed override int SampleCount => corpus?.Places.Length ?? 0;

    /// <summary>The words, once the layer is set up.</summary>
    public Vocabulary? Vocabulary => corpus?.Vocabulary;

    /// <inheritdoc/>
    protected sealed override Shape? LabelShape => tree is null ? [1 + options.Negative] : [2, tree.LongestWay];

    /// <inheritdoc/>
    protected sealed override void Load()
    {
        corpus = Corpus.Load(TextSets.Find(options.Source, $"{this}: member 'source'"), options.MinCount,
            options.MaxWords);
        windows = new TextWindows(corpus, options.Subsample, Context.Seed, Name);
        draws = new SampleHash(Context.Seed, $"{Name}/draws");
        if (options.HierarchicalSoftmax)
            tree = new HuffmanTree(corpus.Vocabulary.Counts);
        else
            sampler = new WordSampler(corpus.Vocabulary.Counts);
        wanted = new (int, ulong)[options.BatchSize];
    }

    /// <inheritdoc/>
    protected sealed override void ReadData(long number, ReadOnlySpan<int> samples, Span<T> data)
    {
        var size = SampleShape.Size;
        for (var i = 0; i < samples.Length; i++)
        {
            var random = draws.Stream(number + i);
            wanted[i] = (Draw((number + i) / SampleCount, samples[i], ref random, data.Slice(i * size, size)), random.Next());
        }
    }

    /// <inheritdoc/>
    protected sealed override void ReadLabels(ReadOnlySpan<int> samples, Span<T> labels)
    {
        var size = LabelShape!.Size;
        for (var i = 0; i < samples.Length; i++)
            if (tree is not null)
                WriteWay(tree, wanted[i].Word, labels.Slice(i * size, size));
            else
                WriteNegatives(sampler!, wanted[i].Word, new SampleStream(wanted[i].Bits), labels.Slice(i * size, size));
    }

    /// <summary>Chooses from a place's words. Returns the word to be found and writes the data of the sample.</summary>
    /// <param name="word">The word of the place.</param>
    /// <param name="left">The words to its left, the nearest first.</param>
    /// <param name="right">Those to its right.</param>
    /// <param name="random">Random numbers.</param>
    /// <param name="data">The data of the sample.</param>
    /// <returns>The word; −1 if these words give no sample.</returns>
    private protected abstract int Choose(int word, ReadOnlySpan<int> left, ReadOnlySpan<int> right,
        ref SampleStream random, Span<T> data);

    private int Draw(long epoch, int place, ref SampleStream random, Span<T> data)
    {
        for (var attempt = 0; attempt < MostAttempts; attempt++, place = random.Next(SampleCount))
        {
            if (!windows!.IsKept(epoch, place))
                continue;
            var (left, count) = windows.Collect(epoch, place, options.Window, around);
            if (count > 0 && Choose(corpus!.Places[place], around.AsSpan(0, left), around.AsSpan(left, count - left),
                ref random, data) is >= 0 and var wantedWord)
                return wantedWord;
        }
        throw new DataException($"{this}: {corpus!.Path}: received a text in which no two of the words that are looked at "
            + $"stand near each other, allowed: paragraphs of 2 such words or more (min_count is {options.MinCount}, "
            + $"subsample {options.Subsample})");
    }

    private static void WriteNegatives(WordSampler sampler, int word, SampleStream random, Span<T> label)
    {
        label[0] = T.CreateTruncating(word);
        for (var i = 1; i < label.Length; i++)
        {
            int drawn;
            do
                drawn = sampler.Draw(random.Next());
            while (drawn == word);
            label[i] = T.CreateTruncating(drawn);
        }
    }

    private static void WriteWay(HuffmanTree tree, int word, Span<T> label)
    {
        var nodes = label[..tree.LongestWay];
        var turns = label[tree.LongestWay..];
        nodes.Clear();
        turns.Fill(-T.One);
        for (var i = 0; i < tree.NodesTo(word).Length; i++)
        {
            nodes[i] = T.CreateTruncating(tree.NodesTo(word)[i]);
            turns[i] = tree.TurnsTo(word)[i] ? T.One : T.Zero;
        }
    }
}
