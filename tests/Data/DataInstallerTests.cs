using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using NeuralFramework.Data;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class DataInstallerTests
{
    private DataFolder folder = null!;

    [SetUp]
    public void CreateFolder() => folder = new DataFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    private Task<InstallResult> InstallAsync(byte[] archive) =>
        new DataInstaller().InstallAsync(SmallSet.Info, folder.In("target"), folder.Write("small.tar.gz", archive));

    private void ExpectError(byte[] archive, string message)
    {
        Assert.That(async () => await InstallAsync(archive), Throws.TypeOf<DataException>().With.Message
            .EqualTo($"{folder.In("small.tar.gz")}: {message}"));
        Assert.That(Directory.EnumerateFileSystemEntries(folder.In("target")), Is.Empty, "left behind");
    }

    private void AssertInstalled()
    {
        Assert.That(File.ReadAllBytes(folder.In("target", "small-bin", "a.bin")), Is.EqualTo(SmallSet.A));
        Assert.That(File.ReadAllBytes(folder.In("target", "small-bin", "b.bin")), Is.EqualTo(SmallSet.B));
        Assert.That(Directory.EnumerateFileSystemEntries(folder.In("target")), Has.Exactly(1).Items, "left behind");
    }

    [Test]
    public async Task An_archive_that_is_here_is_unpacked_and_its_members_moved_into_place()
    {
        var result = await InstallAsync(SmallSet.Archive);
        Assert.That(result, Is.EqualTo(new InstallResult(folder.In("target", "small-bin"), WasThere: false)));
        AssertInstalled();
        Assert.That(File.Exists(folder.In("target", "small-bin", "readme.html")), Is.False);
    }

    [TestCase('x')]
    [TestCase('g')]
    [TestCase('L')]
    public void A_header_that_claims_a_description_of_gigabytes_is_refused_before_memory_is_asked_for(char type)
    {
        var header = new byte[512];
        header[0] = (byte)'p';
        Encoding.ASCII.GetBytes("0000644\00000000\00000000\017777777777\000000000000\0        ").CopyTo(header, 100);
        header[156] = (byte)type;
        Encoding.ASCII.GetBytes("ustar\000").CopyTo(header, 257);
        Encoding.ASCII.GetBytes(Convert.ToString(header.Sum(value => value), 8).PadLeft(6, '0') + "\0").CopyTo(header, 148);
        ExpectError(DataFolder.Gzip([.. header, .. new byte[1024]]),
            $"received an entry of type '{type}' with 2,147,483,647 bytes of description, allowed: at most 1,048,576");
    }

    [Test]
    public async Task A_valid_installation_is_left_as_it_is()
    {
        await InstallAsync(SmallSet.Archive);
        var result = await InstallAsync([]);
        Assert.That(result, Is.EqualTo(new InstallResult(folder.In("target", "small-bin"), WasThere: true)));
    }

    [Test]
    public async Task Files_directly_in_the_target_count_as_installed()
    {
        folder.Write("target/a.bin", SmallSet.A);
        folder.Write("target/b.bin", SmallSet.B);
        Assert.That((await InstallAsync([])).Folder, Is.EqualTo(folder.In("target")));
    }

    [Test]
    public async Task A_damaged_installation_is_repaired_and_other_files_stay()
    {
        await InstallAsync(SmallSet.Archive);
        folder.Write("target/small-bin/b.bin", "damaged");
        folder.Write("target/small-bin/notes.txt", "mine");
        var result = await InstallAsync(SmallSet.Archive);
        Assert.That(result.WasThere, Is.False);
        AssertInstalled();
        Assert.That(File.ReadAllText(folder.In("target", "small-bin", "notes.txt")), Is.EqualTo("mine"));
    }

    [Test]
    public async Task Without_a_target_the_set_goes_to_the_install_folder()
    {
        var archive = folder.Write("small.tar.gz", SmallSet.Archive);
        var result = await new DataInstaller().InstallAsync(SmallSet.Info, from: archive);
        Assert.That(result.Folder, Is.EqualTo(folder.In("small-bin")));
    }

    [Test]
    public async Task An_archive_without_the_folder_is_accepted()
    {
        await InstallAsync(SmallSet.Pack(SmallSet.Regular("./a.bin", SmallSet.A),
            SmallSet.Regular("./b.bin", SmallSet.B)));
        AssertInstalled();
    }

    [TestCase("../evil.bin")]
    [TestCase("small-bin/../../evil.bin")]
    [TestCase("/tmp/evil.bin")]
    [TestCase("..\\evil.bin")]
    [TestCase("C:\\evil.bin")]
    public void A_path_that_leaves_the_folder_is_refused(string name) =>
        ExpectError(SmallSet.Pack(SmallSet.Regular("small-bin/a.bin", SmallSet.A), SmallSet.Regular(name, SmallSet.B)),
            $"received the entry '{name}', whose path leaves the folder; allowed: relative paths without ..");

    [TestCase(TarEntryType.SymbolicLink)]
    [TestCase(TarEntryType.HardLink)]
    public void Links_are_refused(TarEntryType type) =>
        ExpectError(SmallSet.Pack(SmallSet.Link(type, "small-bin/a.bin", "/etc/passwd")),
            $"received the entry 'small-bin/a.bin' of type {type}, allowed: files and folders");

    [TestCase(TarEntryType.CharacterDevice)]
    [TestCase(TarEntryType.Fifo)]
    public void Devices_are_refused(TarEntryType type) =>
        ExpectError(SmallSet.Pack(new PaxTarEntry(type, "small-bin/a.bin")),
            $"received the entry 'small-bin/a.bin' of type {type}, allowed: files and folders");

    [Test]
    public void Missing_members_are_named() =>
        ExpectError(SmallSet.Pack(SmallSet.Regular("small-bin/a.bin", SmallSet.A)),
            "lacks b.bin; allowed: an archive with all 2 files of small");

    [Test]
    public void A_member_of_another_length_is_named() =>
        ExpectError(SmallSet.Pack(SmallSet.Regular("small-bin/b.bin", SmallSet.A)),
            "entry 'small-bin/b.bin': received 300,000 bytes, allowed: 1,000");

    [Test]
    public void A_member_with_another_checksum_is_named()
    {
        byte[] changed = [.. SmallSet.B[..^1], (byte)~SmallSet.B[^1]];
        Assert.That(async () => await InstallAsync(SmallSet.Pack(SmallSet.Regular("small-bin/b.bin", changed))),
            Throws.TypeOf<DataException>().With.Message.Contains("entry 'small-bin/b.bin': received the MD5 ")
                .And.Message.EndsWith($", allowed: {SmallSet.Info.Files[1].Md5}"));
        Assert.That(Directory.EnumerateFileSystemEntries(folder.In("target")), Is.Empty);
    }

    [Test]
    public void A_member_that_comes_twice_is_refused() =>
        ExpectError(SmallSet.Pack(SmallSet.Regular("b.bin", SmallSet.B),
            SmallSet.Regular("small-bin/b.bin", SmallSet.B)),
            "received the entry 'small-bin/b.bin' twice, allowed: once");

    [TestCase(0)]
    [TestCase(100)]
    [TestCase(150_000)]
    public void A_truncated_archive_is_an_error_and_leaves_nothing(int length)
    {
        Assert.That(async () => await InstallAsync(SmallSet.Archive[..length]), Throws.TypeOf<DataException>()
            .With.Message.StartsWith(folder.In("small.tar.gz")));
        Assert.That(Directory.EnumerateFileSystemEntries(folder.In("target")), Is.Empty);
    }

    [Test]
    public void Another_format_is_an_error() =>
        Assert.That(async () => await InstallAsync([.. "PK not an archive"u8]), Throws.TypeOf<DataException>()
            .With.Message.StartsWith($"{folder.In("small.tar.gz")}: cannot be unpacked: ").And.Message
            .EndsWith("; allowed: a whole .tar.gz"));

    [Test]
    public void A_missing_archive_is_an_error() =>
        Assert.That(async () => await new DataInstaller().InstallAsync(SmallSet.Info, folder.In("target"),
            folder.In("nowhere")),
            Throws.TypeOf<DataException>().With.Message.EqualTo($"{folder.In("nowhere")}: no such file"));

    [Test]
    public void A_target_that_cannot_be_written_is_an_error()
    {
        folder.Write("target", "a file in the way");
        Assert.That(async () => await InstallAsync(SmallSet.Archive), Throws.TypeOf<DataException>().With.Message
            .StartsWith($"{folder.In("target")}: small cannot be installed: "));
    }

    [Test]
    public void Stopped_it_leaves_nothing()
    {
        using var stop = new CancellationTokenSource();
        var archive = folder.Write("small.tar.gz", SmallSet.Archive);
        var progress = new Reports(_ => stop.Cancel());
        Assert.That(async () => await new DataInstaller().InstallAsync(SmallSet.Info, folder.In("target"), archive,
            progress, stop.Token),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(Directory.EnumerateFileSystemEntries(folder.In("target")), Is.Empty);
    }

    [Test]
    public void Files_without_a_known_checksum_are_refused_by_the_check_of_the_set()
    {
        var info = SmallSet.Info with
        {
            Files = [.. SmallSet.Info.Files.Select(file => file with { Md5 = null })],
            Verify = files => throw new DataException($"{Directory.GetFiles(files).Length} odd files"),
        };
        var archive = folder.Write("small.tar.gz", SmallSet.Archive);
        Assert.That(async () => await new DataInstaller().InstallAsync(info, folder.In("target"), archive),
            Throws.TypeOf<DataException>().With.Message.EqualTo("2 odd files"));
        Assert.That(Directory.EnumerateFileSystemEntries(folder.In("target")), Is.Empty, "left behind");
    }

    [Test]
    public void An_installation_that_the_check_of_the_set_refuses_is_not_valid()
    {
        var info = SmallSet.Info with
        {
            Files = [.. SmallSet.Info.Files.Select(file => file with { Md5 = null })],
            Verify = _ => throw new DataException("odd"),
        };
        folder.Write("target/a.bin", SmallSet.A);
        folder.Write("target/b.bin", SmallSet.B);
        Assert.That(async () => await new DataInstaller().InstallAsync(info, folder.In("target"), folder.In("none")),
            Throws.TypeOf<DataException>().With.Message.EqualTo($"{folder.In("none")}: no such file"));
    }

    [Test]
    public async Task A_download_with_another_checksum_than_the_archives_is_removed()
    {
        using var server = new DataServer(context => DataServer.SendFile(context, SmallSet.Archive));
        var info = SmallSet.Info with { Url = server.Url, ArchiveMd5 = "00" };
        Assert.That(async () => await new DataInstaller().InstallAsync(info, folder.In("target")),
            Throws.TypeOf<DataException>().With.Message.Contains(", allowed: 00").And.Message.Contains("was removed"));
        Assert.That(Directory.EnumerateFileSystemEntries(folder.In("target")), Is.Empty);
        var right = info with { ArchiveMd5 = Convert.ToHexStringLower(MD5.HashData(SmallSet.Archive)) };
        Assert.That((await new DataInstaller().InstallAsync(right, folder.In("target"))).WasThere, Is.False);
        AssertInstalled();
    }

    /// <summary>Unlike <see cref="Progress{T}"/>, reports at once and in order.</summary>
    internal sealed class Reports(Action<InstallProgress> report) : IProgress<InstallProgress>
    {
        public void Report(InstallProgress value) => report(value);
    }
}
