using ImagePipeline.EndToEnd.Tests.Fleet.Harness;

namespace ImagePipeline.EndToEnd.Tests.Fleet;

/// <summary>A job over a bucket by the fleet, when nothing goes wrong.</summary>
[Collection(nameof(OnFleet))]
public sealed class QuietTests(FleetFixture fleet)
{
    [Fact]
    public async Task Counts_add_up_while_a_job_runs_and_every_image_has_hash_vector_and_relations_after()
    {
        var quiet = await fleet.QuietAsync();
        var place = quiet.Place;
        var broken = Enumerable.Range(0, fleet.Images).Count(PictureSet.IsBroken);
        var twins = fleet.Pictures().Count(picture => picture.Key.Contains("-twin", StringComparison.Ordinal));
        var images = fleet.Images - broken - twins;

        Assert.Equal(0, quiet.Polls.Wrong);
        Assert.True(quiet.Polls.All > 3, $"{quiet.Polls.All} polls");
        // Other tests may have begun jobs of their own since.
        Assert.Equal($"done {fleet.Images} {fleet.Images - broken} 0 {broken} 0 True", (await place.RowsAsync(FleetBooks.Counts))[0]);
        var reasons = await place.Jobs.TroubleAsync(quiet.JobId);
        Assert.Equal(PictureSet.Reasons.Order(StringComparer.Ordinal), reasons.Select(reason => reason.Reason).Order(StringComparer.Ordinal));
        var usable = "FROM image WHERE rejected_reason IS NULL";
        Assert.Equal(images, await place.CountAsync($"SELECT count(*) {usable}"));
        foreach (var table in new[] { "image_hash", "image_palette", "embedding_fingerprint_2" })
        {
            Assert.Equal(0, await place.CountAsync($"SELECT count(*) {usable} AND image_id NOT IN (SELECT image_id FROM {table})"));
            Assert.Equal(images, await place.CountAsync($"SELECT count(*) FROM {table}"));
        }

        Assert.Empty(await place.LettersAsync());
        // All of these pictures are small, and browsers show all but one kind.
        Assert.Equal(
            fleet.Pictures().Count(picture => picture.Key.EndsWith(".tiff", StringComparison.Ordinal)),
            (await fleet.Bucket.ListAsync(place.MadePrefix)).Count(found => found.Key.Contains("/thumb/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_second_job_knows_everything_and_reads_nothing()
    {
        var quiet = await fleet.QuietAsync();
        var reads = quiet.Reads;

        var again = await quiet.Place.BeginAsync(fleet.Bucket.Uri);
        await quiet.Place.UntilAtRestAsync(again);

        var job = await quiet.Place.Jobs.GetAsync(again);
        var broken = Enumerable.Range(0, fleet.Images).Count(PictureSet.IsBroken);
        Assert.Equal((fleet.Images, 0, 0), (job!.Counts.Discovered, job.Counts.Ingested, job.Counts.Failed));
        Assert.InRange(job.Counts.AlreadyKnown, fleet.Images - broken, fleet.Images);
        Assert.Equal(reads, quiet.Reads);
        Assert.Equal("", FleetBooks.Compare(quiet.Tables, await FleetBooks.ReadAsync(quiet.Place)));
    }

    [Fact]
    public async Task The_database_is_what_one_process_makes_of_the_same_pictures()
    {
        var quiet = await fleet.QuietAsync();
        using var folder = new Workplace();
        await fleet.Bucket.CopyToAsync(folder.Pictures, fleet.Pictures());
        await using var other = await fleet.PlaceAsync(fleet.Servers.Store.ToString());

        (await ImagePipelineProgram.RunAsync(
            FleetPlace.AllPairs.ToDictionary(),
            "run", folder.Pictures, "--postgres", other.Postgres, "--json", "--no-progress")).Expect(0);

        Assert.Equal("", FleetBooks.Compare(await FleetBooks.ReadAsync(other), quiet.Tables));
    }
}
