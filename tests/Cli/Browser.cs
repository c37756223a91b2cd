using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using NUnit.Framework;

namespace NeuralFramework.Tests;

/// <summary>A page in Chromium without a window, led through its protocol for developers.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private const string Announcement = "DevTools listening on ";

    private readonly TempFolder profile;
    private readonly ClientWebSocket socket = new();
    private readonly Process process;
    private int lastId;
    private string? session;

    private Browser(Process process, TempFolder profile) => (this.process, this.profile) = (process, profile);

    /// <summary>Opens a page; the test is passed over where there is no Chromium.</summary>
    public static async Task<Browser> Open(string address, int width, bool isDark)
    {
        var program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(folder => new[] { "chromium", "chromium-browser", "google-chrome" }
                .Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
        if (program is null)
            Assert.Ignore("there is no Chromium on the path; Debian: apt-get install chromium");
        var profile = new TempFolder();
        var start = new ProcessStartInfo(program!)
        {
            RedirectStandardError = true,
            ArgumentList =
            {
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                "--remote-debugging-port=0", $"--user-data-dir={profile.Path}", "about:blank",
            },
        };
        var browser = new Browser(Process.Start(start)!, profile);
        await browser.socket.ConnectAsync(new Uri(await browser.Listening()), CancellationToken.None);
        var target = await browser.Send("Target.createTarget", new JsonObject { ["url"] = "about:blank" });
        var attached = await browser.Send("Target.attachToTarget", new JsonObject
        {
            ["targetId"] = (string)target["targetId"]!, ["flatten"] = true,
        });
        browser.session = (string)attached["sessionId"]!;
        await browser.Send("Emulation.setDeviceMetricsOverride", new JsonObject
        {
            ["width"] = width, ["height"] = 900, ["deviceScaleFactor"] = 1, ["mobile"] = false,
        });
        await browser.Send("Emulation.setEmulatedMedia", new JsonObject
        {
            ["features"] = new JsonArray(new JsonObject
            {
                ["name"] = "prefers-color-scheme", ["value"] = isDark ? "dark" : "light",
            }),
        });
        await browser.Send("Page.navigate", new JsonObject { ["url"] = address });
        await browser.Until("document.readyState === 'complete' && location.href !== 'about:blank'");
        return browser;
    }

    /// <summary>What an expression of JavaScript comes to.</summary>
    public async Task<JsonNode?> Evaluate(string expression)
    {
        var answer = await Send("Runtime.evaluate", new JsonObject
        {
            ["expression"] = expression, ["returnByValue"] = true,
        });
        return answer["result"]?["value"];
    }

    /// <summary>Waits until an expression is true.</summary>
    public async Task Until(string expression)
    {
        while (await Evaluate(expression) is not JsonValue value || !value.TryGetValue<bool>(out var isTrue) || !isTrue)
            await Task.Delay(50);
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        socket.Dispose();
        profile.Dispose();
    }

    private async Task<string> Listening()
    {
        while (await process.StandardError.ReadLineAsync() is { } line)
            if (line.StartsWith(Announcement, StringComparison.Ordinal))
            {
                // What nobody reads would stop it when the pipe is full.
                _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null);
                return line[Announcement.Length..];
            }
        throw new InvalidOperationException("Chromium ended without saying where it listens");
    }

    private async Task<JsonObject> Send(string method, JsonObject parameters)
    {
        var id = ++lastId;
        var message = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters };
        if (session is not null)
            message["sessionId"] = session;
        await socket.SendAsync(Encoding.UTF8.GetBytes(message.ToJsonString()), WebSocketMessageType.Text,
            endOfMessage: true, CancellationToken.None);
        while (true)
        {
            var answer = await Receive();
            if ((int?)answer["id"] == id)
                return answer["result"]?.AsObject()
                    ?? throw new InvalidOperationException($"{method}: {answer["error"]?.ToJsonString()}");
        }
    }

    private async Task<JsonObject> Receive()
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[1 << 16];
        WebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(buffer, CancellationToken.None);
            bytes.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return JsonNode.Parse(bytes.ToArray())!.AsObject();
    }
}
