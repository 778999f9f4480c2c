using System.Diagnostics;
using System.Text.Json;
using static ImagePipeline.EndToEnd.Tests.JobReports;

namespace ImagePipeline.EndToEnd.Tests;

/// <summary>Jobs over a bucket that are killed, or whose server is disturbed: nothing lost, nothing twice, nothing blamed on an image.</summary>
public sealed class JobFaultTests : IDisposable
{
    readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task A_job_killed_over_a_bucket_lists_and_reads_nothing_again_that_is_booked()
    {
        const int Objects = 1200;
        using var bucket = await TestBucket.MakeAsync();
        await bucket.PutPicturesAsync("p/", Objects, 8);
        var settings = With(bucket, ("Ingest__Lease", "00:00:02"), ("Ingest__ChunkFiles", "16"), ("Ingest__KeyRanges", "6"));
        // The second half is withheld, so that there is time to look and to kill.
        var read = 0;
        bucket.Link.Disturb = target => !target.Contains("list-type", StringComparison.Ordinal)
            && Interlocked.Increment(ref read) > Objects / 2 ? Disturbance.Silent : Disturbance.None;
        using (var program = Start(settings, "ingest", bucket.Uri("p/")))
        {
            await ShownAsync(job => job.GetProperty("discovered").GetInt32() > 0, program);
            program.Kill();
        }

        var killed = (await AskAsync("jobs", "show", "last", "--json")).Expect(0).Json;
        var ranges = await RowsAsync("select coalesce(cursor, after_key) as after, end_key, state from ingest_range");
        var booked = (await RowsAsync("select uri from image_source")).Select(row => new Uri(row.GetProperty("uri").GetString()!).AbsolutePath)
            .Select(key => $"/{bucket.Name}{key}").ToHashSet();
        bucket.Link.Disturb = static _ => Disturbance.None;
        bucket.Link.Requests.Clear();
        var resumed = (await RunAsync(settings, "jobs", "resume", "last")).Expect(0).Json;

        Assert.Equal("running", killed.GetProperty("state").GetString());
        Assert.Equal(killed.GetProperty("discovered").GetInt32(), Sum(killed));
        Assert.Equal(booked.Count, Sum(killed));
        Assert.InRange(booked.Count, 1, Objects - 1);
        Assert.Equal((Objects, Objects, 0, "{}", "{}"), Counts(resumed));
        // The stages read as well, whatever they had not treated; that no booked object is known a second time shows that none was listed.
        Assert.Equal(Objects - booked.Count, bucket.Link.Reads.Distinct().Count(path => !booked.Contains(path)));
        // What is listed begins at or behind the cursor of an open range, and ends in it.
        Assert.All(bucket.Link.Listings, after => Assert.Contains(ranges, range => range.GetProperty("state").GetString() == "open"
            && string.CompareOrdinal(Text(range, "after"), after) <= 0
            && (Text(range, "end_key") is not { } end || string.CompareOrdinal(after, end) < 0)));
    }

    [Fact]
    public async Task A_server_that_answers_503_and_stalls_now_and_then_loses_nothing_and_rejects_nothing()
    {
        const int Objects = 300;
        using var bucket = await TestBucket.MakeAsync();
        await bucket.PutPicturesAsync("p/", Objects);
        await bucket.PutAsync("p/bad.jpg", "no picture"u8.ToArray());
        var asked = 0;
        bucket.Link.Disturb = _ => Interlocked.Increment(ref asked) switch
        {
            var n when n % 4 == 0 => Disturbance.Busy,
            var n when n % 97 == 0 => Disturbance.Silent,
            var n when n % 53 == 0 => Disturbance.Stall,
            _ => Disturbance.None,
        };
        var settings = With(bucket, ("S3__AnswerTimeout", "00:00:05"), ("S3__StallTimeout", "00:00:02"));

        var disturbed = await RunAsync(settings, "ingest", bucket.Uri("p/"));
        // An object that had no luck in all attempts has failed, and the second job reads it.
        var report = (disturbed.ExitCode == 1 ? disturbed : disturbed.Expect(0)).Json;
        bucket.Link.Disturb = static _ => Disturbance.None;
        var again = (await RunAsync(settings, "ingest", bucket.Uri("p/"))).Expect(0).Json;

        Assert.Equal(Objects + 1, Sum(report));
        Assert.Equal("""{"not_an_image":1}""", Counts(report).Rejected);
        Assert.Equal((Objects + 1, """{"not_an_image":1}""", "{}"), (Sum(again), Counts(again).Rejected, Counts(again).Failed));
        Assert.True(asked > Objects * 5 / 4, $"{asked} requests");
        var images = await RowsAsync("select count(*) as n from image_stage where stage = 'hash' and state = 'done'");
        Assert.Equal(Objects, images[0].GetProperty("n").GetInt32());
    }

