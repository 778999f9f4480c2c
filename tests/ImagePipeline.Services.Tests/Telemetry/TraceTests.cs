using System.Security.Cryptography;
using ImagePipeline.Hosting.Telemetry;
using ImagePipeline.Imaging.Samples;
using ImagePipeline.Services.Tests.Pipeline;
using ImagePipeline.Storage;

namespace ImagePipeline.Services.Tests.Telemetry;

/// <summary>One trace follows one image through every stage, although stages work on batches.</summary>
[Collection(nameof(OnPipeline))]
public sealed class TraceTests(PipelineFixture pipeline) : IAsyncLifetime
{
    readonly string _folder = Directory.CreateTempSubdirectory("ip-traces-").FullName;

    public async ValueTask InitializeAsync() => await pipeline.ResetAsync();

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Every_stage_of_an_image_is_in_its_own_trace()
    {
        const int images = 12;
        for (var scene = 0; scene < images; scene++)
        {
            var picture = RgbPicture.Scene(scene + 400, 160, 120);
            await File.WriteAllBytesAsync(
                Path.Combine(_folder, $"{scene}.png"), Imaging.ImageEncoder.ToPng(picture.Rgb, 160, 120), TestContext.Current.CancellationToken);
        }

        using var spans = new Spans(Written());
        await pipeline.RunAsync(_folder);

        var byImage = spans.Ended.GroupBy(span => span.Image).ToArray();
        Assert.Equal(images, byImage.Length);
        Assert.All(byImage, ofImage =>
        {
            Assert.Equal(
                [$"embed:{pipeline.ModelId}", "hash", "ingest", $"relate:{pipeline.ModelId}", "relate:hash"],
                ofImage.Select(span => span.Stage).Order(StringComparer.Ordinal));
            Assert.Single(ofImage.Select(span => span.Span.TraceId).Distinct());
        });
        Assert.Equal(images, byImage.Select(ofImage => ofImage.First().Span.TraceId).Distinct().Count());
    }

    /// <summary>What the files will be known by.</summary>
    HashSet<Guid> Written() =>
        [.. Directory.GetFiles(_folder).Select(file => ImageIdentity.FromSha256(SHA256.HashData(File.ReadAllBytes(file))))];

    [Fact]
    public async Task The_listing_says_where_its_time_goes()
    {
        await File.WriteAllBytesAsync(
            Path.Combine(_folder, "1.png"), Imaging.ImageEncoder.ToPng(RgbPicture.Scene(450, 160, 120).Rgb, 160, 120),
            TestContext.Current.CancellationToken);

        using var meters = new PrometheusMeters();
        await pipeline.RunAsync(_folder);
        var text = new StringWriter();
        meters.Write(text);

        foreach (var part in new[] { "fetch", "decode", "write" })
        {
            Assert.Matches($"imagepipeline_stage_{part}_duration_seconds_count{{stage=\"ingest\"}} [1-9]", text.ToString());
        }
    }

    [Fact]
    public async Task A_stage_says_what_became_of_an_image()
    {
        var picture = RgbPicture.Scene(500, 320, 240);
        var whole = Imaging.ImageEncoder.ToPng(picture.Rgb, 320, 240);
        // Whole by its header and its end, so that only decoding finds the damage.
        Array.Fill(whole, (byte)0x55, whole.Length / 2, whole.Length / 4);
        await File.WriteAllBytesAsync(Path.Combine(_folder, "damaged.png"), whole, TestContext.Current.CancellationToken);

        using var spans = new Spans(Written());
        await pipeline.RunAsync(_folder);

        var hash = Assert.Single(spans.Ended, span => span.Stage == "hash").Span;
        Assert.Equal("rejected", hash.GetTagItem("outcome"));
        Assert.Contains((string)hash.GetTagItem("reason")!, Imaging.RejectionReason.All);
    }
}
