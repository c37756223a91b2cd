using System.Net;
using System.Net.Http.Headers;

namespace NeuralFramework.Data;

/// <summary>Downloads a file and continues where an earlier download of it stopped.</summary>
/// <param name="client">The client.</param>
/// <param name="url">The address.</param>
/// <param name="part">The file for what has arrived.</param>
internal sealed class Download(HttpClient client, Uri url, string part)
{
    // A server that sends nothing for so long is not going to.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(60);

    /// <summary>Runs until the file is complete.</summary>
    /// <exception cref="DataException">The server refuses, cannot be reached or falls silent; what has arrived is
    /// kept.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public async Task RunAsync(IProgress<InstallProgress>? progress, CancellationToken cancel)
    {
        await using var file = new FileStream(part, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 0, true);
        await ReceiveAsync(file, progress, cancel);
    }

    private async Task ReceiveAsync(FileStream file, IProgress<InstallProgress>? progress, CancellationToken cancel)
    {
        using var response = await FromNetworkAsync(file, cancel,
            token => new ValueTask<HttpResponseMessage>(SendAsync(file.Length, token)));
        var headers = response.Content.Headers;
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && file.Length > 0)
        {
            if (headers.ContentRange?.Length == file.Length)
                return;
            // What is here is longer than the file there, so it is of another file.
            file.SetLength(0);
            await ReceiveAsync(file, progress, cancel);
            return;
        }
        if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.PartialContent))
            throw new DataException($"{url}: received {(int)response.StatusCode} ({response.ReasonPhrase}), allowed: "
                + "200 or 206; an archive that is here already can be given by --from");
        // A server that does not know ranges sends everything.
        if (response.StatusCode == HttpStatusCode.OK)
            file.SetLength(0);
        else if (headers.ContentRange?.From != file.Length)
            throw new DataException($"{url}: received the range {headers.ContentRange}, allowed: from "
                + $"{file.Length} on");
        await CopyAsync(response, file, file.Length + headers.ContentLength, progress, cancel);
    }

    private Task<HttpResponseMessage> SendAsync(long from, CancellationToken cancel)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (from > 0)
            request.Headers.Range = new RangeHeaderValue(from, null);
        return client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
    }

    private async Task CopyAsync(HttpResponseMessage response, FileStream file, long? total,
        IProgress<InstallProgress>? progress, CancellationToken cancel)
    {
        file.Seek(0, SeekOrigin.End);
        await using var source = await response.Content.ReadAsStreamAsync(cancel);
        var buffer = new byte[128 * 1024];
        while (true)
        {
            progress?.Report(new InstallProgress(InstallStage.Downloading, file.Length, total));
            var count = await FromNetworkAsync(file, cancel, token => source.ReadAsync(buffer, token));
            if (count == 0)
                return;
            await file.WriteAsync(buffer.AsMemory(0, count), cancel);
        }
    }

    /// <summary>Waits for the network, and makes its errors such as name the address.</summary>
    private async Task<TResult> FromNetworkAsync<TResult>(FileStream file, CancellationToken cancel,
        Func<CancellationToken, ValueTask<TResult>> wait)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        silence.CancelAfter(LongestSilence);
        try
        {
            return await wait(silence.Token);
        }
        catch (Exception error) when (error is HttpRequestException or IOException
            || (error is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            var reason = error is OperationCanceledException ? "the server fell silent" : error.Message;
            throw new DataException($"{url}: the download stopped after {file.Length:N0} bytes: "
                + $"{reason}{Environment.NewLine}"
                + "Run the command again to continue it, or give an archive that is here already by --from.", error);
        }
    }
}
