using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ImagePipeline.Contracts;
using ImagePipeline.EndToEnd.Tests.Fleet.Harness;
using ImagePipeline.Hosting.Broker;

namespace ImagePipeline.Benchmarks.Fleet;

/// <summary>Jobs over the same bucket, each into a database and a virtual host of its own, while everything is killed; until the time is over.</summary>
static class Soak
{
    static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    static readonly (string, string)[] Brisk =
    [
        ("Ingest__ChunkFiles", "64"), ("Ingest__Lease", "00:00:05"), ("S3__AnswerTimeout", "00:00:02"), ("S3__StallTimeout", "00:00:02"),
        ("S3__Retries", "2"), ("Reconciler__IntervalSeconds", "5"), ("Reconciler__AgeMinutes", "0"), ("Reconciler__MostTimes", "1000"),
    ];

    /// <summary>Runs and prints the report.</summary>
    /// <param name="minutes">No further job begins after so many.</param>
    /// <param name="images">Pictures in the bucket.</param>
    /// <param name="asJson">Whether the report is one JSON object.</param>
    /// <param name="output">Receives it.</param>
    public static async Task RunAsync(int minutes, int images, bool asJson, TextWriter output)
    {
        if (FleetServers.Find() is not { } servers)
        {
            await output.WriteLineAsync($"skipped: {FleetServers.Absent}");
            return;
        }

        using var bucket = await PictureBucket.CreateAsync(servers, PictureSet.Draw(images, seed: minutes));
        var report = new SoakReport();
        var clock = Stopwatch.StartNew();
        for (var seed = 1; seed == 1 || clock.Elapsed < TimeSpan.FromMinutes(minutes); seed++)
        {
            await RoundAsync(servers, bucket, images, seed, report);
            report.Seconds = Math.Round(clock.Elapsed.TotalSeconds);
            await Console.Error.WriteLineAsync(report.Text());
        }

        await bucket.RemoveAsync();
        Environment.ExitCode = report.Lost + report.Doubled == 0 ? 0 : 1;
        await output.WriteLineAsync(asJson ? JsonSerializer.Serialize(report, Json) : report.Text());
    }

    static async Task RoundAsync(FleetServers servers, PictureBucket bucket, int images, int seed, SoakReport report)
    {
        using var store = new FaultyStore(servers.Store, seed) { IsFaulty = true };
        await using var place = await FleetPlace.CreateAsync(servers, store.Url, $"s3://{bucket.Name}/made", Brisk);
        place.Start([.. ChaosPlan.ServiceNames]);
        var job = await place.BeginAsync(bucket.Uri);
        await ChaosPlan.Draw(seed, killsPerService: 3).RunAsync(place, 4L * images);
        await place.UntilAtRestAsync(job);
        store.IsFaulty = false;
        // What the store refused too often has failed, which is an answer; the next job takes it up.
        await place.UntilAtRestAsync(await place.BeginAsync(bucket.Uri));
        report.DeadLetters += (await place.LettersAsync()).Count;
        await using (var box = await DeadLetterBox.OpenAsync(place.Broker, default))
        {
            await box.ReplayAsync(QueueName.All, _ => true, default);
        }

        await place.UntilAsync("replayed letters are done", place.AreQueuesEmptyAsync);
        report.Rounds++;
        report.Images += images;
        report.Lost += images - await place.CountAsync("SELECT count(*) FROM image_source WHERE state <> 'failed'");
        report.Doubled += await place.CountAsync(
            $"SELECT coalesce(sum(abs(discovered - {images}) + abs(discovered - ingested - already_known - rejected - failed)), 0) FROM ingest_job_status");
        report.RequestsRefused += store.Refused;
        report.RequestsStalled += store.Stalled;
        foreach (var name in ChaosPlan.ServerNames)
        {
            report.Kills[name] = report.Kills.GetValueOrDefault(name) + 1;
        }

        foreach (var service in place.Services)
        {
            report.Kills[service.Name] = report.Kills.GetValueOrDefault(service.Name) + service.Kills;
            report.Restarts += service.Restarts;
            report.PeakMegabytes[service.Name] = Math.Max(
                report.PeakMegabytes.GetValueOrDefault(service.Name), service.PeakBytes >> 20);
        }
    }
}

/// <summary>What a soak found.</summary>
sealed record SoakReport
{
    public int Rounds { get; set; }

    public long Images { get; set; }

    public double Seconds { get; set; }

    public double ImagesPerSecond => Math.Round(Images / Math.Max(1, Seconds), 1);

    public long Lost { get; set; }

    public long Doubled { get; set; }

    public long DeadLetters { get; set; }

    public long RequestsRefused { get; set; }

    public long RequestsStalled { get; set; }

    /// <summary>Times a service found its database away when it started, ended, and was started again.</summary>
    public int Restarts { get; set; }

    public SortedDictionary<string, int> Kills { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, long> PeakMegabytes { get; } = new(StringComparer.Ordinal);

    public string Text() => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        rounds       {Rounds}, {Images:N0} images in {Seconds:N0} s, {ImagesPerSecond} images/s, crashes included
        lost         {Lost}
        doubled      {Doubled}
        dead letters {DeadLetters}, all sent again and done
        store        {RequestsRefused} requests refused, {RequestsStalled} stalled
        kills        {string.Join(", ", Kills.Select(kill => $"{kill.Key} {kill.Value}"))}
        restarts     {Restarts}, of services that found the database away
        peak MB      {string.Join(", ", PeakMegabytes.Select(peak => $"{peak.Key} {peak.Value}"))}
        """);
}
