using ImagePipeline.Storage;

namespace ImagePipeline.Services.Tests.Pipeline;

/// <summary>What is left to do is read from the database: lost messages and lost rows are made good by the next run.</summary>
public sealed class ReconcilerTests(PipelineFixture pipeline) : PipelineTests(pipeline)
{
    const string Some = "(SELECT image_id FROM image ORDER BY image_id LIMIT 5)";

    [Fact]
    public async Task Hashes_that_are_gone_are_made_again_and_nothing_else()
    {
        var (expected, report) = await LoseAsync(
            $"DELETE FROM image_hash WHERE image_id IN {Some}; DELETE FROM image_stage WHERE stage = 'hash' AND image_id IN {Some}");

        Assert.Equal((5, 0), (Treated(report, Stages.Hash), Treated(report, Stages.Embed(Pipeline.ModelId))));
        Assert.Equal(expected, await Pipeline.DumpAsync());
    }

    [Fact]
    public async Task Vectors_that_are_gone_are_made_again_and_nothing_else()
    {
        var (expected, report) = await LoseAsync(
            $"""
            DELETE FROM embedding_fingerprint_2 WHERE image_id IN {Some};
            DELETE FROM image_stage WHERE stage = 'embed:fingerprint_2' AND image_id IN {Some}
            """);

        Assert.Equal((0, 5), (Treated(report, Stages.Hash), Treated(report, Stages.Embed(Pipeline.ModelId))));
        Assert.Equal(expected, await Pipeline.DumpAsync());
    }

    [Fact]
    public async Task Images_that_were_never_compared_are_compared()
    {
        var (expected, report) = await LoseAsync(
            """
            DELETE FROM image_stage WHERE stage LIKE 'relate:%';
            TRUNCATE near_duplicate, duplicate_group, duplicate_member
            """);

        Assert.Equal(0, Treated(report, Stages.Embed(Pipeline.ModelId)));
        Assert.Equal(12, Treated(report, Stages.RelateVectors(Pipeline.ModelId)));
        Assert.Equal(expected, await Pipeline.DumpAsync());
    }

    [Fact]
    public async Task Images_whose_every_message_was_lost_are_treated()
    {
        var (expected, report) = await LoseAsync(
            """
            TRUNCATE image_stage, image_hash, image_palette, near_duplicate, duplicate_group, duplicate_member, embedding_fingerprint_2
            """);

        Assert.Equal((0, 12), (report.Ingested, report.AlreadyKnown));
        Assert.Equal((12, 12), (Treated(report, Stages.Hash), Treated(report, Stages.Embed(Pipeline.ModelId))));
        Assert.Equal(expected, await Pipeline.DumpAsync());
    }

    /// <summary>Runs over a dozen images, six of them copies, loses rows, and runs again.</summary>
    async Task<(string Expected, Cli.Embedded.RunReport Report)> LoseAsync(string loss)
    {
        WriteScenes(6);
        for (var at = 0; at < 6; at++)
        {
            Write($"copy-{at}.jpg", Jpeg(Scene(500 + at), 70));
        }

        await RunAsync();
        var expected = await Pipeline.DumpAsync();
        await Pipeline.ExecuteAsync(loss);
        var report = await RunAsync();
        AssertAddsUp(report);
        return (expected, report);
    }
}
