using NeuralFramework.Data;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class CoOccurrenceTests
{
    private TempFolder folder = null!;

    [SetUp]
    public void CreateFolder() => folder = new TempFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    private Corpus Load(string text) => Corpus.Load(folder.Write("text", text), 1);

    // a is 0, b is 1, c is 2.
    [Test]
    public void Words_count_by_their_distance_both_ways_round_and_within_paragraphs()
    {
        using var counts = CoOccurrenceCounter.Count(Load("a b a c\n\na b"), window: 2);
        Assert.That(counts.Load(0), Is.EqualTo(new CoOccurrence[]
        {
            new(0, 0, 1), new(0, 1, 3), new(1, 0, 3), new(0, 2, 1), new(2, 0, 1), new(1, 2, 0.5f), new(2, 1, 0.5f),
        }));
        Assert.That(counts.Count, Is.EqualTo(7));
    }

    [Test]
    public void Counts_that_outgrow_the_memory_go_to_files_and_are_the_same()
    {
        var corpus = Load(SmallText.Create(100));
        using var inMemory = CoOccurrenceCounter.Count(corpus, window: 5);
        string[] files;
        using (var inFiles = CoOccurrenceCounter.Count(corpus, window: 5, memoryBytes: 2000))
        {
            Assert.That(inFiles.Parts, Is.GreaterThan(2));
            Assert.That(inFiles.Count, Is.EqualTo(inMemory.Count));
            var entries = Enumerable.Range(0, inFiles.Parts).SelectMany(inFiles.Load)
                .OrderBy(entry => Math.Min(entry.Word, entry.Context)).ThenBy(entry => Math.Max(entry.Word, entry.Context))
                .ThenBy(entry => entry.Word);
            Assert.That(entries, Is.EqualTo(inMemory.Load(0)));
            files = Directory.GetDirectories(Path.GetTempPath(), "nf-counts-*");
            Assert.That(files, Is.Not.Empty);
        }
        Assert.That(files.Where(Directory.Exists), Is.Empty, "the files are removed");
    }

    [Test]
    public void The_layer_serves_pairs_and_counts()
    {
        var served = new ServedLayer<double>(new CoOccurrenceLayer<double>(new()
        {
            Source = folder.Write("text", "a b a c\n\na b"), MinCount = 1, Window = 2, BatchSize = 7,
        }));
        var (words, counts) = served.Next();
        Assert.That(served.Data.Shape, Is.EqualTo(new Shape(7, 2)));
        Assert.That(words, Is.EqualTo(new double[] { 0, 0, 0, 1, 1, 0, 0, 2, 2, 0, 1, 2, 2, 1 }));
        Assert.That(counts, Is.EqualTo(new[] { 1, 3, 3, 1, 1, 0.5, 0.5 }));
    }

    [Test]
    public void A_text_without_neighbours_is_an_error() => Assert.That(() => CoOccurrenceCounter.Count(Load("a\n\nb"), 5),
        Throws.TypeOf<DataException>().With.Message.Contains("no two of the words that are looked at stand near each other"));
}
