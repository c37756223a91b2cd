using NeuralFramework.Data;

namespace NeuralFramework.Embeddings;

/// <summary>Learns vectors of words from a text. The same seed gives the same bits, on any number of threads.</summary>
public static class EmbeddingTrainer
{
    /// <summary>Learns them.</summary>
    /// <param name="corpus">The text.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Is told how far it is, often: it should be quick.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The vectors of all words of the vocabulary, in its order: those of the words themselves; for GloVe the sum
    /// with those of the words as context, as its authors take it.</returns>
    /// <exception cref="ConfigException">An option is out of range.</exception>
    /// <exception cref="DivergedException">The vectors are no longer finite.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static WordVectors Train(Corpus corpus, EmbeddingOptions options, Action<EmbeddingProgress>? progress = null,
        CancellationToken cancel = default)
    {
        options.Require();
        var values = options.Method == EmbeddingMethod.GloVe
            ? GloVe(corpus, options, progress, cancel)
            : Logistic(corpus, options, progress, cancel);
        if (Array.FindIndex(values, value => !float.IsFinite(value)) is >= 0 and var at)
            throw new DivergedException("the training diverged: received a vector that is not finite, of the word "
                + $"'{corpus.Vocabulary.Words[at / options.Dim]}'; try a smaller learning rate (it was {options.Rate})");
        return new WordVectors(corpus.Vocabulary.Words, options.Dim, values);
    }

    private static float[] Logistic(Corpus corpus, EmbeddingOptions options, Action<EmbeddingProgress>? progress,
        CancellationToken cancel)
    {
        var trainer = new LogisticTrainer(corpus, options);
        trainer.Run(progress, cancel);
        var values = new float[trainer.Inputs.Rows * options.Dim];
        for (var row = 0; row < trainer.Inputs.Rows; row++)
            trainer.Inputs.Row(row).CopyTo(values.AsSpan(row * options.Dim));
        return values;
    }

    private static float[] GloVe(Corpus corpus, EmbeddingOptions options, Action<EmbeddingProgress>? progress,
        CancellationToken cancel)
    {
        using var counts = CoOccurrenceCounter.Count(corpus, options.Window, options.MemoryBytes,
            place => progress?.Invoke(new EmbeddingProgress("counting", place, corpus.Places.Length, null)), cancel);
        var trainer = new GloVeTrainer(corpus.Vocabulary.Count, options);
        trainer.Run(counts, progress, cancel);
        var values = new float[corpus.Vocabulary.Count * options.Dim];
        for (var row = 0; row < corpus.Vocabulary.Count; row++)
            System.Numerics.Tensors.TensorPrimitives.Add(trainer.Words.Vectors.Row(row), trainer.Contexts.Vectors.Row(row),
                values.AsSpan(row * options.Dim, options.Dim));
        return values;
    }
}
