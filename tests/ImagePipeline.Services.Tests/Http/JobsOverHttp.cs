using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ImagePipeline.Ingest.Http;

namespace ImagePipeline.Services.Tests.Http;

/// <summary>Jobs ordered and steered over HTTP.</summary>
public sealed class JobsOverHttp(JobsOverHttp.Service shared) : IClassFixture<JobsOverHttp.Service>
{
    IngestProcess Ingest => shared.Process;

    [Theory]
    [InlineData("file:///etc")]
    [InlineData("/etc")]
    [InlineData("../photos")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("https://internal.example/")]
    [InlineData("s3://")]
    [InlineData("s3://secrets/")]
    [InlineData("s3://photos-private/")]
    [InlineData("s3://shared/inbox-of-others/")]
    [InlineData("s3://shared/")]
    [InlineData("S3://photos/")]
    [InlineData("s3://photos\\..\\secrets/")]
    [InlineData("s3://photos@secrets/")]
    public async Task A_source_that_is_not_allowed_is_refused(string source)
    {
        var (status, answer) = await SendAsync("", new { source });

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains("Ingest:AllowedSources", answer.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_allowed_ends_with_its_slash()
    {
        var sources = new SourceOptions { AllowedSources = ["s3://shared/inbox", "s3://photos"] };

        Assert.Equal("s3://shared/inbox/", sources.Resolve("s3://shared/inbox"));
        Assert.Equal("s3://shared/inbox/2026", sources.Resolve("s3://shared/inbox/2026"));
        Assert.Equal("s3://photos/", sources.Resolve("s3://photos"));
        Assert.Null(sources.Resolve("s3://shared/inbo"));
        Assert.Null(new SourceOptions().Resolve("s3://photos/"));
        Assert.Null(new SourceOptions { AllowedSources = ["file:///", "", "s3://"] }.Resolve("s3://photos/"));
    }

    [Theory]
    [InlineData("""{"source": "s3://photos/", "on_errors": "never"}""")]
    [InlineData("""{"source": "s3://photos/", "on_errors": 0}""")]
    [InlineData("""{"source": "s3://photos/", "min_bytes": -1}""")]
    [InlineData("""{"source": "s3://photos/", "min_bytes": 10, "max_bytes": 9}""")]
    [InlineData("""{"source": "s3://photos/", "sourse": 1}""")]
    [InlineData("""{}""")]
    [InlineData("""no json""")]
    public async Task A_wrong_order_is_a_bad_request(string order)
    {
        using var content = new StringContent(order, System.Text.Encoding.UTF8, "application/json");
        using var response = await Ingest.Client.PostAsync("/v1/jobs", content, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_job_is_paused_resumed_cancelled_and_then_stays_so()
    {
        var (created, job) = await SendAsync("", new
        {
            source = "s3://photos/2026/",
            include = new[] { "**/*.jpg" },
            max_bytes = 1_000_000,
            dry_run = true,
            on_errors = 5,
        });
        Assert.Equal(HttpStatusCode.Created, created);
        var id = job.GetProperty("job_id").GetGuid();
        Assert.True(job.GetProperty("dry_run").GetBoolean());
        Assert.Equal(
            "s3 s3://photos/2026/ 5 t",
            await Ingest.RowAsync($"SELECT kind, source, error_limit, dry_run FROM ingest_job WHERE job_id = '{id}'"));

        var paused = await SendAsync($"/{id}/pause");
        var again = await SendAsync($"/{id}/pause");
        Assert.Equal((HttpStatusCode.OK, "paused"), (paused.Status, paused.Answer.GetProperty("state").GetString()));
        Assert.Equal(HttpStatusCode.Conflict, again.Status);
        Assert.Contains("is paused and cannot pause", again.Answer.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync($"/{id}/resume")).Status);
        var cancelled = await SendAsync($"/{id}/cancel");
        Assert.Equal((HttpStatusCode.OK, "cancelled"), (cancelled.Status, cancelled.Answer.GetProperty("state").GetString()));
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync($"/{id}/resume")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync($"/{id}/retry")).Status);

        var one = await Ingest.Client.GetFromJsonAsync<JsonElement>($"/v1/jobs/{id}", TestContext.Current.CancellationToken);
        Assert.Empty(one.GetProperty("reasons").EnumerateArray());
        var all = await Ingest.Client.GetFromJsonAsync<JsonElement>("/v1/jobs?limit=5", TestContext.Current.CancellationToken);
        Assert.Contains(all.GetProperty("jobs").EnumerateArray(), listed => listed.GetProperty("job_id").GetGuid() == id);
    }

    [Fact]
    public async Task An_unknown_job_is_not_found()
    {
        var id = Guid.NewGuid();

        foreach (var verb in new[] { "pause", "resume", "cancel", "retry" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await SendAsync($"/{id}/{verb}")).Status);
        }

        Assert.Equal(HttpStatusCode.NotFound, await Ingest.StatusAsync($"/v1/jobs/{id}"));
        Assert.Equal(HttpStatusCode.NotFound, await Ingest.StatusAsync("/v1/jobs/not-a-key"));
        Assert.Equal(HttpStatusCode.BadRequest, await Ingest.StatusAsync("/v1/jobs?limit=0"));
    }

    [Fact]
    public async Task The_description_names_every_route()
    {
        var document = await Ingest.Client.GetFromJsonAsync<JsonElement>("/openapi/v1.json", TestContext.Current.CancellationToken);

        Assert.Equal(
            [
                "/v1/images post", "/v1/jobs get", "/v1/jobs post", "/v1/jobs/{id} get", "/v1/jobs/{id}/cancel post",
                "/v1/jobs/{id}/pause post", "/v1/jobs/{id}/resume post", "/v1/jobs/{id}/retry post",
            ],
            document.GetProperty("paths").EnumerateObject()
                .SelectMany(path => path.Value.EnumerateObject().Select(verb => $"{path.Name} {verb.Name}"))
                .Order(StringComparer.Ordinal));
        Assert.True(document.GetProperty("paths").GetProperty("/v1/images").GetProperty("post").GetProperty("requestBody")
            .GetProperty("content").TryGetProperty("multipart/form-data", out _));
    }

    async Task<(HttpStatusCode Status, JsonElement Answer)> SendAsync(string path, object? order = null)
    {
        using var response = order is null
            ? await Ingest.Client.PostAsync("/v1/jobs" + path, null, TestContext.Current.CancellationToken)
            : await Ingest.Client.PostAsJsonAsync("/v1/jobs" + path, order, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken));
    }

    /// <summary>A service that is open on loopback; the S3 server it knows does not exist, so jobs stay as they are.</summary>
    public sealed class Service : IAsyncLifetime
    {
        public IngestProcess Process { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Process = await IngestProcess.StartAsync(
                ("Ingest__AllowedSources__0", "s3://photos"), ("Ingest__AllowedSources__1", "s3://shared/inbox"),
                ("S3__ServiceUrl", "http://127.0.0.1:9"), ("AWS_ACCESS_KEY_ID", "nobody"), ("AWS_SECRET_ACCESS_KEY", "nothing"));
            await Process.ReadyAsync();
        }

        public async ValueTask DisposeAsync()
        {
            if (Process is not null)
            {
                await Process.DisposeAsync();
            }
        }
    }
}
