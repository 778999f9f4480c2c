using System.Net;
using System.Text.Json;
using ImagePipeline.Storage;

namespace ImagePipeline.Services.Tests.Search;

/// <summary>Trying again what failed, over HTTP: ordered where a fleet would do it, else said how a person does it.</summary>
[Collection(nameof(OnSearchHost))]
public sealed class Retries(SearchHost host)
{
    [Fact]
    public async Task Beside_the_embedded_database_the_command_is_named_and_no_job_begins()
    {
        var job = await FailAsync(null);
        try
        {
            using var client = await host.StartAsync();
            var status = await ReadAsync(client, "/v1/status");
            var retry = Of(status, job)!.Value;

            using var refused = await client.PostAsync($"/v1/jobs/{job}/retry", null, TestContext.Current.CancellationToken);
            var detail = (await JsonAsync(refused)).GetProperty("detail").GetString();
            using var unknown = await client.PostAsync($"/v1/jobs/{Guid.NewGuid()}/retry", null, TestContext.Current.CancellationToken);

            Assert.Equal(2, retry.GetProperty("files").GetInt32());
            Assert.False(retry.GetProperty("here").GetBoolean());
            Assert.Equal($"imagepipeline jobs retry {job.ToString("n")[..8]} --data '{host.Database.Description}'", retry.GetProperty("command").GetString());
            Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.NotFound), (refused.StatusCode, unknown.StatusCode));
            Assert.Contains(retry.GetProperty("command").GetString()!, detail, StringComparison.Ordinal);
            Assert.Equal(["0"], await host.RowsAsync("SELECT count(*) FROM ingest_job WHERE kind = 'retry'"));
        }
        finally
        {
            await ForgetAsync(job);
        }
    }

    [Fact]
    public async Task In_a_fleet_a_job_begins_once_and_only_over_files_that_its_services_reach()
    {
        var (reached, elsewhere) = (await FailAsync(null), await FailAsync("another-machine"));
        try
        {
            using var client = await host.StartInFleetAsync();

            using var begun = await client.PostAsync($"/v1/jobs/{reached}/retry", null, TestContext.Current.CancellationToken);
            using var twice = await client.PostAsync($"/v1/jobs/{reached}/retry", null, TestContext.Current.CancellationToken);
            using var refused = await client.PostAsync($"/v1/jobs/{elsewhere}/retry", null, TestContext.Current.CancellationToken);
            var status = await ReadAsync(client, "/v1/status");

            Assert.Equal(
                (HttpStatusCode.Created, HttpStatusCode.Conflict, HttpStatusCode.Conflict), (begun.StatusCode, twice.StatusCode, refused.StatusCode));
            Assert.Contains("another-machine", (await JsonAsync(refused)).GetProperty("detail").GetString(), StringComparison.Ordinal);
            Assert.Equal(
                [$"planning {{\"kind\": \"retry\", \"roots\": [\"{reached}\"]}}"],
                await host.RowsAsync("SELECT state, jsonb_build_object('kind', options -> 'kind', 'roots', options -> 'roots') FROM ingest_job WHERE kind = 'retry'"));
            Assert.True(Of(status, reached)!.Value.GetProperty("here").GetBoolean());
            Assert.True(Of(status, reached)!.Value.GetProperty("busy").GetBoolean());
            Assert.Equal("another-machine", Of(status, elsewhere)!.Value.GetProperty("host").GetString());
        }
        finally
        {
            await host.ExecuteAsync("DELETE FROM ingest_job WHERE kind = 'retry'");
            await ForgetAsync(reached);
            await ForgetAsync(elsewhere);
        }
    }

    [Fact]
    public async Task Failures_of_stages_are_counted_by_reason_with_those_of_the_listing()
    {
        var job = await FailAsync(null);
        var image = Guid.Parse(await host.SomeImageAsync());
        await host.ExecuteAsync($"UPDATE image_stage SET state = 'failed', reason = 'unreadable' WHERE stage = 'hash' AND image_id = '{image}'");
        try
        {
            using var client = await host.StartAsync();
            var trouble = (await ReadAsync(client, "/v1/status")).GetProperty("trouble").EnumerateArray()
                .Single(one => one.GetProperty("reason").GetString() == "unreadable");
            var listed = (await ReadAsync(client, "/v1/failures?reason=unreadable")).GetProperty("files").GetArrayLength();

            Assert.Equal(listed, trouble.GetProperty("count").GetInt32());
            Assert.True(listed > 2);
        }
        finally
        {
            await host.ExecuteAsync($"UPDATE image_stage SET state = 'done', reason = NULL WHERE stage = 'hash' AND image_id = '{image}'");
            await ForgetAsync(job);
        }
    }

    /// <summary>A job that ended with two failed files.</summary>
    async Task<Guid> FailAsync(string? machine)
    {
        var jobs = new JobStore(host.Database.Source);
        var job = await jobs.CreateAsync(
            new JobRequest { Kind = JobKind.S3, Source = "s3://photos/", Roots = ["s3://photos/"], Host = machine }, [new JobRange("s3://photos/")]);
        await new SourceStore(host.Database.Source).RegisterAsync(
            [.. new[] { "a", "b" }.Select(name => SourceRow.Refused(
                $"s3://photos/{job:n}/{name}.jpg", null, 5, null, SourceState.Failed, "unreadable", "no permission"))], job);
        await host.ExecuteAsync(
            $"""
            UPDATE ingest_range SET state = 'done' WHERE job_id = '{job}';
            UPDATE ingest_job SET state = 'done', discovered = 2, failed = 2, finished_at = now() WHERE job_id = '{job}'
            """);
        return job;
    }

    Task ForgetAsync(Guid job) => host.ExecuteAsync(
        $"DELETE FROM image_source WHERE job_id = '{job}'; DELETE FROM ingest_range WHERE job_id = '{job}'; DELETE FROM ingest_job WHERE job_id = '{job}'");

    static JsonElement? Of(JsonElement status, Guid job) => status.GetProperty("retries").EnumerateArray()
        .FirstOrDefault(one => one.GetProperty("job_id").GetGuid() == job);

    static async Task<JsonElement> ReadAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return await JsonAsync(answer);
    }

    static async Task<JsonElement> JsonAsync(HttpResponseMessage answer) =>
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement.Clone();
}
