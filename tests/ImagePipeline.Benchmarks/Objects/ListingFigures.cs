using System.Diagnostics;
using System.Globalization;
using System.Net;
using ImagePipeline.Hosting;
using ImagePipeline.Ingest;
using ImagePipeline.Ingest.Jobs;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ImagePipeline.Benchmarks.Objects;

/// <summary>
/// A listing one page after the other beside that of a job, over links of growing latency. Needs an S3 server:
/// AWS_ENDPOINT_URL (http, on loopback), AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY. The keys are made once and left there.
/// </summary>
public static class ListingFigures
{
    const string Bucket = "imagepipeline-listing";
    const int Rounds = 2;

    /// <summary>Round trips over the link, besides what the server takes.</summary>
    static readonly double[] RoundTripMs = [100, 200, 0];

    /// <summary>Measures on a listing in memory, then on the server of the environment; says so where there is none.</summary>
    /// <param name="output">Receives a line for every measurement.</param>
    /// <param name="keys">How many objects.</param>
    /// <param name="workers">Ranges at work at the same time.</param>
    /// <param name="postgres">An empty database on a server; null for an embedded one.</param>
    public static async Task RunAsync(TextWriter output, int keys, int workers, string? postgres)
    {
        await using var database = await Database.OpenAsync(postgres is null
            ? new() { DataDirectory = Directory.CreateTempSubdirectory("ip-listing-").FullName }
            : new() { ConnectionString = postgres, MaxConnections = 2 * workers });
        // A service lists for months: what is compiled at its first job is not what is measured.
        await JobAsync(InMemory(TimeSpan.Zero), $"s3://{Bucket}/{keys}/", workers, database);
        foreach (var ms in RoundTripMs.Where(ms => ms > 0))
        {
            var store = InMemory(TimeSpan.FromMilliseconds(ms));
            await MeasureAsync(output, "in memory", store, $"s3://{Bucket}/{keys}/", keys, workers, ms, database);
            output.WriteLine($"requests of both: {store.Asked}");
        }

        DistantListing InMemory(TimeSpan roundTrip) =>
            new(Enumerable.Range(0, keys).Select(at => $"{keys}/{Key(at)}"), roundTrip);

        if (Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL") is not { } endpoint)
        {
            output.WriteLine("listing: set AWS_ENDPOINT_URL and credentials of an S3 server; skipped");
            return;
        }

        var server = new Uri(endpoint);
        var root = $"s3://{Bucket}/{keys}/";
        await MakeAsync(new S3Options { ServiceUrl = endpoint }, root, keys);
        foreach (var ms in RoundTripMs)
        {
            await using var link = new SlowLink(new IPEndPoint(IPAddress.Parse(server.Host), server.Port), TimeSpan.FromMilliseconds(ms / 2));
            using var store = new S3Store(new S3Options { ServiceUrl = link.Url });
            await store.ListAsync(root, null, null, 1, default);
            for (var round = 0; round < Rounds; round++)
            {
                await MeasureAsync(output, "server", store, root, keys, workers, ms, database);
            }
        }
    }

    static async Task MeasureAsync(
        TextWriter output, string what, IObjectStore store, string root, int keys, int workers, double ms, Database database)
    {
        var one = await TimeAsync(() => OneByOneAsync(store, root), keys);
        var ranges = 0L;
        var many = await TimeAsync(async () =>
        {
            var job = await JobAsync(store, root, workers, database);
            ranges = job.Ranges;
            return checked((int)job.Filtered);
        }, keys);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{keys:N0} keys, {what}, {ms} ms: one by one {one:0.00} s, a job with {workers} workers {many:0.00} s "
            + $"({ranges} ranges), ratio {one / many:0.0}"));
    }

    /// <summary>A whole job, with its plan and its books, that is about none of the objects: what it takes is the listing.</summary>
    static async Task<JobRow> JobAsync(IObjectStore store, string root, int workers, Database database)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddPipelineStores(database).AddIngestJobs().AddPipelineBus(_ => { })
            .AddSingleton(store).AddSingleton<ObjectStores>().AddSingleton(MachineCache.None).AddSingleton<CachedObjects>()
            .AddSingleton(new CpuSlots(new CpuOptions())).AddSingleton<StageLedger>()
            .AddSingleton(new IngestOptions { Ranges = workers }).AddLogging();
        using var host = builder.Build();
        await host.StartAsync();
        var jobs = host.Services.GetRequiredService<JobStore>();
        var jobId = await jobs.CreateAsync(
            new JobRequest { Kind = JobKind.S3, Source = root, Roots = [root], Include = ["*.none"] });
        var state = await host.Services.GetRequiredService<JobRunner>().RunAsync(jobId, new IngestCounts(), default);
        await host.StopAsync();
        return state == JobState.Done
            ? (await jobs.GetAsync(jobId))!
            : throw new InvalidOperationException($"the job is {state}");
    }

    static async Task<int> OneByOneAsync(IObjectStore store, string root)
    {
        var (found, after) = (0, (string?)null);
        do
        {
            var page = await store.ListAsync(root, after, null, 1000, default);
            (found, after) = (found + page.Objects.Count, page.Next);
        }
        while (after is not null);
        return found;
    }

    static async Task<double> TimeAsync(Func<Task<int>> list, int keys)
    {
        var started = Stopwatch.GetTimestamp();
        var found = await list();
        return found == keys
            ? Stopwatch.GetElapsedTime(started).TotalSeconds
            : throw new InvalidOperationException($"listed {found:N0} of {keys:N0} keys");
    }

    /// <summary>Tiny objects: nine in ten in one flat folder, the others over folders by date.</summary>
    static async Task MakeAsync(S3Options options, string root, int keys)
    {
        using var store = new S3Store(options);
        await store.MakeBucketAsync(Bucket, default);
        var made = await OneByOneAsync(store, root);
        if (made == keys)
        {
            return;
        }

        await Parallel.ForAsync(0, keys, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (at, cancel) =>
            await store.PutIfAbsentAsync(root + Key(at), new byte[1], "image/jpeg", cancel));
    }

    static string Key(int at) => at % 10 == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{2015 + (at / 10 % 10)}/{1 + (at / 100 % 12):d2}/DSC_{at:d6}.JPG")
        : string.Create(CultureInfo.InvariantCulture, $"photos/img-{at:d7}.jpg");
}
