using System.Net;
using static ImagePipeline.Services.Tests.Http.UploadBodies;

namespace ImagePipeline.Services.Tests.Http;

/// <summary>A service with small limits, for tests that leave nothing behind.</summary>
public sealed class SmallService : IAsyncLifetime
{
    public const int MaxRequestBytes = 3 << 20;

    public IngestProcess Service { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Service = await IngestProcess.StartAsync(
            ("Access__Keys__0__Name", "tests"), ("Access__Keys__0__Key", IngestProcess.Key),
            ("Upload__MaxRequestBytes", $"{MaxRequestBytes}"), ("Upload__MaxImages", "20"));
        await Service.ReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (Service is not null)
        {
            await Service.DisposeAsync();
        }
    }
}

/// <summary>What is not taken, and how that is said.</summary>
public sealed class UploadLimits(SmallService small) : IClassFixture<SmallService>
{
    const int MaxRequestBytes = SmallService.MaxRequestBytes;

    IngestProcess Service => small.Service;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_beyond_the_limit_is_answered_with_its_name(bool tellsLength)
    {
        HttpContent content = tellsLength ? Body(new byte[MaxRequestBytes + 1]) : Chunked(MaxRequestBytes + 1);

        var (status, answer) = await Service.UploadAsync(content);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Equal("Upload:MaxRequestBytes", answer.GetProperty("option").GetString());
        Assert.Equal(MaxRequestBytes, answer.GetProperty("limit").GetInt64());
    }

    [Fact]
    public async Task More_images_than_the_limit_are_answered_with_its_name()
    {
        var (status, answer) = await Service.UploadAsync(
            Form([.. Enumerable.Range(0, 21).Select(n => ($"{n}.png", Png(100 + n)))]));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Equal("Upload:MaxImages", answer.GetProperty("option").GetString());
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/json")]
    [InlineData("video/mp4")]
    public async Task Another_media_type_is_refused(string type)
    {
        var (status, answer) = await Service.UploadAsync(Body(Jpeg(7), type));

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, status);
        Assert.Contains("multipart/form-data", answer.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=never")]
    [InlineData("multipart/form-data; boundary=\"\"")]
    public async Task A_malformed_form_is_the_clients_fault(string type)
    {
        var (status, answer) = await Service.UploadAsync(Body("--other\r\n\r\nx"u8.ToArray(), type));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("form", answer.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("a-key-that-is-not-right")]
    public async Task Without_the_key_nothing_is_taken(string? key)
    {
        var (status, answer) = await Service.UploadAsync(Body(Jpeg(8)), key);

        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Equal(401, answer.GetProperty("status").GetInt32());
        Assert.Equal("0", await Service.RowAsync("SELECT count(*) FROM image"));
    }
}
