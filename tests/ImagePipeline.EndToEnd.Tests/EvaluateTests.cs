using System.Text.Json;
using System.Text.Json.Nodes;
using ImagePipeline.Imaging;
using ImagePipeline.Imaging.Samples;

namespace ImagePipeline.EndToEnd.Tests;

/// <summary>Measuring the signals on drawn pictures, of which it is known what must be found.</summary>
public sealed class EvaluateTests : IDisposable
{
    readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task Copies_that_hardly_differ_are_all_found_and_the_counts_add_up()
    {
        for (var seed = 0; seed < 8; seed++)
        {
            _place.Write($"{seed}.jpg", Scene(seed));
        }

        _place.Write("again.jpg", Scene(3));
        _place.Write("broken.jpg", "no picture"u8.ToArray());
        var (page, copies) = (Path.Combine(_place.Root, "misses.html"), Path.Combine(_place.Root, "copies"));

        var report = (await ImagePipelineProgram.RunAsync(
            "evaluate", "copies", _place.Pictures, "--edits", "noop", "jpeg-95", "mirror", "pad-20", "--html", page, "--keep", copies, "--json",
            "--no-progress")).Expect(0).Json;

        Assert.Equal((8, 8), (report.GetProperty("originals").GetInt32(), report.GetProperty("references").GetInt32()));
        Assert.Equal((1, 1), (
            report.GetProperty("left_out").GetProperty("alike").GetInt32(), report.GetProperty("left_out").GetProperty("rejected").GetInt32()));
        var signals = report.GetProperty("signals").EnumerateArray().Select(name => name.GetString()!).ToArray();
        Assert.Equal(["ahash", "dhash", "phash", "pdq", "pdq turned", "fingerprint", "verdict"], signals);
        var rows = report.GetProperty("recall_at_precision_9999").EnumerateArray().ToDictionary(row => row.GetProperty("edit").GetString()!);
        Assert.Equal(["noop", "jpeg-95", "mirror", "pad-20", "published edits", "all edits"], rows.Keys);
        Assert.Equal([8, 8, 8, 8, 24, 32], rows.Values.Select(row => row.GetProperty("copies").GetInt32()));
        foreach (var signal in new[] { "phash", "pdq", "pdq turned", "fingerprint", "verdict" })
        {
            Assert.Equal((signal, 1.0), (signal, Recall("noop", signal)));
            Assert.Equal((signal, 1.0), (signal, Recall("jpeg-95", signal)));
        }

        // A hash of the picture as it is does not know it mirrored.
        Assert.Equal(1, Recall("mirror", "pdq turned"));
        Assert.True(Recall("mirror", "pdq") < 0.5);
        var html = await File.ReadAllTextAsync(page);
        Assert.Contains("Worst misses of verdict", html);
        Assert.Contains("<h3>pad-20</h3>", html);

        // What was kept are the very copies: every one is a picture, and another command reads the list.
        Assert.Equal(33, Directory.GetFiles(copies).Length);
        var known = (await ImagePipelineProgram.RunAsync("evaluate", "pairs", Path.Combine(copies, "pairs.csv"), "--json", "--no-progress"))
            .Expect(0).Json;
        Assert.Equal((32, 32), (known.GetProperty("pairs").GetInt32(), known.GetProperty("matches").GetInt32()));

        double Recall(string edit, string signal) =>
            rows[edit].GetProperty("recall").EnumerateArray().ElementAt(Array.IndexOf(signals, signal)).GetDouble();
    }

    [Fact]
    public async Task A_model_that_is_calibrated_says_so_and_decides_by_it()
    {
        for (var seed = 0; seed < 12; seed++)
        {
            _place.Write($"{seed}.jpg", Scene(seed));
        }

        var (model, page) = (OwnModel.Write(Path.Combine(_place.Root, "mine")), Path.Combine(_place.Root, "page.html"));
        var plain = JsonNode.Parse(await File.ReadAllTextAsync(model.Manifest))!.AsObject();
        plain.Remove("calibration");
        plain["distances"]!["copy"] = 0.2;
        await File.WriteAllTextAsync(model.Manifest, plain.ToJsonString());
        var before = (await ImagePipelineProgram.RunAsync("models", "verify", model.Manifest)).Expect(0).Out;

        var report = (await ImagePipelineProgram.RunAsync(
            "evaluate", "copies", _place.Pictures, "--model", model.Manifest, "--edits", "noop", "jpeg-95", "mirror", "collage",
            "--write-manifest", "--html", page, "--json", "--no-progress")).Expect(0);

        Assert.Contains("not calibrated", before);
        var calibration = report.Json.GetProperty("calibrations")[0];
        var fitted = calibration.GetProperty("calibration");
        Assert.Equal((48, 12), (fitted.GetProperty("copies").GetInt32(), fitted.GetProperty("originals").GetInt32()));
        // Three originals in twelve may be wrong for all that was seen: it is never sure.
        Assert.InRange(fitted.GetProperty("probabilities")[0].GetDouble(), 0.5, 0.81);
        Assert.InRange(calibration.GetProperty("held_out").GetProperty("brier").GetDouble(), 0, 0.25);
        Assert.Contains(model.Manifest, report.Error);
        Assert.Contains("<svg", await File.ReadAllTextAsync(page));
        var after = (await ImagePipelineProgram.RunAsync("models", "verify", model.Manifest)).Expect(0).Out;
        Assert.Contains("No copies by vector", after);
    }

