using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ImagePipeline.EndToEnd.Tests;

/// <summary><c>models pull</c> by the program, from a server on this machine. How a file is fetched is shown in Services.Tests/Models.</summary>
public sealed class PullTests : IAsyncLifetime
{
    readonly Workplace _place = new();
    readonly ConcurrentQueue<string> _ranges = new();
    readonly TaskCompletionSource _half = new(TaskCreationOptions.RunContinuationsAsynchronously);
    OwnModel _own = null!;
    WebApplication _server = null!;
    bool _stall;

    string Shelf => Path.Combine(_place.Root, "models");

    string Address => $"{_server.Urls.First()}/mine.onnx";

    public async ValueTask InitializeAsync()
    {
        _own = OwnModel.Write(Path.Combine(_place.Root, "own"));
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _server = builder.Build();
        _server.MapGet("/mine.onnx", ServeAsync);
        await _server.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _place.Dispose();
    }

    [Fact]
    public async Task A_killed_pull_goes_on_where_it_ended_and_the_model_works()
    {
        _stall = true;
        using (var program = Start("models", "pull", "mine", "--manifest", _own.Manifest, "--url", Address))
        {
            await _half.Task.WaitAsync(TimeSpan.FromMinutes(1));
            for (var waited = 0; waited < 600 && PartBytes() < _own.Onnx.Length / 3; waited++)
            {
                await Task.Delay(50);
            }

            program.Kill();
            await program.EndAsync(TimeSpan.FromMinutes(1));
        }

        var left = PartBytes();
        _stall = false;
        var pulled = (await RunAsync("models", "pull", "mine", "--manifest", _own.Manifest, "--url", Address, "--json")).Expect(0).Json;
        var verified = (await RunAsync("models", "verify", "mine", "--json")).Expect(0).Json[0];

        Assert.InRange(left, _own.Onnx.Length / 3, _own.Onnx.Length / 2);
        Assert.Equal(["-", $"bytes={left}-"], _ranges);
        Assert.True(pulled.GetProperty("verified").GetBoolean());
        Assert.Equal(_own.Sha256, pulled.GetProperty("download_sha256").GetString());
        Assert.Equal("mine_1", verified.GetProperty("model").GetString());
        Assert.Empty(Directory.GetFiles(Path.Combine(Shelf, ".download")));
    }

    [Fact]
    public async Task Another_file_than_the_manifest_s_is_deleted_and_nothing_installed()
    {
        _own.Edit(_own.Sha256, new string('0', 64));

        var result = (await RunAsync("models", "pull", "mine", "--manifest", _own.Manifest, "--url", Address)).Expect(3);

        Assert.Contains(_own.Sha256, result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(Shelf, "mine")));
        Assert.Empty(Directory.GetFiles(Path.Combine(Shelf, ".download")));
    }

    [Fact]
    public async Task A_file_without_a_published_digest_is_taken_with_a_warning_only_if_it_is_the_right_model()
    {
        // The catalogue's entry has neither address nor digest; a graph of another size is no such model.
        var result = (await RunAsync("models", "pull", "sscd-resnet50", "--url", Address)).Expect(3);

        Assert.Contains("sscd-resnet50", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(Shelf, "sscd-resnet50")));
    }

    [Fact]
    public async Task A_file_larger_than_the_catalogue_s_is_not_taken()
    {
        var result = (await RunAsync("models", "pull", "dinov2-small", "--url", Address, "--max-bytes", "1MB")).Expect(3);

        Assert.Contains("--max-bytes", result.Error, StringComparison.Ordinal);
    }

    long PartBytes() => new FileInfo(Path.Combine(Shelf, ".download", "mine.onnx.part")) is { Exists: true } part ? part.Length : 0;

    /// <summary>The file, in parts where they are asked for; half of it and then nothing, while it stalls.</summary>
    async Task ServeAsync(HttpContext context)
    {
        var from = (int)(context.Request.GetTypedHeaders().Range?.Ranges.Single().From ?? 0);
        _ranges.Enqueue(context.Request.Headers.Range.ToString() is { Length: > 0 } range ? range : "-");
        context.Response.Headers.ETag = "\"one\"";
        if (from > 0)
        {
            context.Response.StatusCode = StatusCodes.Status206PartialContent;
            context.Response.Headers.ContentRange = $"bytes {from}-{_own.Onnx.Length - 1}/{_own.Onnx.Length}";
        }

        context.Response.ContentLength = _own.Onnx.Length - from;
        var body = _own.Onnx.AsMemory(from);
        if (_stall)
        {
            await context.Response.Body.WriteAsync(body[..(_own.Onnx.Length / 2)], context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            _half.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    ImagePipelineProgram Start(params string[] arguments) => ImagePipelineProgram.Start(
        new Dictionary<string, string> { ["IMAGEPIPELINE_MODELS"] = Shelf }, [.. arguments, "--data", _place.Data, "--no-progress"]);

    async Task<CommandResult> RunAsync(params string[] arguments)
    {
        using var program = Start(arguments);
        return await program.EndAsync(TimeSpan.FromMinutes(2));
    }
}
