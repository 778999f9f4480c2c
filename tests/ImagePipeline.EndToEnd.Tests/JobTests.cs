using System.IO.Compression;
using System.Text;
using System.Text.Json;
using static ImagePipeline.EndToEnd.Tests.JobReports;

namespace ImagePipeline.EndToEnd.Tests;

/// <summary>Jobs over folders, buckets, manifests and inventories: counts that add up, and nothing read or counted twice.</summary>
public sealed class JobTests : IDisposable
{
    readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task A_bucket_is_ingested_once_and_known_the_second_time_without_a_read()
    {
        using var bucket = await TestBucket.MakeAsync();
        string[] odd = ["p/a b+c#d?e%20f.png", "p/dir//two.png", "p/é日本/x&y='z'.png"];
        for (var n = 0; n < 40; n++)
        {
            await bucket.PutAsync(n < odd.Length ? odd[n] : $"p/{n:d3}.png", Picture(n));
        }

        await bucket.PutAsync("p/bad.jpg", "no picture"u8.ToArray());
        await bucket.PutAsync("p/empty.png", []);
        await bucket.PutAsync("p/notes.txt", "passed over"u8.ToArray());
        await bucket.PutAsync("p/huge.png", new byte[300_000]);
        await bucket.PutAsync("other/1.png", Picture(1));
        string[] ingest = ["ingest", bucket.Uri("p/"), "--exclude", "*.txt", "--max-size", "200kB"];

        var dry = (await RunAsync([.. ingest, "--dry-run"], bucket)).Expect(0).Json;
        var real = (await RunAsync(ingest, bucket)).Expect(0).Json;
        var reads = bucket.Link.Reads.Count();
        var again = (await RunAsync(ingest, bucket)).Expect(0).Json;

        Assert.Equal(Counts(dry), Counts(real));
        Assert.Equal((42, 40, 0, """{"empty_file":1,"not_an_image":1}""", "{}"), Counts(real));
        Assert.Equal((42, 0, 40, """{"empty_file":1,"not_an_image":1}""", "{}"), Counts(again));
        Assert.Equal(reads, bucket.Link.Reads.Count());
        Assert.True(reads >= 2 * 41, $"{reads} reads");
        var rows = (await AskAsync("sql", "select uri from image_file where state = 'ingested' order by uri", "--json")).Expect(0).Json;
        Assert.Superset(
            odd.Select(bucket.Uri).ToHashSet(), rows.EnumerateArray().Select(row => row.GetProperty("uri").GetString()!).ToHashSet());
        var job = (await AskAsync("jobs", "show", "last", "--json")).Expect(0).Json;
        Assert.Equal(("s3", "done", 2), (
            job.GetProperty("kind").GetString(), job.GetProperty("state").GetString(), job.GetProperty("filtered").GetInt32()));
    }

