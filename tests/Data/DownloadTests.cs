using System.Net;
using NeuralFramework.Data;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class DownloadTests
{
    private static readonly byte[] Archive = SmallSet.Archive;

    private DataFolder folder = null!;
    private HttpClient client = null!;

    private string PartFile => folder.In("small.tar.gz.part");

    [SetUp]
    public void CreateFolder()
    {
        folder = new DataFolder();
        // A proxy of the machine's settings has no business with 127.0.0.1.
        client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
    }

    [TearDown]
    public void RemoveFolder()
    {
        client.Dispose();
        folder.Dispose();
    }

    private Task<InstallResult> InstallAsync(DataServer server, IProgress<InstallProgress>? progress = null,
        CancellationToken cancel = default) =>
        new DataInstaller(client).InstallAsync(SmallSet.Info with { Url = server.Url }, folder.Path, null, progress,
            cancel);

    private void AssertInstalled()
    {
        Assert.That(File.ReadAllBytes(folder.In("small-bin", "a.bin")), Is.EqualTo(SmallSet.A));
        Assert.That(File.ReadAllBytes(folder.In("small-bin", "b.bin")), Is.EqualTo(SmallSet.B));
        Assert.That(Directory.EnumerateFileSystemEntries(folder.Path), Has.Exactly(1).Items, "left behind");
    }

    private void AssertNothingInstalled() => Assert.That(Directory.EnumerateDirectories(folder.Path), Is.Empty);

    [Test]
    public async Task A_download_is_installed_and_reports_its_progress()
    {
        using var server = new DataServer(context => DataServer.SendFile(context, Archive));
        var reports = new List<InstallProgress>();
        var result = await InstallAsync(server, new DataInstallerTests.Reports(reports.Add));
        Assert.That(result.WasThere, Is.False);
        AssertInstalled();
        Assert.That(reports[0], Is.EqualTo(new InstallProgress(InstallStage.Downloading, 0, Archive.Length)));
        Assert.That(reports, Does.Contain(new InstallProgress(InstallStage.Downloading, Archive.Length,
            Archive.Length)));
        Assert.That(reports[^1].Stage, Is.EqualTo(InstallStage.Unpacking));
    }

    [Test]
    public async Task A_broken_connection_keeps_what_arrived_and_the_next_run_continues()
    {
        using (var breaking = new DataServer(context =>
        {
            context.Response.ContentLength64 = Archive.Length;
            context.Response.OutputStream.Write(Archive, 0, 100_000);
            context.Response.OutputStream.Flush();
            // Not before the client has it: an aborted connection may lose what is under way.
            SpinWait.SpinUntil(() => File.Exists(PartFile) && new FileInfo(PartFile).Length == 100_000);
            context.Response.Abort();
        }))
            Assert.That(async () => await InstallAsync(breaking), Throws.TypeOf<DataException>().With.Message
                .StartsWith($"{breaking.Url}: the download stopped after 100,000 bytes: ").And.Message
                .Contains("Run the command again to continue it"));
        Assert.That(File.ReadAllBytes(PartFile), Is.EqualTo(Archive[..100_000]));
        AssertNothingInstalled();

        using var server = new DataServer(context => DataServer.SendFile(context, Archive));
        var reports = new List<InstallProgress>();
        await InstallAsync(server, new DataInstallerTests.Reports(reports.Add));
        Assert.That(server.Ranges, Is.EqualTo(new[] { "bytes=100000-" }));
        Assert.That(reports[0], Is.EqualTo(new InstallProgress(InstallStage.Downloading, 100_000, Archive.Length)));
        AssertInstalled();
    }

    [Test]
    public async Task A_server_that_does_not_know_ranges_sends_everything_again()
    {
        folder.Write("small.tar.gz.part", Archive[..5000]);
        using var server = new DataServer(context => DataServer.Send(context, Archive));
        await InstallAsync(server);
        AssertInstalled();
    }

    [Test]
    public async Task A_download_that_is_complete_is_not_repeated()
    {
        folder.Write("small.tar.gz.part", Archive);
        using var server = new DataServer(context => DataServer.SendFile(context, Archive));
        await InstallAsync(server);
        Assert.That(server.Ranges, Has.Count.EqualTo(1));
        AssertInstalled();
    }

    [Test]
    public async Task A_part_longer_than_the_file_is_started_over()
    {
        folder.Write("small.tar.gz.part", [.. Archive, 0, 0, 0]);
        using var server = new DataServer(context => DataServer.SendFile(context, Archive));
        await InstallAsync(server);
        Assert.That(server.Ranges, Is.EqualTo(new[] { $"bytes={Archive.Length + 3}-", null }));
        AssertInstalled();
    }

    [Test]
    public void Another_range_than_the_one_asked_for_is_an_error()
    {
        folder.Write("small.tar.gz.part", Archive[..5000]);
        using var server = new DataServer(context =>
        {
            context.Response.StatusCode = 206;
            context.Response.AddHeader("Content-Range", $"bytes 10-{Archive.Length - 1}/{Archive.Length}");
            DataServer.Send(context, Archive.AsSpan(10));
        });
        Assert.That(async () => await InstallAsync(server), Throws.TypeOf<DataException>().With.Message
            .EqualTo($"{server.Url}: received the range bytes 10-{Archive.Length - 1}/{Archive.Length}, allowed: from "
            + "5000 on"));
    }

    [Test]
    public void A_wrong_checksum_removes_the_download_so_that_the_next_run_starts_over()
    {
        byte[] changed = [.. SmallSet.B[..^1], (byte)~SmallSet.B[^1]];
        var archive = SmallSet.Pack(SmallSet.Regular("a.bin", SmallSet.A), SmallSet.Regular("b.bin", changed));
        using var server = new DataServer(context => DataServer.SendFile(context, archive));
        Assert.That(async () => await InstallAsync(server), Throws.TypeOf<DataException>().With.Message
            .Contains("entry 'b.bin': received the MD5").And.Message.Contains("The download was removed"));
        Assert.That(Directory.EnumerateFileSystemEntries(folder.Path), Is.Empty);
    }

    [TestCase(404)]
    [TestCase(503)]
    public void A_refusal_is_an_error_that_names_address_and_status(int status)
    {
        using var server = new DataServer(context =>
        {
            context.Response.StatusCode = status;
            context.Response.Close();
        });
        Assert.That(async () => await InstallAsync(server), Throws.TypeOf<DataException>().With.Message
            .StartsWith($"{server.Url}: received {status} (").And.Message.Contains("--from"));
        AssertNothingInstalled();
    }

    [Test]
    public void A_server_that_is_not_there_is_an_error()
    {
        var server = new DataServer(_ => { });
        server.Dispose();
        Assert.That(async () => await InstallAsync(server), Throws.TypeOf<DataException>().With.Message
            .StartsWith($"{server.Url}: the download stopped after 0 bytes: "));
    }

    [Test]
    public void Stopped_it_keeps_what_arrived()
    {
        using var stop = new CancellationTokenSource();
        using var server = new DataServer(context => DataServer.SendFile(context, Archive));
        var progress = new DataInstallerTests.Reports(report =>
        {
            if (report.Done > 0)
                stop.Cancel();
        });
        Assert.That(async () => await InstallAsync(server, progress, stop.Token),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(new FileInfo(PartFile).Length, Is.GreaterThan(0));
        AssertNothingInstalled();
    }
}
