using System.Diagnostics;
using System.Globalization;
using System.Net;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Benchmarks.Objects;

/// <summary>
/// A listing one page after the other beside one by key ranges, over links of growing latency. Needs an S3 server and a bucket:
/// AWS_ENDPOINT_URL (http, on loopback), AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY. The keys are made once and left there.
/// </summary>
public static class ListingFigures
{
    const string Bucket = "imagepipeline-listing";
    const int Rounds = 2;

    /// <summary>Round trips over the link, besides what the server takes.</summary>
    static readonly double[] RoundTripMs = [100, 200, 0];

    /// <summary>Measures on a listing in memory, then on the server of the environment; says so where there is none.</summary>
    public static async Task RunAsync(TextWriter output, int keys, int workers)
    {
        foreach (var ms in RoundTripMs.Where(ms => ms > 0))
        {
            var store = new DistantListing(
                Enumerable.Range(0, keys).Select(at => $"{keys}/{Key(at)}"), TimeSpan.FromMilliseconds(ms));
            await MeasureAsync(output, "in memory", store, $"s3://{Bucket}/{keys}/", keys, workers, ms);
            output.WriteLine($"requests of both: {store.Asked}");
        }

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
                await MeasureAsync(output, "server", store, root, keys, workers, ms);
            }
        }
    }

    static async Task MeasureAsync(
        TextWriter output, string what, IObjectStore store, string root, int keys, int workers, double ms)
    {
        var one = await TimeAsync(() => OneByOneAsync(store, root), keys);
        var (planning, ranges) = (0.0, 0);
        var many = await TimeAsync(async () =>
        {
            var started = Stopwatch.GetTimestamp();
            var plan = await new KeyRangePlanner(store).PlanAsync(root, Math.Max(2, workers / 4), default);
            (planning, ranges) = (Stopwatch.GetElapsedTime(started).TotalSeconds, plan.Count);
            var found = 0;
            await foreach (var page in new RangeListing(store, root).ListAsync(RangeListing.Begin(plan), workers, default))
            {
                found += page.Objects.Count;
                ranges = Math.Max(ranges, page.Changed.Max(token => token.Range) + 1);
            }

            return found;
        }, keys);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{keys:N0} keys, {what}, {ms} ms: one by one {one:0.00} s, {workers} workers {many:0.00} s "
            + $"(planning {planning:0.00} s, {ranges} ranges), ratio {one / many:0.0}"));
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
