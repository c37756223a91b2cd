using System.Buffers.Binary;
using System.Text;
using NeuralFramework.Data;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class BibleFilesTests
{
    private DataFolder folder = null!;

    [SetUp]
    public void CreateFolder() => folder = new DataFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    private static string Package()
    {
        if (!File.Exists(BibleFiles.PackageFile))
            Assert.Ignore($"Debian's package {BibleFiles.PackageName} is not installed");
        return BibleFiles.PackageFile;
    }

    private Task<InstallResult> InstallAsync(string? from) =>
        new DataInstaller().InstallAsync(DataSets.BibleKjv, folder.In("target"), from);

    [Test]
    public async Task An_installed_package_becomes_verses_by_lines_and_chapters_by_empty_lines()
    {
        Package();
        DataLocations.Folder = folder.In("target");
        Assert.That(await InstallAsync(null), Is.EqualTo(new InstallResult(folder.In("target", "bible_kjv"), false)));
        Assert.That((await InstallAsync(null)).WasThere);
        var lines = File.ReadAllLines(TextSets.Find(DataSets.BibleKjv.Name));
        Assert.That(lines.Count(line => line.Length > 0), Is.EqualTo(31_102), "verses");
        Assert.That(lines.Count(line => line.Length == 0), Is.EqualTo(1_189 - 1), "between chapters");
        Assert.That(lines[0], Is.EqualTo("In the beginning God created the heaven and the earth."));
        Assert.That(lines[^1], Is.EqualTo("The grace of our Lord Jesus Christ be with you all. Amen."));
        Assert.That(DataSets.StatusOf(DataSets.BibleKjv).IsUsable);
    }

    [Test]
    public async Task The_file_of_the_package_or_the_text_may_be_given()
    {
        File.Copy(Package(), folder.In("bible.data"));
        var text = Path.Combine((await InstallAsync(folder.In("bible.data"))).Folder, BibleFiles.FileName);
        File.Move(text, folder.In("text"));
        Assert.That((await InstallAsync(folder.In("text"))).WasThere, Is.False);
        Assert.That(File.ReadAllBytes(text), Is.EqualTo(File.ReadAllBytes(folder.In("text"))));
    }

    [Test]
    public void A_damaged_file_is_an_error_and_leaves_nothing()
    {
        var whole = File.ReadAllBytes(Package());
        ExpectError(whole[..40], "is damaged: received a part of its table");
        ExpectError(whole[..1_000_000], "is damaged: received block 39 from 997466 to 1024331 of 1000000");
        var damaged = whole.ToArray();
        damaged.AsSpan(100_000, 1_000).Fill(0xAA);
        ExpectError(damaged, "is damaged: ");
        damaged = whole.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(damaged.AsSpan(84), -1);
        ExpectError(damaged, "is damaged: received 68 blocks of -1 bytes");
        ExpectError(Encoding.ASCII.GetBytes("not the Bible"), "received 13 bytes, allowed: 4,139,038");
    }

    [Test]
    public void A_missing_file_is_an_error() =>
        Assert.That(async () => await InstallAsync(folder.In("nowhere")), Throws.TypeOf<DataException>()
            .With.Message.EqualTo($"{folder.In("nowhere")}: no such file"));

    [Test]
    public void A_missing_package_is_an_error_that_names_it()
    {
        var package = DataSets.BibleKjv.Package! with { File = folder.In("bible.data") };
        Assert.That(async () => await new DataInstaller().InstallAsync(DataSets.BibleKjv with { Package = package }),
            Throws.TypeOf<DataException>().With.Message.Contains("no such file")
                .And.Message.Contains("apt-get install bible-kjv-text"));
    }

    [Test]
    public void A_text_that_is_not_installed_is_an_error_that_says_how() =>
        Assert.That(() => TextSets.Find(DataSets.BibleKjv.Name), Throws.TypeOf<DataException>()
            .With.Message.Contains("nf data install bible_kjv"));

    private void ExpectError(byte[] file, string message)
    {
        var path = folder.Write("damaged", file);
        Assert.That(async () => await InstallAsync(path), Throws.TypeOf<DataException>()
            .With.Message.StartsWith($"{path}: {message}"));
        Assert.That(Directory.EnumerateFileSystemEntries(folder.In("target")), Is.Empty, "left behind");
    }
}
