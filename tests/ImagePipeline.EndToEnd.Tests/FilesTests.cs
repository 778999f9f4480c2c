using System.Globalization;
using System.Text;
using ImagePipeline.Imaging;
using ImagePipeline.Imaging.Samples;

namespace ImagePipeline.EndToEnd.Tests;

/// <summary><c>hash</c> and <c>embed</c>: what a stage would store, without a database; and what needs neither.</summary>
public sealed class FilesTests : IDisposable
{
    readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task Hashes_of_drawn_pictures_are_the_recorded_ones()
    {
        var golden = File.ReadAllLines(Path.Combine(Repository.Root, "tests", "golden", "cli", "hashes.txt"))
            .Where(line => !line.StartsWith('#')).ToArray();
        var files = golden.Select(line => Draw(int.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture))).ToArray();

        var lines = (await ImagePipelineProgram.RunAsync(["hash", .. files, "--json"])).Expect(0).JsonLines;

        Assert.Equal(files, lines.Select(line => line.GetProperty("file").GetString()));
        Assert.Equal(golden, lines.Select((line, at) => string.Join(' ',
            golden[at].Split(' ')[0], line.GetProperty("ahash"), line.GetProperty("dhash"), line.GetProperty("phash"),
            line.GetProperty("pdq"), line.GetProperty("pdq_quality"))));
    }

    [Fact]
    public async Task A_file_that_is_no_picture_is_a_line_with_an_error_among_the_others()
    {
        var good = Draw(1);
        var bad = _place.Write("bad.jpg", "no picture"u8.ToArray());
        var missing = _place.Picture("missing.jpg");

        var lines = (await ImagePipelineProgram.RunAsync("hash", bad, good, missing, "--json")).Expect(1).JsonLines;

        Assert.Equal([bad, good, missing], lines.Select(line => line.GetProperty("file").GetString()));
        Assert.StartsWith("not_an_image: ", lines[0].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(64, lines[1].GetProperty("pdq").GetString()!.Length);
        Assert.True(lines[2].TryGetProperty("error", out _));
    }

    [Fact]
    public async Task Vectors_are_written_as_a_numpy_array_in_the_order_of_the_files()
    {
        var array = Path.Combine(_place.Root, "vectors.npy");
        var bad = _place.Write("bad.jpg", "no picture"u8.ToArray());

        var lines = (await ImagePipelineProgram.RunAsync("embed", Draw(1), bad, Draw(2), "--out", array, "--json")).Expect(1).JsonLines;

        var bytes = File.ReadAllBytes(array);
        Assert.Equal("\u0093NUMPY\u0001\0", Encoding.Latin1.GetString(bytes, 0, 8));
        var header = Encoding.ASCII.GetString(bytes, 10, BitConverter.ToUInt16(bytes, 8));
        Assert.Contains("'descr': '<f4', 'fortran_order': False, 'shape': (3, 512)", header, StringComparison.Ordinal);
        var begin = 10 + header.Length;
        Assert.Equal(0, begin % 64);
        Assert.Equal(begin + (3 * 512 * 4), bytes.Length);
        var third = lines[2].GetProperty("embedding").EnumerateArray().Select(value => value.GetSingle()).ToArray();
        Assert.Equal(third, Enumerable.Range(1024, 512).Select(at => BitConverter.ToSingle(bytes, begin + (4 * at))));
        Assert.Equal(1, third.Sum(value => value * value), 1e-4);
        Assert.All(Enumerable.Range(512, 512), at => Assert.True(float.IsNaN(BitConverter.ToSingle(bytes, begin + (4 * at)))));
    }

    [Theory]
    [InlineData("run")]
    [InlineData("demo")]
    [InlineData("status")]
    [InlineData("search")]
    [InlineData("check")]
    [InlineData("duplicates")]
    [InlineData("verdict")]
    [InlineData("sql")]
    [InlineData("hash")]
    [InlineData("embed")]
    [InlineData("doctor")]
    [InlineData("migrate")]
    public async Task Every_command_explains_itself_with_examples_and_exit_codes(string command)
    {
        var help = (await ImagePipelineProgram.RunAsync(command, "--help")).Expect(0).Out;

        Assert.Contains($"imagepipeline {command}", help, StringComparison.Ordinal);
        Assert.Contains("Examples:", help, StringComparison.Ordinal);
        Assert.Contains("Exit codes: 0 done, 1 some images failed, 2 bad usage", help, StringComparison.Ordinal);
        Assert.Contains("--no-progress", help, StringComparison.Ordinal);
        Assert.Contains("--json", help, StringComparison.Ordinal);
        Assert.Contains("--data", help, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_doctor_finds_every_part()
    {
        var findings = (await ImagePipelineProgram.RunAsync("doctor", "--json", "--data", _place.Data)).Expect(0).Json;

        Assert.Equal(
            [".NET", "libvips", "ONNX Runtime", "model", "database"],
            findings.EnumerateArray().Select(finding => finding.GetProperty("part").GetString()));
        Assert.All(findings.EnumerateArray(), finding => Assert.True(finding.GetProperty("ok").GetBoolean()));
    }

    string Draw(int seed)
    {
        var scene = RgbPicture.Scene(seed, 256, 192);
        return _place.Write($"scene-{seed}.png", ImageEncoder.ToPng(scene.Rgb, 256, 192));
    }
}
