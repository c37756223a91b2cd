using System.Net;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NeuralFramework.Reporting;

namespace NeuralFramework.Cli;

/// <summary>Serves the page of a run to browsers on this machine, and tells them when it has changed.</summary>
internal sealed class LiveServer : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(1);

    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
        + "img-src data:; connect-src 'self'";

    private readonly WebApplication app;
    private readonly LiveReport report;

    private LiveServer(WebApplication app, LiveReport report) => (this.app, this.report) = (app, report);

    /// <summary>Where it is.</summary>
    public string Address => app.Urls.First();

    /// <summary>Begins to serve.</summary>
    /// <param name="report">What is served.</param>
    /// <param name="port">The port; 0: any that is free.</param>
    /// <exception cref="ConfigException">The port is taken.</exception>
    public static async Task<LiveServer> Start(LiveReport report, int port)
    {
        // Empty: no settings are read from files in the current folder or from the environment.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, port));
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = LongestStop);
        var server = new LiveServer(builder.Build(), report);
        server.Map();
        try
        {
            await server.app.StartAsync();
            return server;
        }
        catch (IOException error)
        {
            await server.DisposeAsync();
            throw new ConfigException($"--port: received {port}, which cannot be listened on: {error.Message}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private void Map()
    {
        app.Use(async (context, next) =>
        {
            // A page elsewhere cannot look in by giving this machine a name of its own.
            if (context.Request.Host.Host is not ("127.0.0.1" or "localhost"))
            {
                context.Response.StatusCode = StatusCodes.Status400BadRequest;
                return;
            }
            context.Response.Headers.ContentSecurityPolicy = Policy;
            context.Response.Headers.CacheControl = "no-store";
            await next();
        });
        app.MapGet("/", () => Answer(report.Page));
        app.MapGet("/body", () => Answer(report.Body));
        app.MapGet("/events", (CancellationToken gone) =>
            TypedResults.ServerSentEvents(Changes(gone)));
    }

    private static IResult Answer(Func<string> text)
    {
        try
        {
            return Results.Content(text(), "text/html; charset=utf-8");
        }
        catch (NeuralFrameworkException error)
        {
            return Results.Text(error.Message, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }

    private async IAsyncEnumerable<SseItem<string>> Changes([EnumeratorCancellation] CancellationToken gone)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(gone, app.Lifetime.ApplicationStopping);
        var seen = report.Stamp();
        while (!end.IsCancellationRequested)
        {
            // Not an error: that is how every connection ends.
            await Task.Delay(Interval, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (report.Stamp() is var stamp && stamp != seen)
            {
                seen = stamp;
                yield return new SseItem<string>("changed");
            }
        }
    }
}
