using ImagePipeline.Hosting;
using ImagePipeline.Imaging;
using ImagePipeline.Imaging.Samples;
using ImagePipeline.Ingest;
using ImagePipeline.Ingest.Jobs;
using ImagePipeline.Services.Tests.Pipeline;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace ImagePipeline.Services.Tests.Jobs;

/// <summary>A broker that breaks off while a job announces its images.</summary>
[Collection(nameof(OnPipeline))]
public sealed class BrokerAway(PipelineFixture fixture) : IAsyncLifetime
{
    readonly string _folder = Directory.CreateTempSubdirectory("ip-broker-away-").FullName;

    public async ValueTask InitializeAsync() => await fixture.ResetAsync();

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task The_job_goes_on_and_what_it_could_not_announce_is_still_to_do()
    {
        var cancel = TestContext.Current.CancellationToken;
        var picture = RgbPicture.Scene(40, 160, 120);
        await File.WriteAllBytesAsync(Path.Combine(_folder, "1.png"), ImageEncoder.ToPng(picture.Rgb, 160, 120), cancel);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddPipelineStores(fixture.Database).AddIngestJobs().AddHostedService<JobWorker>().AddPipelineBus(_ => { })
            .AddSingleton<IObjectStore>(new FolderStore()).AddSingleton<ObjectStores>().AddSingleton(MachineCache.None).AddSingleton<CachedObjects>()
            .AddSingleton(new CpuSlots(new CpuOptions())).AddSingleton<StageLedger>()
            .AddSingleton(new IngestOptions { Poll = TimeSpan.FromMilliseconds(100) }).AddLogging();
        using var host = builder.Build();
        var broken = new BrokenOff();
        using var connected = host.Services.GetRequiredService<IBus>().ConnectPublishObserver(broken);
        await host.StartAsync(cancel);
        var jobs = host.Services.GetRequiredService<JobStore>();

        var jobId = await jobs.CreateAsync(new JobRequest { Kind = JobKind.Folder, Source = _folder, Roots = [_folder] }, null, cancel);
        while (await jobs.StateAsync(jobId, cancel) is JobState.Planning or JobState.Running)
        {
            await Task.Delay(50, cancel);
        }

        await host.StopAsync(cancel);
        Assert.Equal((JobState.Done, 1), (await jobs.StateAsync(jobId, cancel), broken.Times));
        Assert.Single(await new StageStore(fixture.Database.Source).PendingAsync(Stages.Hash, null, 9, cancel));
    }

    /// <summary>Fails every publish as RabbitMQ's client does on a connection that is closed.</summary>
    sealed class BrokenOff : IPublishObserver
    {
        public int Times;

        public Task PrePublish<T>(PublishContext<T> context) where T : class
        {
            Interlocked.Increment(ref Times);
            throw new AlreadyClosedException(new ShutdownEventArgs(ShutdownInitiator.Peer, Constants.ConnectionForced, "broken off"));
        }

        public Task PostPublish<T>(PublishContext<T> context) where T : class => Task.CompletedTask;

        public Task PublishFault<T>(PublishContext<T> context, Exception exception) where T : class => Task.CompletedTask;
    }
}
