using System.Diagnostics;
using System.Globalization;
using ImagePipeline.Benchmarks.EndToEnd;
using ImagePipeline.EndToEnd.Tests.Fleet.Harness;
using ImagePipeline.Storage;

namespace ImagePipeline.Benchmarks.Fleet;

/// <summary>
/// The fleet, one of each service with S3, RabbitMQ and PostgreSQL on the same machine, beside the main job on the same photos, in rounds
/// that alternate; and ingest with hashing alone beside what its parts reach bare. Services are started, and have treated some pictures,
/// before the clock is: they run for months, and compile while they treat their first thousands. Each with a cache that the services share
/// and without.
/// </summary>
static class FleetFigures
{
    const int Seed = 5;
    const int WarmSeed = 6;
    const int WarmImages = 2000;

    /// <summary>Measures and prints.</summary>
    /// <param name="folder">Photos.</param>
    /// <param name="rounds">Rounds of both.</param>
    /// <param name="images">Small pictures to hash.</param>
    /// <param name="output">Receives the figures.</param>
    public static async Task RunAsync(string folder, int rounds, int images, TextWriter output)
    {
        if (FleetServers.Find() is not { } servers)
        {
            await output.WriteLineAsync($"skipped: {FleetServers.Absent}");
            return;
        }

        ServiceRun.PublishedTo = await PublishAsync();
        var photos = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => (Path.GetRelativePath(folder, path), File.ReadAllBytes(path)));
        var alone = await CompareAsync(servers, folder, photos, rounds, output);
        await HashAsync(servers, images, alone, output);
    }

    /// <summary>The same on a few pictures, where there are servers.</summary>
    public static async Task OnceAsync(TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("ip-fleet-").FullName;
        foreach (var (key, bytes) in PictureSet.Draw(20, Seed))
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, key.Replace('/', '-')), bytes);
        }

        await RunAsync(folder, 1, 40, output);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>The rate of the main job.</summary>
    static async Task<double> CompareAsync(
        FleetServers servers, string folder, IEnumerable<(string, byte[])> photos, int rounds, TextWriter output)
    {
        using var bucket = await PictureBucket.CreateAsync(servers, photos);
        var cache = Directory.CreateTempSubdirectory("ip-cache-").FullName;
        var (alone, fleet, cached) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            var run = await MainJobRun.StartAsync(folder);
            alone.Add(run.Images / run.Seconds);
            fleet.Add(await RateAsync(servers, bucket, FleetBooks.ToDo, [.. ChaosPlan.ServiceNames], output));
            cached.Add(await RateAsync(
                servers, bucket, FleetBooks.ToDo, [.. ChaosPlan.ServiceNames], output,
                ("Objects__Cache", Path.Combine(cache, $"{round}"))));
            await output.WriteLineAsync(Line(
                $"round {round + 1}: main job {alone[^1]:N0}/s, fleet {fleet[^1]:N0}/s, fleet with a cache {cached[^1]:N0}/s"));
        }

        Directory.Delete(cache, recursive: true);
        var (one, many, shared) = (Rates.Median(alone), Rates.Median(fleet), Rates.Median(cached));
        await output.WriteLineAsync(Line(
            $"median: main job {one:N1}/s, fleet {many:N1}/s, ratio {many / one:N2}; with a cache {shared:N1}/s, ratio {shared / one:N2}"));
        await bucket.RemoveAsync();
        return one;
    }

    /// <summary>Hashing alone beside its parts; and what these leave of the fleet's rate where the main job is all the work there is.</summary>
    static async Task HashAsync(FleetServers servers, int images, double alone, TextWriter output)
    {
        using var bucket = await PictureBucket.CreateAsync(servers, PictureSet.Draw(images, Seed));
        var gets = await BareParts.GetsAsync(servers, bucket);
        var messages = await BareParts.MessagesAsync(servers, images);
        await output.WriteLineAsync(Line($"bare, {images} images: {gets:N0} GETs/s, {messages:N0} messages/s published and consumed"));
        await output.WriteLineAsync(Line($"bare: {await BareParts.RowsAsync(servers, images):N0} rows/s of hashes, upserted by 256"));
        await output.WriteLineAsync(Line($"with its 3 GETs and 4 messages an image the main job would reach {1 / ((1 / alone) + (3 / gets) + (4 / messages)):N0}/s"));
        await output.WriteLineAsync(Line($"2 GETs and 1 message an image leave hashing no more than {1 / ((2 / gets) + (1 / messages)):N0}/s, 1 GET {1 / ((1 / gets) + (1 / messages)):N0}/s"));
        var without = await RateAsync(
            servers, bucket, FleetBooks.ToDoOfHash, ["Ingest", "Hasher"], output, ("Hash__Thumbnails", "false"));
        var cache = Directory.CreateTempSubdirectory("ip-cache-").FullName;
        var with = await RateAsync(
            servers, bucket, FleetBooks.ToDoOfHash, ["Ingest", "Hasher"], output, ("Hash__Thumbnails", "false"), ("Objects__Cache", cache));
        Directory.Delete(cache, recursive: true);
        await output.WriteLineAsync(Line($"ingested and hashed: {without:N0} images/s, with a cache {with:N0}"));
        await bucket.RemoveAsync();
    }

    /// <summary>Objects a second from the beginning of a job to the last answer of the stages.</summary>
    static async Task<double> RateAsync(
        FleetServers servers, PictureBucket bucket, string toDo, string[] services, TextWriter output,
        params (string, string)[] settings)
    {
        await using var place = await FleetPlace.CreateAsync(servers, servers.Store.ToString(), $"s3://{bucket.Name}/made", settings);
        place.Start(services);
        await place.UntilReadyAsync();
        using var warm = await PictureBucket.CreateAsync(servers, PictureSet.Draw(WarmImages, WarmSeed));
        await TreatAsync(warm);
        await warm.RemoveAsync();
        var before = Used(place);
        var looks = await CacheLooks.OfAsync(place.Services);
        var started = Stopwatch.GetTimestamp();
        var images = await TreatAsync(bucket);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await output.WriteLineAsync("processor time an image: " + string.Join(", ", Used(place).Zip(before).Select(
            part => Line($"{part.First.Name} {1000 * (part.First.Seconds - part.Second.Seconds) / images:N2} ms"))));
        await output.WriteLineAsync((await CacheLooks.OfAsync(place.Services)).Since(looks));
        return images / seconds;

        async Task<long> TreatAsync(PictureBucket pictures)
        {
            var job = await place.BeginAsync(pictures.Uri);
            await place.UntilAsync("the job ends", async () =>
                await place.Jobs.StateAsync(job) == JobState.Done
                && (await place.RowsAsync(toDo)).All(row => row.EndsWith(" 0", StringComparison.Ordinal)));
            return (await place.Jobs.GetAsync(job))!.Counts.Discovered;
        }
    }

    /// <summary>Processor time of every service and server so far, and of everything on the machine.</summary>
    static (string Name, double Seconds)[] Used(FleetPlace place) =>
    [
        .. place.Services.Select(service => (service.Name, service.CpuSeconds)), .. ServerCpu.Seconds(),
        ("the whole machine", MachineCpu.Seconds()),
    ];

    /// <summary>Publishes the services as their container images do; a second time takes some seconds.</summary>
    static async Task<string> PublishAsync()
    {
        var folder = Path.Combine(Checkout.Root, "artifacts", "services");
        foreach (var name in ChaosPlan.ServiceNames)
        {
            await Child.RunAsync("dotnet", [
                "publish", Path.Combine(Checkout.Root, "services", $"ImagePipeline.{name}"), "-c", "Release", "--use-current-runtime",
                "--no-self-contained", "-p:PublishReadyToRun=true", "-o", Path.Combine(folder, name), "-nologo", "-v", "quiet"]);
        }

        return folder;
    }

    static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
