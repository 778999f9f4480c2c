using System.Text.Json;
using ImagePipeline.Core.Hashing;

namespace ImagePipeline.EndToEnd.Tests;

/// <summary>Real and hostile files from beside the checkout; skipped where they are absent.</summary>
public sealed class MaterialTests : IDisposable
{
    const int MostPdqBits = 10;
    const int GoodQuality = 80;

    readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task Malformed_files_are_each_accounted_for_and_none_harms_the_run()
    {
        var folder = Repository.Material("malformed");
        var files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .Count(file => !Path.GetRelativePath(folder, file).Split('/').Any(part => part.StartsWith('.')));

        var first = (await RunAsync(folder)).Expect(0);
        var second = (await RunAsync(folder)).Expect(0).Json;
        var known = await ReasonsAsync();

        Assert.True(first.PeakBytes < 1L << 30, $"{first.PeakBytes:N0} bytes");
        Assert.Equal((files, files), (Number(first.Json, "discovered"), Sum(first.Json)));
        Assert.Empty(first.Json.GetProperty("failed").EnumerateObject());
        Assert.Equal((files, 0, Number(first.Json, "ingested")), (Sum(second), Number(second, "ingested"), Number(second, "already_known")));
        Assert.Equal(first.Json.GetProperty("rejected").ToString(), second.GetProperty("rejected").ToString());
        foreach (var (file, reason) in new Dictionary<string, string?>
        {
            ["libvips/17000x17000.avif"] = "too_many_pixels",
            ["metadata-extractor/jpg/beach.jpg"] = "zero_size",
            ["pillow/truncated_jpeg.jpg"] = "truncated",
            ["libpng/testpngs/crashers/huge_IDAT.png"] = "truncated",
            ["image-rs/regression/jpg/oss-fuzz-36829.jpeg"] = "corrupt",
            ["metadata-extractor/heic/cheers_1440x960.heic"] = "unsupported_format",
            ["metadata-extractor/mp3/chirp-4.mp3"] = "not_an_image",
            ["libvips/looks-like-svg.webp"] = null,
            ["pillow/png_decompression_dos.png"] = null,
        })
        {
            Assert.Equal((file, reason), (file, known["file://" + Path.Combine(folder, file)]));
        }
    }

    [Fact]
    public async Task All_photos_are_taken_in_and_the_second_run_does_nothing()
    {
        var folder = Repository.Material("photos");

        var first = (await RunAsync(folder)).Expect(0);
        var second = (await RunAsync(folder)).Expect(0);

        Assert.Equal((2375, 2375), (Number(first.Json, "discovered"), Number(first.Json, "ingested")));
        Assert.Equal((2375, 0, 2375), (
            Number(second.Json, "discovered"), Number(second.Json, "ingested"), Number(second.Json, "already_known")));
        Assert.All(second.Json.GetProperty("stages").EnumerateArray().Where(stage => stage.GetProperty("name").GetString() != "ingest"),
            stage => Assert.Equal(0, Number(stage, "done")));
        Assert.True(first.PeakBytes < 1L << 30, $"{first.PeakBytes:N0} bytes");
        TestContext.Current.SendDiagnosticMessage(
            $"photos: first {first.Seconds:0.0} s, second {second.Seconds:0.0} s, peak {first.PeakBytes >> 20} MiB");
    }

    [Fact]
    public async Task Pdq_of_published_files_is_within_the_tolerance_of_the_reference()
    {
        var folder = Repository.Material("pdq");
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "vectors.json")));
        // Two families: pixels at full size, and pixels shrunk to fit 512 first, as here. A picture that fits is in both.
        var vectors = json.RootElement.GetProperty("vectors").EnumerateArray()
            .Select(vector => (File: vector.GetProperty("file").GetString()!,
                Fits: Math.Max(Number(vector, "width"), Number(vector, "height")) <= 512,
                Published: vector.GetProperty("published").EnumerateArray()
                    .Select(hash => (Family: hash.GetProperty("family").GetString()!, Hash: hash.GetProperty("hash").GetString()!)).ToArray()))
            .ToArray();

        var lines = (await ImagePipelineProgram.RunAsync(
            ["hash", .. vectors.Select(vector => Path.Combine(folder, vector.File)), "--json"])).Expect(0).JsonLines;

        var compared = 0;
        var far = new List<string>();
        foreach (var (vector, line) in vectors.Zip(lines))
        {
            var own = Hash256.Parse(line.GetProperty("pdq").GetString()!);
            foreach (var (family, hash) in vector.Published.Where(hash => hash.Family == "fit512" || (vector.Fits && hash.Family == "full")))
            {
                compared++;
                var distance = own.DistanceTo(Hash256.Parse(hash));
                if (distance > MostPdqBits && Number(line, "pdq_quality") >= GoodQuality)
                {
                    far.Add($"{vector.File} {family}: {distance}");
                }
            }
        }

        Assert.Empty(far);
        Assert.True(compared >= 10, $"{compared} hashes compared");
    }

    Task<CommandResult> RunAsync(string folder) => ImagePipelineProgram.RunAsync(
        TimeSpan.FromMinutes(5), "run", folder, "--data", _place.Data, "--json", "--no-progress");

    async Task<Dictionary<string, string?>> ReasonsAsync() =>
        (await ImagePipelineProgram.RunAsync("sql", "select uri, reason from image_file", "--json", "--data", _place.Data)).Expect(0)
            .Json.EnumerateArray().ToDictionary(row => row.GetProperty("uri").GetString()!, row => row.GetProperty("reason").GetString());

    static int Number(JsonElement value, string name) => value.GetProperty(name).GetInt32();

    static int Sum(JsonElement report) => Number(report, "ingested") + Number(report, "already_known")
        + report.GetProperty("rejected").EnumerateObject().Sum(reason => reason.Value.GetInt32())
        + report.GetProperty("failed").EnumerateObject().Sum(reason => reason.Value.GetInt32());
}
