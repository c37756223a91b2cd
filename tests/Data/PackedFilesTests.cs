using System.Security.Cryptography;
using NeuralFramework.Data;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class PackedFilesTests
{
    private static readonly byte[] A = [1, 2, 3, 4];
    private static readonly byte[] B = [5, 6];

    private static readonly DataSetInfo Info = new()
    {
        Name = "two",
        Description = "two files",
        FolderName = "two",
        Url = new Uri("http://127.0.0.1:1/two/"),
        Files = [File("a", A), File("b", B)],
    };

    private DataFolder folder = null!;

    [SetUp]
    public void CreateFolder() => folder = new DataFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    private static DataSetFile File(string name, byte[] bytes) =>
        new(name, bytes.Length, Convert.ToHexStringLower(MD5.HashData(bytes)));

    private Task<InstallResult> TakeAsync() =>
        new DataInstaller().InstallAsync(Info, folder.In("target"), folder.In("here"));

    private void AssertInstalled()
    {
        Assert.That(System.IO.File.ReadAllBytes(folder.In("target", "two", "a")), Is.EqualTo(A));
        Assert.That(System.IO.File.ReadAllBytes(folder.In("target", "two", "b")), Is.EqualTo(B));
        Assert.That(Directory.EnumerateFileSystemEntries(folder.In("target")), Has.Exactly(1).Items, "left behind");
    }

    private void ExpectError(string message)
    {
        Assert.That(async () => await TakeAsync(), Throws.TypeOf<DataException>().With.Message.EqualTo(message));
        Assert.That(Directory.EnumerateFileSystemEntries(folder.In("target")), Is.Empty, "left behind");
    }

    [Test]
    public async Task Files_of_a_folder_are_taken_packed_or_not()
    {
        folder.Write("here/a.gz", DataFolder.Gzip(A));
        folder.Write("here/b", B);
        Assert.That(await TakeAsync(), Is.EqualTo(new InstallResult(folder.In("target", "two"), WasThere: false)));
        AssertInstalled();
        Assert.That((await TakeAsync()).WasThere, Is.True);
    }

    [Test]
    public async Task Files_are_downloaded_one_by_one()
    {
        using var server = new DataServer(context => DataServer.SendFile(context,
            DataFolder.Gzip(context.Request.Url!.AbsolutePath == "/two/a.gz" ? A : B)));
        var info = Info with { Url = new Uri(server.Url, "/two/") };
        var result = await new DataInstaller().InstallAsync(info, folder.In("target"));
        Assert.That(result.WasThere, Is.False);
        AssertInstalled();
    }

    [Test]
    public void A_download_that_is_another_file_is_removed()
    {
        using var server = new DataServer(context => DataServer.SendFile(context, DataFolder.Gzip([1, 2, 3, 5])));
        var info = Info with { Url = new Uri(server.Url, "/two/") };
        Assert.That(async () => await new DataInstaller().InstallAsync(info, folder.In("target")),
            Throws.TypeOf<DataException>().With.Message.StartsWith($"{new Uri(server.Url, "/two/a.gz")}: ")
                .And.Message.Contains("received the MD5 ").And.Message.Contains("The download was removed"));
        Assert.That(Directory.EnumerateFileSystemEntries(folder.In("target")), Is.Empty);
    }

    [Test]
    public void A_missing_file_is_an_error()
    {
        folder.Write("here/a", A);
        ExpectError($"{folder.In("here")}: lacks b and b.gz; allowed: a folder with all 2 files of two");
    }

    [Test]
    public void A_file_that_is_not_the_official_one_is_an_error()
    {
        folder.Write("here/a", [1, 2, 3]);
        ExpectError($"{folder.In("here", "a")}: received 3 bytes, allowed: 4");
        folder.Write("here/a", [1, 2, 3, 5]);
        ExpectError($"{folder.In("here", "a")}: received the MD5 {File("a", [1, 2, 3, 5]).Md5}, allowed: "
            + File("a", A).Md5);
    }

    [Test]
    public void A_file_that_cannot_be_unpacked_is_an_error()
    {
        folder.Write("here/a.gz", A);
        Assert.That(async () => await TakeAsync(), Throws.TypeOf<DataException>().With.Message.StartsWith(
            $"{folder.In("here", "a.gz")}: cannot be unpacked: "));
    }

    [Test]
    public void A_file_for_a_folder_or_nothing_is_an_error()
    {
        ExpectError($"{folder.In("here")}: received no such folder, allowed: a folder with the files of two");
        folder.Write("here", A);
        ExpectError($"{folder.In("here")}: received a file, allowed: a folder with the files of two");
    }

    [Test]
    public async Task Debians_package_has_the_official_Fashion_MNIST()
    {
        const string source = "/usr/share/datasets/fashion-mnist";
        if (!Directory.Exists(source))
            Assert.Ignore("Debian's package dataset-fashion-mnist is not installed");
        var result = await new DataInstaller().InstallAsync(DataSets.FashionMnist, folder.Path, source);
        Assert.That(result.Folder, Is.EqualTo(folder.In("fashion-mnist")));
        var (train, test) = (FashionMnistFiles.LoadFull(DataSplit.Train), FashionMnistFiles.LoadFull(DataSplit.Test));
        Assert.That((train.Count, test.Count), Is.EqualTo((60_000, 10_000)));
        var embedded = FashionMnistFiles.LoadEmbedded(DataSplit.Test);
        Assert.That(test.Pixels[..embedded.Pixels.Length].SequenceEqual(embedded.Pixels));
    }
}
