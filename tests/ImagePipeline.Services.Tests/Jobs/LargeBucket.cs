using System.Globalization;
using ImagePipeline.Hosting;
using ImagePipeline.Ingest;
using ImagePipeline.Ingest.Jobs;
using ImagePipeline.Services.Tests.Pipeline;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;
using ImagePipeline.Storage.Tests.Objects;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ImagePipeline.Services.Tests.Jobs;

/// <summary>A bucket that is large for its plan: whoever has a large range hands on what it has before it.</summary>
public sealed class LargeBucket(PipelineFixture fixture) : IClassFixture<PipelineFixture>
{
    const int Keys = 20_000;

    [Fact]
    public async Task Every_key_is_listed_once_however_often_ranges_are_parted()
    {
        var store = new KeysOnly();
        var job = await RunAsync(fixture.Database, store);

        Assert.Equal((JobState.Done, (long)Keys, 0L), (job.State, job.Filtered, job.OpenRanges));
        Assert.True(job.Ranges > 4, $"{job.Ranges} ranges: none was parted");
        Assert.True(store.MostAtOnce > 2, $"{store.MostAtOnce} requests at the same time");
    }

    static async Task<JobRow> RunAsync(Database database, KeysOnly store)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddPipelineStores(database).AddIngestJobs().AddPipelineBus(_ => { })
            .AddSingleton<IObjectStore>(store).AddSingleton<ObjectStores>().AddSingleton(MachineCache.None).AddSingleton<CachedObjects>()
            .AddSingleton(new CpuSlots(new CpuOptions())).AddSingleton<StageLedger>()
            .AddSingleton(new IngestOptions { KeyRanges = 3, Ranges = 8 }).AddLogging();
        using var host = builder.Build();
        await host.StartAsync();
        var jobs = host.Services.GetRequiredService<JobStore>();
        // About none of them: what is tested is the listing.
        var jobId = await jobs.CreateAsync(
            new JobRequest { Kind = JobKind.S3, Source = KeysOnly.Root, Roots = [KeysOnly.Root], Include = ["*.none"] });
        await host.Services.GetRequiredService<JobRunner>().RunAsync(jobId, new IngestCounts(), default);
        await host.StopAsync();
        return (await jobs.GetAsync(jobId))!;
    }

    /// <summary>A listing in memory; nearly all of it is in one folder.</summary>
    sealed class KeysOnly() : KeyListing("s3", Root, Enumerable.Range(0, LargeBucket.Keys).Select(static at => at < 20
        ? string.Create(CultureInfo.InvariantCulture, $"{(char)('a' + at)}/1.jpg")
        : string.Create(CultureInfo.InvariantCulture, $"m/x/{at:d6}.png")))
    {
        public const string Root = "s3://large/";

        int _now;
        int _most;

        public int MostAtOnce => _most;

        protected override async Task AnswerAsync(int limit, CancellationToken cancel)
        {
            var now = Interlocked.Increment(ref _now);
            while (Volatile.Read(ref _most) is var most && most < now)
            {
                Interlocked.CompareExchange(ref _most, now, most);
            }

            await Task.Delay(20, cancel);
            Interlocked.Decrement(ref _now);
        }
    }
}
