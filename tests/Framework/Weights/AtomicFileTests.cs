using NUnit.Framework;

namespace NeuralFramework.Tests;

public class AtomicFileTests
{
    private TempFolder folder = null!;

    [SetUp]
    public void CreateFolder() => folder = new TempFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    private string[] Files => [.. Directory.GetFiles(folder.Path).Select(path => Path.GetFileName(path)!).Order()];

    [Test]
    public void A_file_is_written_and_nothing_else_is_left()
    {
        AtomicFile.Write(folder.In("a"), stream => stream.Write([1, 2]));
        Assert.That(File.ReadAllBytes(folder.In("a")), Is.EqualTo(new byte[] { 1, 2 }));
        Assert.That(Files, Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public void A_file_that_is_there_is_replaced()
    {
        folder.Write("a", "a long text that was there before");
        AtomicFile.Write(folder.In("a"), stream => stream.WriteByte(65));
        Assert.That(File.ReadAllText(folder.In("a")), Is.EqualTo("A"));
    }

    [Test]
    public void While_it_is_written_the_old_file_stands()
    {
        folder.Write("a", "old");
        AtomicFile.Write(folder.In("a"), stream =>
        {
            stream.WriteByte(65);
            stream.Flush();
            Assert.That(File.ReadAllText(folder.In("a")), Is.EqualTo("old"));
        });
        Assert.That(File.ReadAllText(folder.In("a")), Is.EqualTo("A"));
    }

    [Test]
    public void When_writing_fails_the_old_file_stays_and_nothing_is_left()
    {
        folder.Write("a", "old");
        Assert.That(() => AtomicFile.Write(folder.In("a"), stream =>
        {
            stream.WriteByte(65);
            throw new IOException("the disk is full");
        }), Throws.TypeOf<DataException>().With.Message
            .EqualTo($"{folder.In("a")}: cannot be written: the disk is full"));
        Assert.That(File.ReadAllText(folder.In("a")), Is.EqualTo("old"));
        Assert.That(Files, Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public void An_error_of_the_program_passes_through_and_nothing_is_left()
    {
        Assert.That(() => AtomicFile.Write(folder.In("a"), _ => throw new InvalidOperationException("mine")),
            Throws.InvalidOperationException.With.Message.EqualTo("mine"));
        Assert.That(Files, Is.Empty);
    }

    [Test]
    public void A_folder_that_is_missing_is_a_data_error() =>
        Assert.That(() => AtomicFile.Write(folder.In("no", "a"), _ => { }), Throws.TypeOf<DataException>()
            .With.Message.StartsWith($"{folder.In("no", "a")}: cannot be written: "));

    [Test]
    public void A_path_that_is_a_folder_is_a_data_error()
    {
        Directory.CreateDirectory(folder.In("a"));
        Assert.That(() => AtomicFile.Write(folder.In("a"), _ => { }), Throws.TypeOf<DataException>());
        Assert.That(Files, Is.Empty);
    }
}
