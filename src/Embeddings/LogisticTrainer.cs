using NeuralFramework.Data;

namespace NeuralFramework.Embeddings;

/// <summary>
/// Learns vectors by skip-gram or CBOW. The text is gone through in batches of places. For a batch, all examples are drawn
/// and their gradients computed with the vectors as they are at its beginning; then the vectors move. That is gradient
/// descent on a batch: what a net of the layers <c>SkipGram</c> or <c>Cbow</c>, <c>Embed</c> and a loss does.
/// </summary>
/// <remarks>A batch is cut into parts that depend on it alone, and what is random is a function of the seed and the
/// place. Each row is moved by one thread, its owner, part by part: so the sums have one order, and the vectors the same
/// bits for any number of threads.</remarks>
internal sealed class LogisticTrainer
{
    private const int PlacesPerPart = 32;
    private const int PartsPerBatch = 16;

    // The loss is looked at in every so many batches: its logarithms cost more than all else.
    private const int BatchesPerLoss = 32;

    private readonly Corpus corpus;
    private readonly EmbeddingOptions options;
    private readonly TextWindows windows;
    private readonly SampleHash draws;
    private readonly WordSampler? sampler;
    private readonly HuffmanTree? tree;
    private readonly LogisticPart[] parts;
    private readonly RowWeights[] weights;
    private readonly int[][] around;

    public LogisticTrainer(Corpus corpus, EmbeddingOptions options)
    {
        (this.corpus, this.options) = (corpus, options);
        windows = new TextWindows(corpus, options.Subsample, options.Seed, "words");
        draws = new SampleHash(options.Seed, "words/draws");
        if (options.HierarchicalSoftmax)
            tree = new HuffmanTree(corpus.Vocabulary.Counts);
        else
            sampler = new WordSampler(corpus.Vocabulary.Counts);
        Inputs = new VectorTable(corpus.Vocabulary.Count, options.Dim);
        Outputs = new VectorTable(corpus.Vocabulary.Count, options.Dim);
        Inputs.FillAtRandom(RandomStream.Create(options.Seed, "words/0"));
        parts = [.. Enumerable.Range(0, PartsPerBatch).Select(_ => new LogisticPart(Inputs, Outputs, WorkPool.Threads))];
        weights = WeightsFor(Inputs, Outputs);
        around = [.. Enumerable.Range(0, PartsPerBatch).Select(_ => new int[2 * options.Window])];
    }

    public VectorTable Inputs { get; }

    public VectorTable Outputs { get; }

    /// <summary>Goes through the text as often as the options say.</summary>
    public void Run(Action<EmbeddingProgress>? progress, CancellationToken cancel)
    {
        long length = corpus.Places.Length;
        var total = length * options.Epochs;
        double? loss = null;
        var batch = 0;
        for (var epoch = 0; epoch < options.Epochs; epoch++)
            for (var from = 0; from < length; from += PlacesPerPart * PartsPerBatch, batch++)
            {
                cancel.ThrowIfCancellationRequested();
                var done = epoch * length + from;
                var rate = options.Rate * Math.Max(1e-4, 1 - (double)done / total);
                var wantsLoss = batch % BatchesPerLoss == 0;
                var work = new DrawWork(this, epoch, from, (float)rate, wantsLoss);
                WorkPool.For(PartsPerBatch, 1, ref work);
                Move(parts, weights);
                if (!wantsLoss)
                    continue;
                var positives = parts.Sum(part => (double)part.Positives);
                loss = positives > 0 ? parts.Sum(part => part.Loss) / positives : loss;
                progress?.Invoke(new EmbeddingProgress("training", done, total, loss));
            }
        progress?.Invoke(new EmbeddingProgress("training", total, total, loss));
    }

    /// <summary>Moves the vectors by what parts have computed.</summary>
    internal static void Move(LogisticPart[] parts, RowWeights[] weights)
    {
        var work = new MoveWork(parts, weights);
        WorkPool.For(weights.Length, 1, ref work);
    }

    /// <summary>What <see cref="Move(LogisticPart[], RowWeights[])"/> needs, one for each thread.</summary>
    internal static RowWeights[] WeightsFor(VectorTable inputs, VectorTable outputs) =>
        [.. Enumerable.Range(0, WorkPool.Threads).Select(_ => new RowWeights(inputs.Rows, outputs.Rows, WorkPool.Threads))];

    private void Draw(int part, int epoch, int from, float rate, bool wantsLoss)
    {
        var target = parts[part];
        target.Clear();
        var first = Math.Min(corpus.Places.Length, from + part * PlacesPerPart);
        var last = Math.Min(corpus.Places.Length, first + PlacesPerPart);
        for (var place = first; place < last; place++)
            if (windows.IsKept(epoch, place))
                DrawPlace(target, epoch, place, around[part]);
        target.Compute(rate, wantsLoss);
    }

    private void DrawPlace(LogisticPart part, int epoch, int place, int[] around)
    {
        var random = draws.Stream((long)epoch * corpus.Places.Length + place);
        var (_, count) = windows.Collect(epoch, place, 1 + random.Next(options.Window), around);
        if (count == 0)
            return;
        var word = corpus.Places[place];
        part.BeginExample();
        if (options.Method == EmbeddingMethod.SkipGram)
        {
            part.AddInput(word);
            foreach (var near in around.AsSpan(0, count))
                AddOutputs(part, near, ref random);
            return;
        }
        foreach (var near in around.AsSpan(0, count))
            part.AddInput(near);
        AddOutputs(part, word, ref random);
    }

    private void AddOutputs(LogisticPart part, int word, ref SampleStream random)
    {
        if (tree is not null)
        {
            var turns = tree.TurnsTo(word);
            var nodes = tree.NodesTo(word);
            for (var i = 0; i < nodes.Length; i++)
                part.AddOutput(nodes[i], !turns[i]);
            return;
        }
        part.AddOutput(word, true);
        for (var i = 0; i < options.Negative; i++)
        {
            int drawn;
            do
                drawn = sampler!.Draw(random.Next());
            while (drawn == word);
            part.AddOutput(drawn, false);
        }
    }

    private readonly struct DrawWork(LogisticTrainer trainer, int epoch, int from, float rate, bool wantsLoss) : IRangeWork
    {
        public void Run(int first, int last)
        {
            for (var part = first; part < last; part++)
                trainer.Draw(part, epoch, from, rate, wantsLoss);
        }
    }

    // Computing has kept what it read: outputs and inputs can move at the same time.
    private readonly struct MoveWork(LogisticPart[] parts, RowWeights[] weights) : IRangeWork
    {
        public void Run(int first, int last)
        {
            for (var owner = first; owner < last; owner++)
            {
                foreach (var part in parts)
                    part.Weigh(owner, weights[owner]);
                foreach (var part in parts)
                    part.Move(owner, weights[owner]);
                foreach (var part in parts)
                    part.ClearWeights(owner, weights[owner]);
            }
        }
    }
}
