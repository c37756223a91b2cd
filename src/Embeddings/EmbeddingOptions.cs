namespace NeuralFramework.Embeddings;

/// <summary>How word vectors are learned.</summary>
public enum EmbeddingMethod
{
    /// <summary>From a word, those around it.</summary>
    SkipGram,

    /// <summary>From the words around a place, the one in it.</summary>
    Cbow,

    /// <summary>From how often words stand near each other in the whole text.</summary>
    GloVe,
}

/// <summary>What a training of word vectors is told. The defaults are those of word2vec's and GloVe's programs where
/// nothing else is said.</summary>
public sealed record EmbeddingOptions
{
    /// <summary>How they are learned.</summary>
    public EmbeddingMethod Method { get; init; } = EmbeddingMethod.SkipGram;

    /// <summary>How many numbers stand for a word.</summary>
    public int Dim { get; init; } = 100;

    /// <summary>How far the words around a place go on each side.</summary>
    public int Window { get; init; } = 5;

    /// <summary>How many words are drawn to be told from the one that is there.</summary>
    public int Negative { get; init; } = 5;

    /// <summary>Whether words are found through the tree of words in place of words drawn.</summary>
    public bool HierarchicalSoftmax { get; init; }

    /// <summary>t of <see cref="Data.TextWindows"/>: words more frequent than about this are left out now and then; 0:
    /// never.</summary>
    public double Subsample { get; init; } = 1e-3;

    /// <summary>How often the text, or for GloVe the counts, are gone through.</summary>
    public int Epochs { get; init; } = 5;

    /// <summary>The learning rate at the beginning, null: 0.025 for skip-gram, 0.05 for the others. It falls in a line to
    /// a ten-thousandth; GloVe's stays, as AdaGrad has it fall.</summary>
    public double? LearningRate { get; init; }

    /// <summary>GloVe: the count from which on all counts weigh the same. The paper's 100 is for texts of billions of words;
    /// this is that of the program's demonstration.</summary>
    public double XMax { get; init; } = 10;

    /// <summary>GloVe: how much memory counting may take; beyond it, files are used.</summary>
    public long MemoryBytes { get; init; } = 2L << 30;

    /// <summary>The seed of all that is random.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>The learning rate that holds.</summary>
    public double Rate => LearningRate ?? (Method == EmbeddingMethod.SkipGram ? 0.025 : 0.05);

    /// <summary>Refuses what cannot be.</summary>
    /// <exception cref="ConfigException">Values are out of range; all are named.</exception>
    public void Require()
    {
        var problems = new List<string>();
        Check("dim", Dim, 1, 10_000);
        Check("window", Window, 1, 1000);
        Check("negative", Negative, 1, 1000);
        Check("epochs", Epochs, 1, 1_000_000);
        if (!(Subsample is >= 0 and <= 1))
            problems.Add(FormattableString.Invariant($"subsample: received {Subsample}, allowed: 0 to 1"));
        if (!(Rate is > 0 and < double.PositiveInfinity))
            problems.Add(FormattableString.Invariant($"learning rate: received {Rate}, allowed: above 0"));
        if (!(XMax is > 0 and < double.PositiveInfinity))
            problems.Add(FormattableString.Invariant($"x-max: received {XMax}, allowed: above 0"));
        if (problems.Count > 0)
            throw new ConfigException(problems);

        void Check(string name, int value, int least, int greatest)
        {
            if (value < least || value > greatest)
                problems.Add($"{name}: received {value}, allowed: {least} to {greatest}");
        }
    }
}

/// <summary>How far a training is.</summary>
/// <param name="Stage">What it is doing: counting or training.</param>
/// <param name="Done">How much is done.</param>
/// <param name="Total">Of how much: words of the text, or pairs of words, over all epochs.</param>
/// <param name="Loss">The mean loss of the newest batch that was looked at: a pair of words'; null before the first.</param>
public readonly record struct EmbeddingProgress(string Stage, long Done, long Total, double? Loss);
