using CsvHelper;

namespace NeuralFramework.Cli;

/// <summary>A line of the file that <c>nf predict --csv</c> writes: one of the best classes of an image.</summary>
[CsvRecord]
internal sealed partial record PredictionRow
{
    [CsvColumn("image")]
    public string Image { get; init; } = "";

    [CsvColumn("rank")]
    public int Rank { get; init; }

    [CsvColumn("class")]
    public int Class { get; init; }

    [CsvColumn("name")]
    public string Name { get; init; } = "";

    [CsvColumn("score")]
    public float Score { get; init; }
}

/// <summary>Writes predictions as CSV.</summary>
internal static class PredictionFile
{
    /// <summary>Writes a line for each of the best classes of each image, whole or not at all.</summary>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public static void Write(string path, IEnumerable<(string Image, IReadOnlyList<ClassScore> Best)> predictions) =>
        AtomicFile.Write(path, stream =>
        {
            using var writer = CsvWriter.Create(stream, new CsvWriterOptions { HasHeader = true }, leaveOpen: true);
            writer.WriteHeader<PredictionRow>();
            foreach (var (image, best) in predictions)
                foreach (var (rank, score) in best.Index())
                    writer.WriteRecord(new PredictionRow
                    {
                        Image = image, Rank = rank + 1, Class = score.Number, Name = score.Name, Score = score.Score,
                    });
        });
}
