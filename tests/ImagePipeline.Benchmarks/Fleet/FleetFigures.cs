using System.Diagnostics;
using System.Globalization;
using ImagePipeline.Benchmarks.EndToEnd;
using ImagePipeline.EndToEnd.Tests.Fleet.Harness;
using ImagePipeline.Storage;

namespace ImagePipeline.Benchmarks.Fleet;

/// <summary>
/// The fleet, one of each service with S3, RabbitMQ and PostgreSQL on the same machine, beside the main job on the same photos, in rounds
/// that alternate; and ingest with hashing alone beside what its parts reach bare. Services are started, and have treated some pictures,
/// before the clock is: they run for months, and compile while they treat their first thousands.
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
        var (alone, fleet) = (new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            var run = await MainJobRun.StartAsync(folder);
            alone.Add(run.Images / run.Seconds);
            fleet.Add(await RateAsync(servers, bucket, FleetBooks.ToDo, [.. ChaosPlan.ServiceNames], output));
            await output.WriteLineAsync(Line($"round {round + 1}: main job {alone[^1]:N0}/s, fleet {fleet[^1]:N0}/s"));
        }

        var (one, many) = (Rates.Median(alone), Rates.Median(fleet));
        await output.WriteLineAsync(Line($"median: main job {one:N1}/s, fleet {many:N1}/s, ratio {many / one:N2}"));
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
        await output.WriteLineAsync(Line($"2 GETs and 1 message an image leave hashing no more than {1 / ((2 / gets) + (1 / messages)):N0}/s"));
        var rate = await RateAsync(
            servers, bucket, FleetBooks.ToDoOfHash, ["Ingest", "Hasher"], output, ("Hash__Thumbnails", "false"));
        await output.WriteLineAsync(Line($"ingested and hashed: {rate:N0} images/s"));
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
        var (machine, each) = (MachineCpu.Seconds(), place.Services.Select(service => service.CpuSeconds).ToArray());
        var started = Stopwatch.GetTimestamp();
        var images = await TreatAsync(bucket);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var used = place.Services.Select((service, at) => (service.Name, Seconds: service.CpuSeconds - each[at])).ToArray();
        var rest = MachineCpu.Seconds() - machine - used.Sum(service => service.Seconds);
        await output.WriteLineAsync("processor time an image: " + string.Join(", ", used.Append(("servers and all else", rest)).Select(
            part => Line($"{part.Item1} {1000 * part.Item2 / images:N1} ms"))));
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
