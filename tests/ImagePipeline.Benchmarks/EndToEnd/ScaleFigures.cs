using System.Globalization;
using ImagePipeline.Imaging;
using ImagePipeline.Imaging.Samples;

namespace ImagePipeline.Benchmarks.EndToEnd;

/// <summary>The main job on many small pictures: whether memory stays flat and the time per image the same.</summary>
static class ScaleFigures
{
    const int WidthPx = 128;
    const int HeightPx = 96;
    const int PicturesPerFolder = 1000;

    /// <summary>Draws, runs and prints, for each number of pictures by itself.</summary>
    public static async Task RunAsync(int[] counts, TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("ip-bench-pictures-").FullName;
        try
        {
            foreach (var count in counts)
            {
                var pictures = Path.Combine(folder, count.ToString(CultureInfo.InvariantCulture));
                Draw(pictures, count);
                var run = await MainJobRun.StartAsync(pictures);
                output.WriteLine($"{count,7} pictures: {run.Images} ingested in {run.Seconds:f1} s, {1e3 * run.Seconds / run.Images:f3} ms each; "
                    + $"peak memory {run.Job.PeakBytes >> 20} MiB, database {run.Database.PeakBytes >> 20} MiB; CPU us each "
                    + $"{1e6 * run.Job.CpuSeconds / run.Images:f0}, database {1e6 * run.Database.CpuSeconds / run.Images:f0}; "
                    + $"duplicates {run.Report.GetProperty("duplicates")}");
                foreach (var stage in run.Report.GetProperty("stages").EnumerateArray())
                {
                    output.WriteLine($"        {stage.GetProperty("name").GetString(),-28} {stage.GetProperty("seconds").GetDouble(),8:f1} s busy");
                }

                Directory.Delete(pictures, recursive: true);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Four scenes of their own per picture, a thousand pictures to a folder. Single scenes of a family look like copies of one another
    /// to the model: 32 of 10,000 for each, against 0.4 of these and 0.5 of photographs.</summary>
    static void Draw(string folder, int count) => Parallel.For(0, (count + PicturesPerFolder - 1) / PicturesPerFolder, part =>
    {
        var inside = Directory.CreateDirectory(Path.Combine(folder, part.ToString("d4", CultureInfo.InvariantCulture))).FullName;
        var first = part * PicturesPerFolder;
        for (var number = first; number < Math.Min(count, first + PicturesPerFolder); number++)
        {
            File.WriteAllBytes(
                Path.Combine(inside, $"{number:d6}.jpg"), ImageEncoder.ToJpeg(Mosaic(number), WidthPx, HeightPx, 85));
        }
    });

    /// <summary>Two by two scenes, RGB.</summary>
    static byte[] Mosaic(int number)
    {
        const int RowBytes = 3 * WidthPx;
        var rgb = new byte[HeightPx * RowBytes];
        for (var part = 0; part < 4; part++)
        {
            var scene = RgbPicture.Scene((4 * number) + part, WidthPx / 2, HeightPx / 2).Rgb.AsSpan();
            var corner = (part / 2 * (HeightPx / 2) * RowBytes) + (part % 2 * (RowBytes / 2));
            for (var row = 0; row < HeightPx / 2; row++)
            {
                scene.Slice(row * RowBytes / 2, RowBytes / 2).CopyTo(rgb.AsSpan(corner + (row * RowBytes)));
            }
        }

        return rgb;
    }
}
