using ImagePipeline.Cli.Embedded;
using ImagePipeline.Imaging;
using ImagePipeline.Imaging.Samples;

namespace ImagePipeline.Services.Tests.Pipeline;

/// <summary>A test with an empty database and a folder of its own.</summary>
[Collection(nameof(OnPipeline))]
public abstract class PipelineTests(PipelineFixture pipeline) : IAsyncLifetime
{
    protected PipelineFixture Pipeline { get; } = pipeline;

    protected string Folder { get; } = Directory.CreateTempSubdirectory("ip-pictures-").FullName;

    public async ValueTask InitializeAsync() => await Pipeline.ResetAsync();

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    protected string PathOf(string name) => Path.Combine(Folder, name);

    protected void Write(string name, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllBytes(PathOf(name), bytes);
    }

    protected Task<RunReport> RunAsync(PipelineOptions? options = null) => Pipeline.RunAsync(Folder, options);

    /// <summary>Draws a plan of samples, at their full size.</summary>
    protected void WriteSamples(int count, int seed)
    {
        foreach (var file in SampleFolder.Plan(count, seed))
        {
            Write(file.Path, file.Bytes());
        }
    }

    /// <summary>Scenes of their own, small: cheap images in any number.</summary>
    protected void WriteScenes(int count, int firstSeed = 500)
    {
        for (var at = 0; at < count; at++)
        {
            Write($"scene-{at:000}.png", Png(Scene(firstSeed + at)));
        }
    }

    protected static RgbPicture Scene(int seed, int widthPx = 240, int heightPx = 160) => RgbPicture.Scene(seed, widthPx, heightPx);

    protected static byte[] Png(RgbPicture picture) => ImageEncoder.ToPng(picture.Rgb, picture.WidthPx, picture.HeightPx);

    protected static byte[] Jpeg(RgbPicture picture, int quality = 92) =>
        ImageEncoder.ToJpeg(picture.Rgb, picture.WidthPx, picture.HeightPx, quality);

    /// <summary>The counts of the walk add up, whatever the run came upon.</summary>
    protected static void AssertAddsUp(RunReport report) => Assert.Equal(
        report.Discovered, report.Ingested + report.AlreadyKnown + report.Rejected.Values.Sum() + report.Failed.Values.Sum());

    /// <summary>Images that a stage of a run treated.</summary>
    protected static long Treated(RunReport report, string stage) => report.Stages.Single(row => row.Name == stage).Done;
}
