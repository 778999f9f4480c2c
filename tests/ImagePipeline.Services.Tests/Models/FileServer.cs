using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ImagePipeline.Services.Tests.Models;

/// <summary>How the server treats its file.</summary>
public sealed record FileManners
{
    /// <summary>Bytes sent by each answer before the connection is cut, in the order of the requests; beyond the list, all.</summary>
    public IReadOnlyList<int> CutAfter { get; init; } = [];

    /// <summary>Whether parts are given, as RFC 9110 section 14 has it.</summary>
    public bool HonoursRange { get; init; } = true;

    /// <summary>Whether the size is told before the bytes come.</summary>
    public bool TellsLength { get; init; } = true;

    /// <summary>The mark of the version; null for none.</summary>
    public string? Tag { get; init; } = "\"one\"";
}

/// <summary>An HTTP server on this machine with one file at <c>/model.onnx</c>, a redirect to it at <c>/moved</c>, and one away from this
/// machine at <c>/astray</c>.</summary>
public sealed class FileServer : IAsyncDisposable
{
    readonly WebApplication _app;
    int _requests;

    FileServer(WebApplication app) => _app = app;

    /// <summary>What is served.</summary>
    public byte[] Content { get; set; } = [];

    /// <summary>How.</summary>
    public FileManners Manners { get; set; } = new();

    /// <summary>The Range header of each request for the file, "-" where there was none.</summary>
    public ConcurrentQueue<string> Ranges { get; } = new();

    /// <summary>An address on the server.</summary>
    public Uri At(string path) => new($"{_app.Urls.First()}/{path}");

    public static async Task<FileServer> StartAsync(byte[] content)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var server = new FileServer(app) { Content = content };
        app.MapGet("/model.onnx", server.ServeAsync);
        app.MapGet("/moved", () => Results.Redirect("/model.onnx"));
        app.MapGet("/astray", () => Results.Redirect("http://example.com/model.onnx"));
        await app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    async Task ServeAsync(HttpContext context)
    {
        var number = Interlocked.Increment(ref _requests) - 1;
        var asked = context.Request.GetTypedHeaders();
        Ranges.Enqueue(context.Request.Headers.Range.ToString() is { Length: > 0 } range ? range : "-");
        var answer = context.Response;
        if (Manners.Tag is { } tag)
        {
            answer.Headers.ETag = tag;
        }

        var from = (int)(asked.Range?.Ranges.Single().From ?? 0);
        var isPart = Manners.HonoursRange && asked.Range is not null && asked.IfRange?.EntityTag?.ToString() == Manners.Tag;
        if (isPart && from >= Content.Length)
        {
            answer.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            answer.Headers.ContentRange = $"bytes */{Content.Length}";
            return;
        }

        if (isPart)
        {
            answer.StatusCode = StatusCodes.Status206PartialContent;
            answer.Headers.ContentRange = $"bytes {from}-{Content.Length - 1}/{Content.Length}";
        }

        var body = Content.AsMemory(isPart ? from : 0);
        if (Manners.TellsLength)
        {
            answer.ContentLength = body.Length;
        }

        var cut = number < Manners.CutAfter.Count ? Manners.CutAfter[number] : body.Length;
        await answer.Body.WriteAsync(body[..Math.Min(cut, body.Length)], context.RequestAborted);
        if (cut < body.Length)
        {
            await answer.Body.FlushAsync(context.RequestAborted);
            // What the other side has not read by then is lost with the connection.
            await Task.Delay(300, context.RequestAborted);
            context.Abort();
        }
    }
}
