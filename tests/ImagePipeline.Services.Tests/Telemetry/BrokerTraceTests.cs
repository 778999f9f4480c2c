using ImagePipeline.Contracts;
using ImagePipeline.Hosting;
using ImagePipeline.Hosting.Broker;
using ImagePipeline.Hosting.Telemetry;
using ImagePipeline.Services.Tests.Http;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ImagePipeline.Services.Tests.Telemetry;

/// <summary>Traces over the broker: the context of each image travels with its own message.</summary>
public sealed class BrokerTraceTests
{
    const int Images = 20;
    const int DeadlineSeconds = 60;

    [Fact]
    public async Task Each_image_keeps_its_trace_from_service_to_service()
    {
        var (_, rabbitMq, management) = TestServers.Require();
        var name = $"traces_{Guid.NewGuid():n}";
        await TestServers.ManageAsync(management, HttpMethod.Put, $"api/vhosts/{name}");
        try
        {
            var images = Enumerable.Range(0, Images).Select(Ingested).ToArray();
            using var spans = new Spans(images.Select(image => image.ImageId).ToHashSet());
            using var host = Build(new RabbitMqOptions { Uri = new Uri(rabbitMq, "/" + name).ToString() });
            await host.StartAsync(TestContext.Current.CancellationToken);

            await host.Services.GetRequiredService<IBus>().PublishRootsAsync(
                "ingest", images, image => image.ImageId, TestContext.Current.CancellationToken);
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(DeadlineSeconds));
            while (spans.Ended.Count(span => span.Stage == "second") < Images)
            {
                await Task.Delay(50, deadline.Token);
            }

            await host.StopAsync(TestContext.Current.CancellationToken);
            var byImage = spans.Ended.GroupBy(span => span.Image).ToArray();
            Assert.Equal(Images, byImage.Length);
            Assert.All(byImage, ofImage =>
            {
                Assert.Equal(["first", "ingest", "second"], ofImage.Select(span => span.Stage).Distinct().Order(StringComparer.Ordinal));
                Assert.Single(ofImage.Select(span => span.Span.TraceId).Distinct());
            });
            Assert.Equal(Images, byImage.Select(ofImage => ofImage.First().Span.TraceId).Distinct().Count());
        }
        finally
        {
            await TestServers.ManageAsync(management, HttpMethod.Delete, $"api/vhosts/{name}");
        }
    }

    static IHost Build(RabbitMqOptions broker)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddSingleton<StageMetrics>();
        builder.Services.AddPipelineBus(broker, TimeSpan.FromSeconds(10), bus =>
        {
            bus.AddBatchConsumer<First>(QueueName.Hash, 8, 1);
            bus.AddBatchConsumer<Second>(QueueName.RelateHashes, 8, 1);
        });
        builder.Services.Configure<MassTransitHostOptions>(host => host.WaitUntilStarted = true);
        return builder.Build();
    }

    static ImageIngested Ingested(int n) => new()
    {
        ImageId = new Guid(n + 1, 0, 0, new byte[8]),
        Uri = $"file:///{n}",
        Etag = null,
        WidthPx = 1,
        HeightPx = 1,
    };

    sealed class First(StageMetrics metrics) : IConsumer<Batch<ImageIngested>>
    {
        public async Task Consume(ConsumeContext<Batch<ImageIngested>> context)
        {
            using var batch = metrics.Begin("first", context.Message, image => image.ImageId);
            var hashed = context.Message.Select(message => new ImageHashed
            {
                ImageId = message.Message.ImageId,
                Algorithm = "none",
                PdqQuality = 0,
                Pdq = [],
                WidthPx = 1,
                HeightPx = 1,
            });
            await batch.PublishAsync(context, hashed, image => image.ImageId, context.CancellationToken);
        }
    }

    sealed class Second(StageMetrics metrics) : IConsumer<Batch<ImageHashed>>
    {
        public Task Consume(ConsumeContext<Batch<ImageHashed>> context)
        {
            using var batch = metrics.Begin("second", context.Message, image => image.ImageId);
            return Task.CompletedTask;
        }
    }
}
