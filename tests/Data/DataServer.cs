using System.Net;
using System.Net.Sockets;

namespace NeuralFramework.Tests;

/// <summary>A web server on this machine that hands each request to a function and remembers its Range
/// header.</summary>
internal sealed class DataServer : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly CancellationTokenSource stop = new();
    private readonly Task loop;

    public DataServer(Action<HttpListenerContext> answer)
    {
        Url = new Uri($"http://127.0.0.1:{FreePort()}/small.tar.gz");
        listener.Prefixes.Add(Url.GetLeftPart(UriPartial.Authority) + "/");
        listener.Start();
        loop = Task.Run(() => ServeAsync(answer));
    }

    public Uri Url { get; }

    public List<string?> Ranges { get; } = [];

    /// <summary>Answers with a file, or the part of it that was asked for, as servers do.</summary>
    public static void SendFile(HttpListenerContext context, byte[] file)
    {
        var range = context.Request.Headers["Range"];
        var from = range is null ? 0 : int.Parse(range["bytes=".Length..^1]);
        if (from >= file.Length)
        {
            context.Response.StatusCode = 416;
            context.Response.AddHeader("Content-Range", $"bytes */{file.Length}");
            context.Response.Close();
            return;
        }
        if (range is not null)
        {
            context.Response.StatusCode = 206;
            context.Response.AddHeader("Content-Range", $"bytes {from}-{file.Length - 1}/{file.Length}");
        }
        Send(context, file.AsSpan(from));
    }

    public static void Send(HttpListenerContext context, ReadOnlySpan<byte> bytes)
    {
        context.Response.ContentLength64 = bytes.Length;
        context.Response.OutputStream.Write(bytes);
        context.Response.Close();
    }

    public void Dispose()
    {
        // The listener forgets a wait that begins while it is being closed, so the loop is ended first.
        stop.Cancel();
        loop.Wait();
        listener.Close();
        stop.Dispose();
    }

    private async Task ServeAsync(Action<HttpListenerContext> answer)
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync().WaitAsync(stop.Token);
            }
            catch (OperationCanceledException)
            {
                // The test is over.
                return;
            }
            Ranges.Add(context.Request.Headers["Range"]);
            answer(context);
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
