using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using ImagePipeline.Contracts;
using ImagePipeline.Hosting;
using ImagePipeline.Hosting.Broker;
using ImagePipeline.Ingest;
using ImagePipeline.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ImagePipeline.Benchmarks.Ingest;

/// <summary>The books of a job without pixels: made-up objects are looked up, booked by chunks in ranges, and announced.</summary>
public static class IngestBooks
{
    const int ChunkObjects = 256;
    const int Ranges = 4;
    const int Steps = 4;
    static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    /// <summary>Runs on a server and a broker, or on the embedded database and in memory.</summary>
    /// <param name="images">Images, all different.</param>
    /// <param name="postgres">An empty database on a server; null for an embedded one.</param>
    /// <param name="broker">A virtual host of its own; null for in memory.</param>
    /// <param name="output">Receives a line for every quarter: a rate that falls would show that the books do not grow linearly.</param>
    public static async Task RunAsync(int images, string? postgres, string? broker, TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("ip-books-").FullName;
        await using var database = await Database.OpenAsync(
            postgres is null ? new() { DataDirectory = folder } : new() { ConnectionString = postgres, MaxConnections = 2 * Ranges });
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddPipelineStores(database).AddSingleton<RangeStore>().AddSingleton<ChunkStore>()
            .AddSingleton<StageLedger>().AddSingleton(new IngestOptions()).AddSingleton<Announcer>();
        builder.Services.AddLogging();
        _ = broker is null
            ? builder.Services.AddPipelineBus(_ => { })
            : builder.Services.AddPipelineBus(new RabbitMqOptions { Uri = broker }, TimeSpan.FromSeconds(5), _ => { });
        using var host = builder.Build();
        await host.StartAsync();
        await MeasureAsync(host.Services, images, output);
        await host.StopAsync();
    }

    static async Task MeasureAsync(IServiceProvider services, int images, TextWriter output)
    {
        var (jobs, ranges) = (services.GetRequiredService<JobStore>(), services.GetRequiredService<RangeStore>());
        for (var step = 0; step < Steps; step++)
        {
            var part = images / Steps;
            var jobId = await jobs.CreateAsync(
                new JobRequest { Kind = JobKind.S3, Source = "made up", Roots = ["s3://made/up"] },
                [.. Enumerable.Range(0, Ranges).Select(n => new JobRange("s3://made/up", Number(step * part + n * part / Ranges)))]);
            var clock = Stopwatch.StartNew();
            await Task.WhenAll(Enumerable.Range(0, Ranges).Select(async _ =>
            {
                if (await ranges.ClaimAsync(jobId, Lease) is { } lease)
                {
                    await WorkAsync(services, lease, part / Ranges);
                }
            }));
            var seconds = clock.Elapsed.TotalSeconds;
            using var process = Process.GetCurrentProcess();
            var counts = (await jobs.GetAsync(jobId))!.Counts;
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"images {step * part:N0} to {step * part + counts.Ingested:N0}: {counts.Ingested / seconds:N0}/s; client CPU {process.TotalProcessorTime.TotalSeconds:N1} s so far, memory {process.WorkingSet64 >> 20} MiB, managed {GC.GetTotalMemory(false) >> 20} MiB"));
        }
    }

    static async Task WorkAsync(IServiceProvider services, RangeLease lease, int images)
    {
        var (sources, chunks, announcer) = (
            services.GetRequiredService<SourceStore>(), services.GetRequiredService<ChunkStore>(), services.GetRequiredService<Announcer>());
        var first = int.Parse(lease.After!, CultureInfo.InvariantCulture);
        foreach (var numbers in Enumerable.Range(first, images).Chunk(ChunkObjects))
        {
            var rows = numbers.Select(Row).ToArray();
            await sources.FindAsync([.. rows.Select(row => row.Uri)]);
            var cursor = Number(numbers[^1]);
            var result = await chunks.CommitAsync(lease, new JobChunk
            {
                Rows = rows,
                Counts = new JobCounts(rows.Length, 0, rows.Length, 0, 0),
                Cursor = cursor,
                EndsRange = numbers[^1] == first + images - 1,
            }, false, Lease);
            await announcer.AnnounceAsync([.. rows.Where(row => result.Announce.Contains(row.Image!.ImageId)).Select(Message)], default);
            lease = lease with { Cursor = cursor };
        }
    }

    static string Number(int number) => number.ToString("d9", CultureInfo.InvariantCulture);

    static SourceRow Row(int number)
    {
        var sha = SHA256.HashData(BitConverter.GetBytes(number));
        return SourceRow.Ingested(
            $"s3://made/up/2024/IMG_{Number(number)}.jpg", Convert.ToHexStringLower(sha.AsSpan(0, 16)), 3_456_789, DateTimeOffset.UnixEpoch,
            new ImageRow(ImageIdentity.FromSha256(sha), sha, "jpeg", 4000, 3000, 3_456_789));
    }

    static ImageIngested Message(SourceRow row) => new()
    {
        ImageId = row.Image!.ImageId,
        Uri = row.Uri,
        Etag = row.Etag,
        WidthPx = row.Image.WidthPx,
        HeightPx = row.Image.HeightPx,
    };
}