    [Fact]
    public async Task An_inventory_is_taken_in_place_of_a_listing()
    {
        using var bucket = await TestBucket.MakeAsync();
        var csv = new StringBuilder();
        for (var n = 0; n < 5; n++)
        {
            var etag = await bucket.PutAsync($"in/a b{n}.png", Picture(n));
            csv.Append($"\"{bucket.Name}\",\"in/a+b{n}.png\",\"{Picture(n).Length}\",\"2026-01-02T03:04:05.000Z\",\"{etag}\"\n");
        }

        csv.Append($"\"{bucket.Name}\",\"in/gone.png\",\"77\",\"2026-01-02T03:04:05.000Z\",\"abc\"\n");
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(csv.ToString()));
        }

        await bucket.PutAsync("report/data/1.csv.gz", packed.ToArray());
        await bucket.PutAsync("report/manifest.json", JsonSerializer.SerializeToUtf8Bytes(new
        {
            sourceBucket = bucket.Name,
            destinationBucket = $"arn:aws:s3:::{bucket.Name}",
            version = "2016-11-30",
            fileFormat = "CSV",
            fileSchema = "Bucket, Key, Size, LastModifiedDate, ETag",
            files = new[] { new { key = "report/data/1.csv.gz", size = packed.Length, MD5checksum = "" } },
        }));

        var report = (await RunAsync(["ingest", "--inventory", bucket.Uri("report/manifest.json")], bucket)).Expect(1).Json;

        Assert.Equal((6, 5, 0, "{}", """{"vanished":1}"""), Counts(report));
        Assert.Equal((5, 0, 5, "{}", "{}"), Counts(
            (await RunAsync(["ingest", bucket.Uri("in/")], bucket)).Expect(0).Json));
    }

    [Fact]
    public async Task A_manifest_lists_what_is_ingested()
    {
        for (var n = 0; n < 4; n++)
        {
            _place.Write($"m/{n}.png", Picture(n));
        }

        var manifest = Path.Combine(_place.Root, "list.txt");
        await File.WriteAllLinesAsync(manifest,
            ["# chosen", "m/0.png", _place.Picture("m/1.png"), "", $"file://{_place.Picture("m/2.png")}", "m/missing.png", "m/0.png"]);

        var report = (await RunAsync(["ingest", _place.Pictures, "--manifest", manifest])).Expect(1).Json;

        Assert.Equal((5, 3, 1, "{}", """{"vanished":1}"""), Counts(report));
        var retried = (await AskAsync("jobs", "retry", "last", "--json", "--no-progress")).Expect(1).Json;
        Assert.Equal((1, 0, 0, "{}", """{"vanished":1}"""), Counts(retried));
        _place.Write("m/missing.png", Picture(9));
        Assert.Equal((1, 1, 0, "{}", "{}"), Counts(
            (await AskAsync("jobs", "retry", "last", "--json", "--no-progress")).Expect(0).Json));
    }

    [Fact]
    public async Task A_killed_job_goes_on_where_its_books_end()
    {
        const int Files = 2500;
        var settings = new Dictionary<string, string> { ["Ingest__Lease"] = "00:00:02" };
        for (var n = 0; n < Files; n++)
        {
            _place.Write($"{n % 7}/{n:d4}.png", Picture(n, 8));
        }

        var booked = 0;
        using (var program = ImagePipelineProgram.Start(
            settings, "ingest", _place.Pictures, "--data", _place.Data, "--json", "--no-progress"))
        {
            while (booked == 0)
            {
                Assert.False(program.HasEnded, $"ended before it was killed\n{program.Error}");
                booked = await DiscoveredAsync();
            }

            program.Kill();
        }

        var killed = (await AskAsync("jobs", "show", "last", "--json")).Expect(0).Json;
        Assert.Equal("running", killed.GetProperty("state").GetString());
        Assert.InRange(killed.GetProperty("discovered").GetInt32(), booked, Files - 1);
        Assert.Equal(killed.GetProperty("discovered").GetInt32(), Sum(killed));
        var resumed = (await AskAsync("jobs", "resume", "last", "--json", "--no-progress")).Expect(0).Json;

        Assert.Equal((Files, Files, 0, "{}", "{}"), Counts(resumed));
        Assert.Equal(killed.GetProperty("job_id").GetString(), resumed.GetProperty("job_id").GetString());
        var hashed = (await AskAsync("sql", "select count(*) as n from image_stage where stage = 'hash' and state = 'done'", "--json"))
            .Expect(0).Json[0].GetProperty("n").GetInt32();
        Assert.Equal(Files, hashed);
    }

    [Fact]
    public async Task A_job_stops_at_its_first_error_and_says_which()
    {
        _place.Write("a.png", Picture(1));
        _place.Write("b.png", [1, 2, 3]);
        _place.Write("c.png", Picture(2));

        var stopped = (await RunAsync(["ingest", _place.Pictures, "--on-errors", "stop"])).Expect(1).Json;

        Assert.Equal((2, 1, 0, """{"not_an_image":1}""", "{}"), Counts(stopped));
        Assert.Equal("failed", stopped.GetProperty("state").GetString());
        Assert.Contains("b.png: not_an_image", stopped.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal((3, 2, 0, """{"not_an_image":1}""", "{}"), Counts(
            (await AskAsync("jobs", "resume", "last", "--json", "--no-progress")).Expect(0).Json));
        (await AskAsync("jobs", "resume", "last")).Expect(2);
        (await AskAsync("jobs", "watch", "last", "--no-progress")).Expect(0);
    }

    [Theory]
    [InlineData("name what to ingest", "ingest")]
    [InlineData("is not there", "ingest", "/no/such/folder")]
    [InlineData("names no bucket", "ingest", "s3://")]
    [InlineData("is no source", "ingest", "https://example.org/a.jpg")]
    [InlineData("open bracket", "ingest", "/", "--include", "[a")]
    [InlineData("--min-size takes a size", "ingest", "/", "--min-size", "10 apples")]
    [InlineData("is above", "ingest", "/", "--min-size", "2MB", "--max-size", "1MB")]
    [InlineData("--on-errors takes", "ingest", "/", "--on-errors", "0")]
    [InlineData("--detach", "ingest", "/", "--detach")]
    [InlineData("not both", "ingest", "--manifest", "a", "--inventory", "b")]
    [InlineData("there is no database", "jobs", "list")]
    public async Task Bad_usage_is_told(string says, params string[] arguments)
    {
        var result = (await AskAsync(arguments)).Expect(2);

        Assert.Contains(says, result.Error, StringComparison.Ordinal);
    }

    Task<CommandResult> RunAsync(string[] arguments, TestBucket? bucket = null) =>
        ImagePipelineProgram.RunAsync(bucket?.Settings, [.. arguments, "--data", _place.Data, "--json", "--no-progress"]);

    Task<CommandResult> AskAsync(params string[] arguments) => ImagePipelineProgram.RunAsync([.. arguments, "--data", _place.Data]);

    async Task<int> DiscoveredAsync()
    {
        var shown = await AskAsync("jobs", "show", "last", "--json");
        return shown.ExitCode == 0 ? shown.Json.GetProperty("discovered").GetInt32() : 0;
    }
}
