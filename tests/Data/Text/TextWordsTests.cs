using System.IO.Compression;
using System.Text;
using NeuralFramework.Data;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class TextWordsTests
{
    private TempFolder folder = null!;

    [SetUp]
    public void CreateFolder() => folder = new TempFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    private static string WordsOf(string path)
    {
        var words = new List<string>();
        TextWords.Read(path, word => words.Add(word.IsEmpty ? "¶" : word.ToString()));
        return string.Join(' ', words);
    }

    [TestCase("In the beginning, God created 2 things.", "in the beginning god created 2 things")]
    [TestCase("don't 'quote' rock'n'roll dogs' ''a''b", "don't quote rock'n'roll dogs a b")]
    [TestCase("Äpfel été ΣΟΦΙΑ 北京 don’t naïve", "äpfel été σοφια 北京 don't naïve")]
    [TestCase("one two\nthree\n\n \nfour\r\n\r\nfive\n", "one two three ¶ four ¶ five")]
    [TestCase("\n\nfirst", "first")]
    [TestCase("", "")]
    public void Words_are_runs_of_letters_in_lower_case_and_empty_lines_end_paragraphs(string text, string words) =>
        Assert.That(WordsOf(folder.Write("text", text)), Is.EqualTo(words));

    [Test]
    public void A_letter_may_lie_across_the_border_of_two_chunks()
    {
        for (var before = 65_530; before < 65_540; before++)
            Assert.That(WordsOf(folder.Write("text", new string(' ', before) + "été")), Is.EqualTo("été"));
    }

    [Test]
    public void A_text_packed_by_gzip_is_unpacked()
    {
        using (var packed = new GZipStream(File.Create(folder.In("text.gz")), CompressionMode.Compress))
            packed.Write("packed words"u8);
        Assert.That(WordsOf(folder.In("text.gz")), Is.EqualTo("packed words"));
    }

    [Test]
    public void Bytes_that_are_not_UTF_8_are_an_error_that_names_their_position()
    {
        var path = folder.Write("text", [.. Encoding.UTF8.GetBytes(new string('é', 40_000)), .. "caf\xE9"u8[..3], 0xE9, .. " x"u8]);
        Assert.That(() => WordsOf(path), Throws.TypeOf<DataException>().With.Message.EqualTo($"{path}: received the byte 0xE9 at "
            + "position 80,003, allowed: text in UTF-8; another encoding can be changed by: iconv -t UTF-8"));
    }

    [Test]
    public void A_text_that_ends_inside_a_letter_is_an_error() => Assert.That(
        () => WordsOf(folder.Write("text", [(byte)'a', 0xC3])), Throws.TypeOf<DataException>().With.Message.Contains("position 1,"));

    [Test]
    public void A_missing_file_is_an_error() => Assert.That(() => WordsOf(folder.In("nowhere")),
        Throws.TypeOf<DataException>().With.Message.EqualTo($"{folder.In("nowhere")}: no such file"));
}
