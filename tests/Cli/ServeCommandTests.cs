using System.Net;
using System.Net.Sockets;
using NeuralFramework.Cli;
using NeuralFramework.Reporting;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class ServeCommandTests : CommandLineTest
{
    private string RunPath => Cli.In("run");

    private void Train(params string[] more) =>
        CommandLine.RunJson(["train", Cli.Model, "--run", RunPath, .. more]);

    private Task<LiveServer> Serve() => LiveServer.Start(new LiveReport(RunPath, _ => null), port: 0);

    [Test]
    public async Task The_page_in_a_browser_changes_while_the_training_goes_on()
    {
        Train("--max-iter", "4");
        await using var server = await Serve();
        await using var browser = await Browser.Open(server.Address + "/", width: 1280, isDark: false);
        await browser.Until("document.body.innerText.includes('4 of 4')");
        // Marks the document: a page that was loaded again would have lost it.
        await browser.Evaluate("window.mark = 1; document.querySelector('details').open = true");
        Train("--resume");
        await browser.Until("document.body.innerText.includes('10 of 10')");
        Assert.That((int?)await browser.Evaluate("window.mark"), Is.EqualTo(1));
        Assert.That((bool?)await browser.Evaluate("document.querySelector('details').open"), Is.True);
    }

    [TestCase(1280, false)]
    [TestCase(1280, true)]
    [TestCase(400, false)]
    [TestCase(400, true)]
    public async Task The_report_fits_the_window_and_takes_its_colours(int width, bool isDark)
    {
        Train();
        await using var browser = await Browser.Open(new Uri(Path.Combine(RunPath, "report.html")).AbsoluteUri, width,
            isDark);
        Assert.That((int?)await browser.Evaluate("document.documentElement.scrollWidth"), Is.LessThanOrEqualTo(width));
        Assert.That((string?)await browser.Evaluate("getComputedStyle(document.body).backgroundColor"),
            Is.EqualTo(isDark ? "rgb(18, 22, 28)" : "rgb(243, 245, 248)"));
        Assert.That((int?)await browser.Evaluate("performance.getEntriesByType('resource').filter("
            + "entry => !entry.name.startsWith('data:')).length"), Is.Zero, "nothing is fetched");
        Assert.That((int?)await browser.Evaluate("document.querySelectorAll('figure.chart svg').length"), Is.EqualTo(6));
    }

    [Test]
    public async Task Only_this_machine_by_its_own_name_is_answered()
    {
        Train();
        await using var server = await Serve();
        using var client = new HttpClient();
        Assert.That(new Uri(server.Address).Host, Is.EqualTo("127.0.0.1"));
        using var own = await client.GetAsync(new Uri(server.Address));
        Assert.That(own.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(own.Headers.GetValues("Content-Security-Policy").Single(), Does.StartWith("default-src 'none'"));
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Address) { Headers = { Host = "evil.example" } };
        using var other = await client.SendAsync(request);
        Assert.That(other.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task A_folder_that_is_damaged_meanwhile_is_said_and_the_server_goes_on()
    {
        Train();
        await using var server = await Serve();
        using var client = new HttpClient();
        var log = Path.Combine(RunPath, "log.csv");
        var good = File.ReadAllText(log);
        File.WriteAllText(log, "iteration,seconds\nx,y\n");
        using var bad = await client.GetAsync(new Uri(server.Address + "/body"));
        Assert.That(bad.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(await bad.Content.ReadAsStringAsync(), Does.StartWith(log));
        File.WriteAllText(log, good);
        Assert.That(await client.GetStringAsync(new Uri(server.Address + "/body")), Does.Contain("10 of 10"));
    }

    [Test]
    public void A_folder_without_a_run_is_an_error() =>
        AssertBadInput(Run("serve", Cli.In("no")), $"run: received '{Cli.In("no")}', which is no folder; allowed: ");

    [Test]
    public void A_port_that_is_taken_or_is_none_is_an_error()
    {
        Train();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        AssertBadInput(Run("serve", RunPath, "--port", $"{port}"),
            $"--port: received {port}, which cannot be listened on: ");
        AssertBadInput(Run("serve", RunPath, "--port", "70000"), "--port: received 70000, allowed: 0 to 65535");
    }
}
