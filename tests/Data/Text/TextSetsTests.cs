using NeuralFramework.Data;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class TextSetsTests
{
    private DataFolder folder = null!;

    [SetUp]
    public void CreateFolder() => folder = new DataFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [TestCase("gcide", 951_269)]
    [TestCase("wordnet", 117_659)]
    public async Task An_installed_package_becomes_a_text(string name, int lines)
    {
        var set = DataSets.Find(name);
        if (!File.Exists(set.Package!.File))
            Assert.Ignore($"Debian's package {set.Package.Name} is not installed");
        await new DataInstaller().InstallAsync(set, folder.In("target"));
        DataLocations.Folder = folder.In("target");
        Assert.That(File.ReadLines(TextSets.Find(name)).Count(line => line.Length > 0), Is.EqualTo(lines));
    }

    [Test]
    public void A_text_that_is_not_installed_is_an_error_that_says_how() => Assert.That(() => TextSets.Find("gcide"),
        Throws.TypeOf<DataException>().With.Message.Contains("nf data install gcide (from Debian's package dict-gcide"));

    [Test]
    public void A_file_is_found_by_its_path() =>
        Assert.That(TextSets.Find(folder.Write("text", "words")), Is.EqualTo(folder.In("text")));

    [Test]
    public void A_missing_file_is_an_error() => Assert.That(() => TextSets.Find(folder.In("nowhere")),
        Throws.TypeOf<DataException>().With.Message.EqualTo($"text: {folder.In("nowhere")}: no such file"));
}
