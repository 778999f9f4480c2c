using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using ImagePipeline.Imaging.Samples;

namespace ImagePipeline.EndToEnd.Tests.Browser;

/// <summary>60 drawn files, a collection made of them, <c>serve</c> over it and a browser. Tests run one after the other, and take back what
/// they decide.</summary>
public sealed partial class ServedPictures : IAsyncLifetime
{
    const int DeadlineSeconds = 90;

    readonly Workplace _place = new();
    readonly HttpClient _client = new();
    ImagePipelineProgram? _program;
    Chromium? _browser;

    /// <summary>Where it is served.</summary>
    public string Url { get; private set; } = "";

    internal string Data => _place.Data;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (!Chromium.IsThere)
        {
            // Each test says so.
            return;
        }

        Parallel.ForEach(
            SampleFolder.Plan(SampleIndex.Files, seed: 7), new ParallelOptions { MaxDegreeOfParallelism = 2 },
            file => _place.Write(file.Path, file.Bytes()));
        var run = await ImagePipelineProgram.RunAsync("run", _place.Pictures, "--data", _place.Data, "--no-progress", "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        var clusters = await ImagePipelineProgram.RunAsync("cluster", "run", "--data", _place.Data, "--no-progress", "--json");
        Assert.True(clusters.ExitCode == 0, clusters.Error);
        (_program, Url) = await ServeAsync(null);
        _browser = await Chromium.StartAsync();
    }

    /// <summary>A file of the collection.</summary>
    internal string PathOf(string path) => _place.Picture(path);

    /// <summary>What was drawn.</summary>
    internal static IReadOnlyList<SamplePicture> Plan { get; } = [.. SampleFolder.Plan(SampleIndex.Files, seed: 7)];

    /// <summary>Serves the collection once more, with environment variables of its own; or another one.</summary>
    internal async Task<(ImagePipelineProgram Program, string Url)> ServeAsync(
        IReadOnlyDictionary<string, string>? settings, string? data = null)
    {
        var program = ImagePipelineProgram.Start(settings, "serve", "--port", "0", "--data", data ?? _place.Data);
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            if (Serving().Match(program.Error) is { Success: true } match)
            {
                return (program, match.Groups[1].Value);
            }

            Assert.False(program.HasEnded, program.Error);
            Assert.True(Stopwatch.GetElapsedTime(started).TotalSeconds < DeadlineSeconds, program.Error);
            await Task.Delay(50);
        }
    }

    /// <summary>Opens an address in a tab of its own.</summary>
    internal Task<BrowserPage> OpenAtAsync(string url) => _browser!.OpenAsync(url);

    /// <summary>Opens a view in a tab of its own.</summary>
    internal Task<BrowserPage> OpenAsync(string hash, int widthPx = 1280)
    {
        Chromium.Require();
        return _browser!.OpenAsync($"{Url}/{hash}", widthPx);
    }

    /// <summary>An answer of the API.</summary>
    internal async Task<JsonElement> AskAsync(string path) => await _client.GetFromJsonAsync<JsonElement>(new Uri(Url + path));

    /// <summary>Text of an answer.</summary>
    internal Task<string> ReadAsync(string path) => _client.GetStringAsync(new Uri(Url + path));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _program?.Dispose();
        _client.Dispose();
        _place.Dispose();
    }

    [GeneratedRegex(@"serving .* at (http://127\.0\.0\.1:\d+);")]
    private static partial Regex Serving();
}

[CollectionDefinition(nameof(OnServed))]
public sealed class OnServed : ICollectionFixture<ServedPictures>;
