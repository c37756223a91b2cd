using System.Runtime.Intrinsics;
using NeuralFramework.Data;

namespace NeuralFramework.Embeddings;

/// <summary>
/// Learns vectors by GloVe: weighted least squares over pairs of words with AdaGrad, h ← h + g², w ← w − rate · g / (√h +
/// 1). (GloVe's program begins h with 1 and adds nothing to the root: for steps of any size, about the same.) Pairs come
/// in batches in random order; the gradient of a batch is summed, then the rows that have one move: what a net of
/// <c>CoOccurrence</c>, four <c>Embed</c> with sparse gradients and <c>GloVeLoss</c> does under the rule <c>AdaGrad</c>.
/// </summary>
/// <remarks>As with <see cref="LogisticTrainer"/>, each row has one owner among the threads, and the same bits come out
/// for any number of them.</remarks>
internal sealed class GloVeTrainer
{
    private const int EntriesPerPart = 128;
    private const int PartsPerBatch = 16;
    private const int EntriesPerBatch = EntriesPerPart * PartsPerBatch;

    private readonly EmbeddingOptions options;
    private readonly GloVeSide words;
    private readonly GloVeSide contexts;
    private readonly CoOccurrence[] batch = new CoOccurrence[EntriesPerBatch];
    private readonly float[] errors = new float[EntriesPerBatch];
    private readonly double[] losses = new double[PartsPerBatch];
    private int batchLength;

    public GloVeTrainer(int vocabulary, EmbeddingOptions options)
    {
        this.options = options;
        words = new GloVeSide(vocabulary, options.Dim, options.Seed, "words");
        contexts = new GloVeSide(vocabulary, options.Dim, options.Seed, "contexts");
    }

    public GloVeSide Words => words;

    public GloVeSide Contexts => contexts;

    /// <summary>Goes through the pairs as often as the options say.</summary>
    public void Run(CoOccurrences counts, Action<EmbeddingProgress>? progress, CancellationToken cancel)
    {
        var total = counts.Count * options.Epochs;
        var done = 0L;
        for (var epoch = 0; epoch < options.Epochs; epoch++)
            foreach (var part in RandomStream.Permutation(counts.Parts, options.Seed, "parts", epoch))
            {
                var entries = counts.Load(part);
                var order = RandomStream.Permutation(entries.Length, options.Seed, $"parts/{part}", epoch);
                for (var from = 0; from < order.Length; from += EntriesPerBatch)
                {
                    cancel.ThrowIfCancellationRequested();
                    var chosen = order.AsSpan(from, Math.Min(EntriesPerBatch, order.Length - from));
                    for (var i = 0; i < chosen.Length; i++)
                        batch[i] = entries[chosen[i]];
                    var loss = Update(chosen.Length) / chosen.Length;
                    done += chosen.Length;
                    progress?.Invoke(new EmbeddingProgress("training", done, total, loss));
                }
            }
    }

    /// <summary>Makes one update with some pairs, EntriesPerBatch at most; returns the sum of their losses.</summary>
    internal double Update(ReadOnlySpan<CoOccurrence> entries)
    {
        entries.CopyTo(batch);
        return Update(entries.Length);
    }

    private double Update(int length)
    {
        batchLength = length;
        var compute = new ComputeWork(this);
        WorkPool.For(length, EntriesPerPart, ref compute);
        var gather = new OwnerWork(this, isMove: false);
        WorkPool.For(WorkPool.Threads, 1, ref gather);
        var move = new OwnerWork(this, isMove: true);
        WorkPool.For(WorkPool.Threads, 1, ref move);
        var sum = 0.0;
        for (var part = 0; part * EntriesPerPart < length; part++)
            sum += losses[part];
        return sum;
    }

