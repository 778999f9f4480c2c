using System.Globalization;
using System.Text.Json;
using ImagePipeline.Imaging.Samples;

namespace ImagePipeline.Benchmarks.EndToEnd;

/// <summary>
/// The main job beside the same work in a plain loop on as many threads as there are processors, every pass in a fresh process, in
/// rounds that alternate. The starts of the programs, the model and the database are left out of the rates and shown by themselves.
/// </summary>
static class EndToEndFigures
{
    /// <summary>Measures and prints.</summary>
    public static async Task RunAsync(string folder, int rounds, TextWriter output)
    {
        var parts = Enum.GetValues<BarePart>();
        var bare = parts.ToDictionary(part => part, _ => new List<BareResult>());
        var jobs = new List<MainJobRun>();
        for (var round = 0; round < rounds; round++)
        {
            foreach (var part in parts)
            {
                bare[part].Add(await BareAsync(part, folder));
            }

            jobs.Add(await MainJobRun.StartAsync(folder));
            output.WriteLine($"round {round + 1}: bare {Rate(bare[BarePart.All][^1]):f0}/s, main job {Rate(jobs[^1]):f0}/s, ratio "
                + $"{Rate(jobs[^1]) / Rate(bare[BarePart.All][^1]):f2}");
        }

        output.WriteLine($"{folder}: {jobs[0].Images} images, {Environment.ProcessorCount} threads, medians of {rounds} rounds");
        foreach (var part in parts)
        {
            output.WriteLine($"  bare {part.ToString().ToLowerInvariant(),-7} {Rates.Median(bare[part].Select(Rate)),7:f0} images/s, "
                + $"{Rates.Median(bare[part].Select(pass => 1e6 * pass.CpuSeconds / pass.Images)),6:f0} CPU us an image");
        }

        output.WriteLine($"  end to end   {Rates.Median(jobs.Select(Rate)),7:f0} images/s, "
            + $"{Rates.Median(jobs.Select(job => 1e6 * job.Job.CpuSeconds / job.Images)),6:f0} CPU us an image, and "
            + $"{Rates.Median(jobs.Select(job => 1e6 * job.Database.CpuSeconds / job.Images)):f0} in the database; "
            + $"start {Rates.Median(jobs.Select(job => job.StartSeconds)):f1} s");
        output.WriteLine($"  end to end : bare all = {Rates.Median(jobs.Zip(bare[BarePart.All], (job, pass) => Rate(job) / Rate(pass))):f2}");
    }

    /// <summary>One round on a few pictures that are drawn for it.</summary>
    public static async Task OnceAsync(TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("ip-bench-pictures-").FullName;
        foreach (var file in SampleFolder.Plan(24, seed: 1))
        {
            var path = Path.Combine(folder, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, file.Bytes());
        }

        await RunAsync(folder, 1, output);
        Directory.Delete(folder, recursive: true);
    }

    static async Task<BareResult> BareAsync(BarePart part, string folder)
    {
        var (output, _, _) = await Child.AgainAsync(
            ["bare", part.ToString(), folder, Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture)]);
        return JsonSerializer.Deserialize<BareResult>(output)!;
    }

    static double Rate(BareResult pass) => pass.Images / pass.Seconds;

    static double Rate(MainJobRun job) => job.Images / job.Seconds;
}