    [Fact]
    public async Task A_job_waits_for_a_server_that_is_away_and_says_so()
    {
        const int Objects = 40;
        using var bucket = await TestBucket.MakeAsync();
        await bucket.PutPicturesAsync("p/", Objects);
        var isAway = true;
        bucket.Link.Disturb = target => Volatile.Read(ref isAway) && !target.Contains("max-keys=1&", StringComparison.Ordinal)
            ? Disturbance.Busy : Disturbance.None;
        using var program = Start(With(bucket, ("S3__Retries", "0")), "ingest", bucket.Uri("p/"));

        var waiting = await ShownAsync(job => job.TryGetProperty("error", out _), program);
        Volatile.Write(ref isAway, false);
        var report = (await program.EndAsync(TimeSpan.FromMinutes(3))).Expect(0).Json;

        Assert.StartsWith("waiting for the store: ", waiting.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal("running", waiting.GetProperty("state").GetString());
        Assert.Equal((Objects, Objects, 0, "{}", "{}"), Counts(report));
        Assert.False((await AskAsync("jobs", "show", "last", "--json")).Expect(0).Json.TryGetProperty("error", out _));
    }

    [Fact]
    public async Task A_job_whose_server_stays_away_ends_with_a_word_and_goes_on_later()
    {
        using var bucket = await TestBucket.MakeAsync();
        await bucket.PutPicturesAsync("p/", 5);
        bucket.Link.Disturb = static target => target.Contains("max-keys=1&", StringComparison.Ordinal) ? Disturbance.None : Disturbance.Busy;
        var settings = With(bucket, ("S3__Retries", "0"), ("Ingest__Patience", "00:00:01"));

        var given = (await RunAsync(settings, "ingest", bucket.Uri("p/"))).Expect(3);
        bucket.Link.Disturb = static _ => Disturbance.None;
        var resumed = (await RunAsync(settings, "jobs", "resume", "last")).Expect(0).Json;

        Assert.Contains("503", given.Error, StringComparison.Ordinal);
        Assert.Contains("go on with: imagepipeline jobs resume", given.Error, StringComparison.Ordinal);
        Assert.Equal((5, 5, 0, "{}", "{}"), Counts(resumed));
    }

    [Fact]
    public async Task A_bucket_that_is_not_there_is_told_and_begins_no_job()
    {
        using var bucket = await TestBucket.MakeAsync();

        var missing = (await RunAsync(bucket.Settings, "ingest", $"s3://{bucket.Name}-not/p")).Expect(3);

        Assert.Contains($"the bucket of s3://{bucket.Name}-not/p does not exist there", missing.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("jobs resume", missing.Error, StringComparison.Ordinal);
    }

    ImagePipelineProgram Start(IReadOnlyDictionary<string, string> settings, params string[] arguments) =>
        ImagePipelineProgram.Start(settings, [.. arguments, "--data", _place.Data, "--json", "--no-progress"]);

    async Task<CommandResult> RunAsync(IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        using var program = Start(settings, arguments);
        return await program.EndAsync(TimeSpan.FromMinutes(3));
    }

    Task<CommandResult> AskAsync(params string[] arguments) => ImagePipelineProgram.RunAsync([.. arguments, "--data", _place.Data]);

    async Task<IReadOnlyList<JsonElement>> RowsAsync(string sql) =>
        [.. (await AskAsync("sql", sql, "--json", "--limit", "100000")).Expect(0).Json.EnumerateArray()];

    /// <summary>The last job, as soon as it is as wanted.</summary>
    async Task<JsonElement> ShownAsync(Func<JsonElement, bool> isWanted, ImagePipelineProgram program)
    {
        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(20))
        {
            Assert.True(!program.HasEnded && waited.Elapsed < TimeSpan.FromMinutes(2), $"never came to that\n{program.Error}");
            var shown = await AskAsync("jobs", "show", "last", "--json");
            if (shown.ExitCode == 0 && isWanted(shown.Json))
            {
                return shown.Json;
            }
        }
    }

    static string? Text(JsonElement row, string name) => row.GetProperty(name).GetString();

    static Dictionary<string, string> With(TestBucket bucket, params (string Name, string Value)[] settings) => new(
        [.. bucket.Settings, .. settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value))]);
}