    private unsafe void Compute(int from, int to)
    {
        var loss = 0.0;
        for (var i = from; i < to; i++)
        {
            var (word, context, count) = batch[i];
            var distance = VectorTable.Dot(words.Vectors[word], contexts.Vectors[context], words.Vectors.Stride)
                + words.Biases[word] + contexts.Biases[context] - MathF.Log(count);
            var weight = count < options.XMax ? MathF.Pow(count / (float)options.XMax, 0.75f) : 1;
            errors[i] = weight * distance;
            loss += 0.5 * weight * distance * distance;
        }
        losses[from / EntriesPerPart] = loss;
    }

    private unsafe void Gather(int owner)
    {
        var owners = WorkPool.Threads;
        for (var i = 0; i < batchLength; i++)
        {
            var (word, context, _) = batch[i];
            if (word % owners == owner)
                words.AddGradient(word, contexts.Vectors[context], errors[i], owner);
            if (context % owners == owner)
                contexts.AddGradient(context, words.Vectors[word], errors[i], owner);
        }
    }

    private readonly struct ComputeWork(GloVeTrainer trainer) : IRangeWork
    {
        public void Run(int from, int to) => trainer.Compute(from, to);
    }

    private readonly struct OwnerWork(GloVeTrainer trainer, bool isMove) : IRangeWork
    {
        public void Run(int from, int to)
        {
            for (var owner = from; owner < to; owner++)
                if (isMove)
                {
                    trainer.words.Move(owner, (float)trainer.options.Rate);
                    trainer.contexts.Move(owner, (float)trainer.options.Rate);
                }
                else
                    trainer.Gather(owner);
        }
    }
}

/// <summary>The vectors and biases of words, or of words as context, their gradients, and AdaGrad's history.</summary>
internal sealed unsafe class GloVeSide
{
    private readonly VectorTable gradients;
    private readonly VectorTable history;
    private readonly float[] biasGradients;
    private readonly float[] biasHistory;
    private readonly bool[] isTouched;
    private readonly List<int>[] touched;

    public GloVeSide(int rows, int width, long seed, string name)
    {
        Vectors = new VectorTable(rows, width);
        Vectors.FillAtRandom(RandomStream.Create(seed, $"{name}/0"));
        (gradients, history) = (new VectorTable(rows, width), new VectorTable(rows, width));
        (Biases, biasGradients, biasHistory) = (new float[rows], new float[rows], new float[rows]);
        isTouched = new bool[rows];
        touched = [.. Enumerable.Range(0, WorkPool.Threads).Select(_ => new List<int>())];
    }

    public VectorTable Vectors { get; }

    public float[] Biases { get; }

    public void AddGradient(int row, float* other, float error, int owner)
    {
        if (!isTouched[row])
        {
            isTouched[row] = true;
            touched[owner].Add(row);
        }
        VectorTable.AddScaled(gradients[row], other, error, gradients.Stride);
        biasGradients[row] += error;
    }

    /// <summary>Moves the rows of an owner that have a gradient, and clears it.</summary>
    public void Move(int owner, float rate)
    {
        foreach (var row in touched[owner])
        {
            Move(Vectors[row], gradients[row], history[row], rate);
            var gradient = biasGradients[row];
            biasHistory[row] += gradient * gradient;
            Biases[row] -= rate * gradient / (MathF.Sqrt(biasHistory[row]) + 1);
            biasGradients[row] = 0;
            isTouched[row] = false;
        }
        touched[owner].Clear();
    }

    private void Move(float* vector, float* gradient, float* squares, float rate)
    {
        for (var i = 0; i < Vectors.Stride; i += 8)
        {
            var g = Vector256.LoadAligned(gradient + i);
            var h = Vector256.LoadAligned(squares + i) + g * g;
            h.StoreAligned(squares + i);
            (Vector256.LoadAligned(vector + i) - g * rate / (Vector256.Sqrt(h) + Vector256<float>.One)).StoreAligned(vector + i);
            Vector256<float>.Zero.StoreAligned(gradient + i);
        }
    }
}