    [Fact]
    public async Task Neighbours_bear_the_label_where_labels_are_scenes()
    {
        for (var seed = 0; seed < 4; seed++)
        {
            var picture = RgbPicture.Scene(seed, 300, 200);
            for (var copy = 0; copy < 5; copy++)
            {
                var blurred = PictureEdits.Blur(picture, copy);
                _place.Write($"scene-{seed}/{copy}.jpg", ImageEncoder.ToJpeg(blurred.Rgb, 300, 200, 90));
            }
        }

        var report = (await ImagePipelineProgram.RunAsync(
            "evaluate", "retrieval", _place.Pictures, "-k", "4", "--voters", "3", "--json", "--no-progress")).Expect(0).Json;

        Assert.Equal((20, 4), (report.GetProperty("pictures").GetInt32(), report.GetProperty("labels").GetInt32()));
        var measures = report.GetProperty("measures").EnumerateArray().ToArray();
        Assert.Equal(["fingerprint", "fingerprint, 256 bits"], measures.Select(each => each.GetProperty("measure").GetString()!));
        Assert.All(measures, each => Assert.Equal(1, each.GetProperty("accuracy").GetDouble()));
        Assert.Equal(1, measures[0].GetProperty("precision").GetDouble());
        Assert.Equal(1, measures[0].GetProperty("mean_average_precision").GetDouble());
    }

    [Fact]
    public async Task Known_pairs_are_told_from_others_and_a_missing_file_is_said()
    {
        for (var seed = 0; seed < 4; seed++)
        {
            var picture = RgbPicture.Scene(seed, 300, 200);
            _place.Write($"{seed}.png", ImageEncoder.ToPng(picture.Rgb, 300, 200));
            _place.Write($"{seed}.jpg", ImageEncoder.ToJpeg(picture.Rgb, 300, 200, 80));
        }

        var lines = Enumerable.Range(0, 4).SelectMany(a => Enumerable.Range(0, 4).Select(b => $"{a}.png,{b}.jpg,{(a == b ? 1 : 0)}"));
        var table = _place.Write("pairs.csv", System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines.Prepend("first,second,match"))));

        var report = (await ImagePipelineProgram.RunAsync("evaluate", "pairs", table, "--json")).Expect(0).Json;
        await File.AppendAllTextAsync(table, "\n0.png,gone.jpg,1\n");
        var second = (await ImagePipelineProgram.RunAsync("evaluate", "pairs", table, "--json")).Expect(1).Json;

        Assert.Equal((16, 4, 0), Counts(report));
        Assert.Equal((16, 4, 1), Counts(second));
        Assert.Equal(1, report.GetProperty("signals").EnumerateArray()
            .Single(signal => signal.GetProperty("signal").GetString() == "pdq").GetProperty("average_precision").GetDouble());

        static (int, int, int) Counts(JsonElement report) => (
            report.GetProperty("pairs").GetInt32(), report.GetProperty("matches").GetInt32(), report.GetProperty("left_out").GetInt32());
    }

    [Fact]
    public async Task What_cannot_be_measured_is_said()
    {
        _place.Write("one.jpg", Scene(1));
        var empty = _place.Write("pairs.csv", "a.jpg,b.jpg,0\n"u8.ToArray());

        Assert.Contains("too few", (await ImagePipelineProgram.RunAsync("evaluate", "copies", _place.Pictures)).Expect(2).Error);
        Assert.Contains("no edit 'melt'", (await ImagePipelineProgram.RunAsync("evaluate", "copies", _place.Pictures, "--edits", "melt")).Expect(2).Error);
        Assert.Contains("no folder", (await ImagePipelineProgram.RunAsync("evaluate", "retrieval", _place.Root + "/none")).Expect(2).Error);
        Assert.Contains("two folders or more", (await ImagePipelineProgram.RunAsync("evaluate", "retrieval", _place.Pictures)).Expect(2).Error);
        Assert.Contains("names no pair", (await ImagePipelineProgram.RunAsync("evaluate", "pairs", empty)).Expect(2).Error);
    }

    static byte[] Scene(int seed)
    {
        var picture = RgbPicture.Scene(seed, 300, 200);
        return ImageEncoder.ToJpeg(picture.Rgb, 300, 200, 92);
    }
}
