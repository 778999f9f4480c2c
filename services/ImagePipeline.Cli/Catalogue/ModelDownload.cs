using System.Net;
using System.Net.Http.Headers;

namespace ImagePipeline.Cli.Catalogue;

/// <summary>
/// Fetches one large file: goes on where an earlier attempt ended (RFC 9110, sections 13.1.5 and 14.2), takes no more than it was told
/// to, and gives the file its name only once its digest is right.
/// </summary>
/// <remarks>Redirects are followed here, not by the client, so that each address is looked at: none may lead to an unsafe one.</remarks>
public sealed class ModelDownload : IDisposable
{
    const int MostRedirects = 10;
    const int BufferBytes = 1 << 17;

    // Attempts in a row that bring not one byte.
    const int MostFruitless = 3;

    static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    readonly HttpClient _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(30),
    })
    {
        // The whole file may take hours; what must not be is silence.
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Fetches a file, however many attempts that takes while each brings something.</summary>
    /// <param name="request">What is fetched.</param>
    /// <param name="progress">Told the bytes so far and all of them (null while unknown).</param>
    /// <param name="cancel">Stops it; what came is kept.</param>
    /// <returns>The digest of the file, whether or not one was asked for.</returns>
    /// <exception cref="DownloadException">The server refuses, the file is too large or another, or nothing comes any more.</exception>
    public async Task<string> FetchAsync(DownloadRequest request, Action<long, long?> progress, CancellationToken cancel)
    {
        using var part = PartialFile.Open(request.Destination);
        for (var fruitless = 0; ;)
        {
            var before = part.Length;
            try
            {
                await AttemptAsync(request, part, progress, cancel);
                return await FinishAsync(request, part, cancel);
            }
            catch (Exception fault) when (IsBroken(fault) && !cancel.IsCancellationRequested)
            {
                fruitless = part.Length > before ? 0 : fruitless + 1;
                if (fruitless == MostFruitless)
                {
                    throw new DownloadException(
                        $"{request.Address} cannot be fetched{(part.Length > 0 ? $" beyond {part.Length:N0} bytes" : "")}: {fault.Message} "
                        + "What came is kept; run the same command again to go on.", fault);
                }

                await Task.Delay(Pause, cancel);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    static bool IsBroken(Exception fault) =>
        fault is IOException or OperationCanceledException or HttpRequestException { StatusCode: null or >= HttpStatusCode.InternalServerError };

    static async Task<string> FinishAsync(DownloadRequest request, PartialFile part, CancellationToken cancel)
    {
        var digest = await part.DigestAsync(cancel);
        if (request.Sha256 is { } expected && digest != expected)
        {
            part.Delete();
            throw new DownloadException(
                $"what came from {request.Address} has SHA-256 {digest}, not {expected}, and was deleted. Run it again in case it was damaged "
                + "on its way; if the digest stays, the file there is another one: ask its publisher, or name a mirror with --url.");
        }

        part.Finish(request.Destination);
        return digest;
    }

    /// <summary>One request, to its end.</summary>
    async Task AttemptAsync(DownloadRequest request, PartialFile part, Action<long, long?> progress, CancellationToken cancel)
    {
        using var answer = await AskAsync(request.Address, part, cancel);
        if (answer.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            if (answer.Content.Headers.ContentRange?.Length == part.Length)
            {
                return;
            }

            part.Restart(request.Address, tag: null);
            throw new IOException("the server has fewer bytes than came before; it is fetched from the beginning.");
        }

        Check(request, answer);
        var range = answer.Content.Headers.ContentRange;
        if (answer.StatusCode != HttpStatusCode.PartialContent || range?.From != part.Length)
        {
            if (answer.StatusCode == HttpStatusCode.PartialContent)
            {
                throw new DownloadException($"{request.Address} answered with bytes {range?.From} on, not {part.Length} on. Delete "
                    + $"{request.Destination}.part and run it again.");
            }

            part.Restart(request.Address, answer.Headers.ETag);
        }

        var all = range?.Length ?? part.Length + answer.Content.Headers.ContentLength;
        if (all > request.MostBytes)
        {
            throw TooLarge(request, part, all.Value);
        }

        await ReadAsync(request, answer, part, all, progress, cancel);
        if (all is { } whole && part.Length < whole)
        {
            throw new IOException($"{whole - part.Length:N0} bytes are missing.");
        }
    }

    async Task<HttpResponseMessage> AskAsync(Uri address, PartialFile part, CancellationToken cancel)
    {
        var at = address;
        for (var redirects = 0; redirects <= MostRedirects; redirects++)
        {
            if (!DownloadRequest.IsSafe(at))
            {
                throw new DownloadException($"{address} leads to {at}, which is not HTTPS; nothing was fetched from there.");
            }

            using var message = new HttpRequestMessage(HttpMethod.Get, at);
            if (part.TagOf(address) is { } tag)
            {
                message.Headers.Range = new RangeHeaderValue(part.Length, null);
                message.Headers.IfRange = new RangeConditionHeaderValue(tag);
            }

            var answer = await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancel);
            if ((int)answer.StatusCode is not (301 or 302 or 303 or 307 or 308) || answer.Headers.Location is not { } location)
            {
                return answer;
            }

            answer.Dispose();
            at = new Uri(at, location);
        }

        throw new DownloadException($"{address} leads on and on: more than {MostRedirects} redirects.");
    }

    static void Check(DownloadRequest request, HttpResponseMessage answer)
    {
        switch (answer.StatusCode)
        {
            case HttpStatusCode.OK or HttpStatusCode.PartialContent:
                return;
            case HttpStatusCode.NotFound or HttpStatusCode.Gone:
                throw new DownloadException(
                    $"{request.Address} is not there ({(int)answer.StatusCode}). Name another address of the same file with --url.");
            case >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests:
                throw new HttpRequestException(
                    $"the server answered {(int)answer.StatusCode}.", inner: null, HttpStatusCode.InternalServerError);
            default:
                throw new DownloadException(
                    $"{request.Address} answered {(int)answer.StatusCode} {answer.ReasonPhrase}. Name another address with --url.");
        }
    }

    static async Task ReadAsync(
        DownloadRequest request, HttpResponseMessage answer, PartialFile part, long? all, Action<long, long?> progress,
        CancellationToken cancel)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(cancel);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var buffer = new byte[BufferBytes];
        while (true)
        {
            patience.CancelAfter(Silence);
            var read = await body.ReadAsync(buffer, patience.Token);
            if (read == 0)
            {
                return;
            }

            if (part.Length + read > request.MostBytes)
            {
                throw TooLarge(request, part, part.Length + read);
            }

            await part.WriteAsync(buffer.AsMemory(0, read), cancel);
            progress(part.Length, all);
        }
    }

    static DownloadException TooLarge(DownloadRequest request, PartialFile part, long bytes)
    {
        part.Delete();
        return new DownloadException(
            $"{request.Address} has {bytes:N0} bytes or more; at most {request.MostBytes:N0} were expected, so it is another file. "
            + "If it is the right one, raise the limit with --max-bytes.");
    }
}
