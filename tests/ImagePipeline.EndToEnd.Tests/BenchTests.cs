using ImagePipeline.Imaging;
using ImagePipeline.Imaging.Samples;

namespace ImagePipeline.EndToEnd.Tests;

/// <summary><c>bench embed</c>, and what is said of the device that a model runs on.</summary>
public sealed class BenchTests : IDisposable
{
    readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task Every_part_has_a_rate_and_the_bottleneck_follows_from_them()
    {
        var result = (await ImagePipelineProgram.RunAsync(
            "bench", "embed", "--seconds", "1", "--batches", "1,4", "--device", "cpu", "--json")).Expect(0);

        var report = result.Json;
        double Rate(string name) => report.GetProperty(name).GetDouble();
        Assert.Equal(("cpu", "full"), (report.GetProperty("device").GetString(), report.GetProperty("precision").GetString()));
        Assert.Equal([1, 4], report.GetProperty("batches").EnumerateArray().Select(row => row.GetProperty("batch").GetInt32()));
        Assert.All(report.GetProperty("batches").EnumerateArray(), row =>
        {
            Assert.True(row.GetProperty("engine").GetDouble() > 0 && row.GetProperty("bare").GetDouble() > 0);
            Assert.InRange(row.GetProperty("p50_ms").GetDouble(), double.Epsilon, row.GetProperty("p95_ms").GetDouble());
        });
        Assert.Equal(report.GetProperty("batches")[0].GetProperty("engine").GetDouble(), Rate("infer"));
        Assert.Equal(1 / ((1 / Rate("decode")) + (1 / Rate("infer"))), Rate("possible"), 1e-6);
        Assert.Equal(Rate("end_to_end") / Rate("possible"), Rate("reached"), 1e-6);
        Assert.Equal(
            Rate("reached") < 0.75 ? "hand_over" : Rate("decode") < Rate("infer") ? "decode" : "infer",
            report.GetProperty("bottleneck").GetString());
        // The device was named: nothing is said of it.
        Assert.Empty(result.Error.Trim());
    }

    [Fact]
    public async Task Folder_is_measured_without_what_is_no_picture()
    {
        var scene = RgbPicture.Scene(1, 320, 240);
        _place.Write("good.jpg", ImageEncoder.ToJpeg(scene.Rgb, 320, 240, 90));
        _place.Write("notes.jpg", "no picture"u8.ToArray());

        var result = (await ImagePipelineProgram.RunAsync(
            "bench", "embed", "--seconds", "1", "--batches", "2", "--workers", "1", "--threads", "1", "--folder", _place.Pictures)).Expect(0);

        Assert.Contains("1 pictures of ", result.Out, StringComparison.Ordinal);
        Assert.Contains("Bottleneck: ", result.Out, StringComparison.Ordinal);
        Assert.StartsWith("imagepipeline: fingerprint_2 runs on the CPU, because CUDA does not start: ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folder_without_a_picture_is_bad_usage()
    {
        _place.Write("notes.jpg", "no picture"u8.ToArray());

        var result = (await ImagePipelineProgram.RunAsync("bench", "embed", "--device", "cpu", "--folder", _place.Pictures)).Expect(2);

        Assert.Contains("no picture that can be read", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("embed", 1)]
    [InlineData("doctor", 0)]
    public async Task What_auto_chose_and_why_is_said_once(string command, int lines)
    {
        var file = _place.Write("a.jpg", ImageEncoder.ToJpeg(RgbPicture.Scene(1, 320, 240).Rgb, 320, 240, 90));
        string[] arguments = command == "embed" ? [command, file] : [command, "--data", _place.Data, "--json"];

        var result = (await ImagePipelineProgram.RunAsync(arguments)).Expect(0);

        var said = result.Error.Split('\n').Where(line => line.Contains("runs on the CPU, because CUDA does not start: ", StringComparison.Ordinal));
        Assert.Equal(lines, said.Count());
        if (command == "doctor")
        {
            var model = result.Json.EnumerateArray().Single(finding => finding.GetProperty("part").GetString() == "model");
            Assert.Contains("on the CPU, because CUDA does not start: ", model.GetProperty("found").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Cuda_where_there_is_none_is_3_and_says_what_belongs_there()
    {
        var file = _place.Write("a.jpg", ImageEncoder.ToJpeg(RgbPicture.Scene(1, 320, 240).Rgb, 320, 240, 90));

        var result = (await ImagePipelineProgram.RunAsync("embed", file, "--device", "cuda")).Expect(3);

        Assert.Empty(result.Out);
        Assert.Contains("CUDA was asked for and does not start", result.Error, StringComparison.Ordinal);
        Assert.Contains("infra/gpu-bench", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Half_precision_where_the_model_has_none_is_3_and_where_it_has_it_gives_nearly_the_same_vector()
    {
        var file = _place.Write("a.jpg", ImageEncoder.ToJpeg(RgbPicture.Scene(1, 320, 240).Rgb, 320, 240, 90));
        var small = Path.Combine(Repository.Root, "tests", "ImagePipeline.Inference.Tests", "golden", "small", "small.json");

        var none = (await ImagePipelineProgram.RunAsync("embed", file, "--precision", "half")).Expect(3);
        var full = await EmbedAsync("full");
        var half = await EmbedAsync("half");

        Assert.Contains("\"fp16\"", none.Error, StringComparison.Ordinal);
        Assert.InRange(full.Zip(half, (a, b) => a * b).Sum(), 0.999, 1.0001);

        async Task<double[]> EmbedAsync(string precision) =>
            [.. (await ImagePipelineProgram.RunAsync("embed", file, "--model", small, "--device", "cpu", "--precision", precision, "--json"))
                .Expect(0).Json.GetProperty("embedding").EnumerateArray().Select(value => value.GetDouble())];
    }
}
