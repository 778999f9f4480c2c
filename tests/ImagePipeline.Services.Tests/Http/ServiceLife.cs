using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using static ImagePipeline.Services.Tests.Http.UploadBodies;

namespace ImagePipeline.Services.Tests.Http;

/// <summary>Start, health, logs and telemetry of the service as a process.</summary>
public sealed class ServiceLife
{
    [Fact]
    public async Task It_does_not_start_open_where_others_reach_it()
    {
        await using var service = await IngestProcess.StartAsync(("Http__Url", "http://0.0.0.0:0"));

        Assert.Equal(2, await service.EndAsync());
        await service.SaidAsync("Access__Keys__0__Sha256");
    }

    [Theory]
    [InlineData("Objects__Root", "", "Objects__Root")]
    [InlineData("Objects__Root", "http://somewhere/", "Objects__Root")]
    [InlineData("Upload__MaxImages", "0", "MaxImages")]
    [InlineData("IMAGEPIPELINE_RABBITMQ", "localhost", "IMAGEPIPELINE_RABBITMQ")]
    public async Task It_does_not_start_with_a_wrong_option_and_names_it(string name, string value, string says)
    {
        await using var service = await IngestProcess.StartAsync((name, value));

        Assert.Equal(2, await service.EndAsync());
        await service.SaidAsync(says);
    }

    [Fact]
    public async Task Without_a_broker_it_is_alive_and_not_ready_and_still_takes_images()
    {
        await using var service = await IngestProcess.StartAsync(
            ("IMAGEPIPELINE_RABBITMQ", "amqp://guest:guest@127.0.0.1:9/"), ("Upload__AnnounceTimeout", "00:00:01"));
        await service.UntilAsync(async () => await service.StatusAsync("/health/live") == HttpStatusCode.OK);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await service.StatusAsync("/health/ready"));
        var (status, _) = await service.UploadAsync(Body(Jpeg(1)), key: null);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("1 1 0 0 0 t", await service.CountsAsync());
        await service.SaidAsync("the reconciler will announce them");
    }

    [Fact]
    public async Task No_secret_is_in_what_it_says_even_at_debug()
    {
        const string key = "a-key-that-must-not-be-told";
        const string accessKey = "AKIATHATMUSTNOTBETOLD";
        const string secretKey = "a-secret-that-must-not-be-told";
        await using var service = await IngestProcess.StartAsync(
            ("Logging__LogLevel__Default", "Debug"), ("Logging__LogLevel__Microsoft", "Debug"), ("Logging__LogLevel__MassTransit", "Debug"),
            ("Access__Keys__0__Name", "tests"), ("Access__Keys__0__Key", key), ("Ingest__AllowedSources__0", "s3://photos"),
            ("S3__ServiceUrl", "http://127.0.0.1:9"), ("AWS_ACCESS_KEY_ID", accessKey), ("AWS_SECRET_ACCESS_KEY", secretKey));
        await service.ReadyAsync();

        await service.UploadAsync(Body(Jpeg(1)), key);
        await service.UploadAsync(Body(Jpeg(1)), "a-wrong-key-that-must-not-be-told");
        using var order = new StringContent("""{"source": "s3://photos/"}""", System.Text.Encoding.UTF8, "application/json");
        await service.UploadAsync(order, key, "/v1/jobs");
        await service.SaidAsync("\"LogLevel\":\"Debug\"");

        var lines = service.Said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(line).RootElement.ValueKind));
        Assert.DoesNotContain(IngestProcess.Password, service.Said, StringComparison.Ordinal);
        Assert.DoesNotContain("must-not-be-told", service.Said, StringComparison.Ordinal);
        Assert.DoesNotContain(secretKey, service.Said, StringComparison.Ordinal);
        Assert.DoesNotContain("guest:guest", service.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Spans_and_metrics_reach_a_collector_before_it_ends()
    {
        var received = new ConcurrentDictionary<string, int>();
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        await using var collector = builder.Build();
        collector.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var text = System.Text.Encoding.Latin1.GetString(body.ToArray());
            received.AddOrUpdate(context.Request.Path, 1, (_, count) => count + 1);
            if (text.Contains("imagepipeline-ingest", StringComparison.Ordinal) && text.Contains("image.id", StringComparison.Ordinal))
            {
                received["span of an image"] = 1;
            }
        });
        await collector.StartAsync(TestContext.Current.CancellationToken);
        await using var service = await IngestProcess.StartAsync(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Services.GetRequiredService<IServer>().Features
                .Get<IServerAddressesFeature>()!.Addresses.Single()),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"));
        await service.ReadyAsync();

        await service.UploadAsync(Body(Jpeg(1)), key: null);
        Assert.Equal(0, await service.StopAsync());

        Assert.True(received.ContainsKey("/v1/metrics"), string.Join(' ', received.Keys));
        Assert.True(received.ContainsKey("span of an image"), string.Join(' ', received.Keys));
    }
}
