using System.Text.Json;
using ImagePipeline.Imaging.Samples;

namespace ImagePipeline.EndToEnd.Tests;

/// <summary>The main job over drawn pictures, with figures known beforehand; the same on every database.</summary>
public abstract class GoldenRunTests(SampleIndex collection)
{
    [Fact]
    public void The_first_run_counts_every_file_once()
    {
        var report = FirstRun().Expect(0).Json;

        Assert.Equal(60, report.GetProperty("discovered").GetInt32());
        Assert.Equal(57, report.GetProperty("ingested").GetInt32());
        Assert.Equal(0, report.GetProperty("already_known").GetInt32());
        Assert.Equal("""{"empty_file":1,"not_an_image":1,"truncated":1}""", Compact(report.GetProperty("rejected")));
        Assert.Equal("{}", Compact(report.GetProperty("failed")));
        // Every content once. The file that is cut short has a good header: the stages find out, and treat it for that.
        var images = 57 + 1 - Planned(SampleKind.SameBytes);
        Assert.Equal(
            [$"embed:fingerprint_2 {images}", $"hash {images}", "ingest 60", $"relate:fingerprint_2 {images}", $"relate:hash {images}"],
            Stages(report));
        Assert.True(report.GetProperty("seconds").GetDouble() > 0);
        Assert.False(report.TryGetProperty("interrupted", out _));
    }

    [Fact]
    public void The_first_run_finds_the_groups_that_were_drawn()
    {
        var groups = FirstRun().Expect(0).Json.GetProperty("duplicates");

        Assert.Equal(Planned(SampleKind.SameBytes), groups.GetProperty("same_bytes").GetInt32());
        Assert.Equal(Planned(SampleKind.SamePixels), groups.GetProperty("same_pixels").GetInt32());
        Assert.Equal(21, Planned(SampleKind.EditedCopy));
        Assert.Equal(21, groups.GetProperty("edited_copy").GetInt32());
    }

    [Fact]
    public async Task Every_copy_is_in_the_group_of_its_original_with_its_kind()
    {
        var groups = await GroupsAsync();

        var wrong = collection.Plan.Where(file => file.Original is not null).Select(file => (file, Group: GroupOf(groups, file.Path)))
            .Where(found => found.Group?.Files.ContainsKey(collection.UriOf(found.file.Original!)) != true
                || !found.Group.Kinds.SequenceEqual([Word(found.file.Kind)]))
            .Select(found => $"{found.file.Path} ({found.file.Edit}): {found.Group}");

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task No_group_joins_different_scenes()
    {
        var groups = await GroupsAsync();

        Assert.Equal(Planned(SampleKind.SameBytes) + Planned(SampleKind.SamePixels) + Planned(SampleKind.EditedCopy), groups.Count);
        Assert.All(groups, group => Assert.Equal(2, group.Files.Count));
    }

    [Fact]
    public async Task A_mirrored_or_turned_copy_is_said_to_be_one()
    {
        var groups = await GroupsAsync();

        foreach (var (edit, word) in new[] { ("mirrored", "mirror"), ("rotated 90", "rotate_90") })
        {
            var files = collection.Plan.Where(file => file.Edit == edit).ToArray();
            Assert.NotEmpty(files);
            Assert.All(files, file =>
            {
                // The words are from the representative to the member, and the copy may be the representative.
                var turned = Assert.Single(GroupOf(groups, file.Path)!.Transforms);
                var representative = GroupOf(groups, file.Path)!.Representative;
                var inverse = word == "rotate_90" ? "rotate_270" : word;
                Assert.Equal(representative == collection.UriOf(file.Path) ? inverse : word, turned);
            });
        }
    }

    [Fact]
    public async Task A_lossless_original_or_the_larger_one_is_suggested_to_be_kept_with_the_reason()
    {
        var groups = await GroupsAsync();

        var small = collection.Plan.First(file => file.Edit == "resized");
        Assert.Equal(collection.UriOf(small.Original!), GroupOf(groups, small.Path)!.Keep);
        Assert.Matches(@"^\d+ x \d+ is the largest of 2$", GroupOf(groups, small.Path)!.Reason);
        var bytes = collection.Plan.First(file => file.Edit == "re-encoded");
        Assert.Equal(collection.UriOf(bytes.Original!), GroupOf(groups, bytes.Path)!.Keep);
        Assert.Matches(@"^same size, most bytes \([\d,]+\)$", GroupOf(groups, bytes.Path)!.Reason);
    }

    [Fact]
    public async Task The_second_run_knows_everything_and_works_on_nothing()
    {
        var first = FirstRun().Json;

        var report = (await collection.AskAsync("run", collection.Folder, "--json", "--no-progress")).Expect(0).Json;

        Assert.Equal((60, 0, 57), Counts(report));
        Assert.Equal(Compact(first.GetProperty("rejected")), Compact(report.GetProperty("rejected")));
        Assert.Equal(Compact(first.GetProperty("duplicates")), Compact(report.GetProperty("duplicates")));
        Assert.Equal(["embed:fingerprint_2 0", "hash 0", "ingest 60", "relate:fingerprint_2 0", "relate:hash 0"], Stages(report));
    }

    static (int Discovered, int Ingested, int Known) Counts(JsonElement report) => (
        report.GetProperty("discovered").GetInt32(), report.GetProperty("ingested").GetInt32(),
        report.GetProperty("already_known").GetInt32());

    static string[] Stages(JsonElement report) =>
        [.. report.GetProperty("stages").EnumerateArray().Select(stage => $"{stage.GetProperty("name")} {stage.GetProperty("done")}")];

    static string Compact(JsonElement value) => JsonSerializer.Serialize(value);

    static string Word(SampleKind kind) => kind switch
    {
        SampleKind.SameBytes => "same_bytes",
        SampleKind.SamePixels => "same_pixels",
        _ => "edited_copy",
    };

    int Planned(SampleKind kind) => collection.Plan.Count(file => file.Kind == kind);

    CommandResult FirstRun()
    {
        Assert.SkipWhen(collection.Absent is not null, collection.Absent ?? "");
        return collection.FirstRun;
    }

    ListedGroup? GroupOf(List<ListedGroup> groups, string path) =>
        groups.SingleOrDefault(group => group.Files.ContainsKey(collection.UriOf(path)));

    async Task<List<ListedGroup>> GroupsAsync() =>
        ListedGroup.Parse((await collection.AskAsync("duplicates", "--json")).Expect(0).Json);
}

[Collection(nameof(OnEmbedded))]
public sealed class GoldenRunOnEmbedded(EmbeddedIndex collection) : GoldenRunTests(collection);

[Collection(nameof(OnPostgres))]
public sealed class GoldenRunOnPostgres(PostgresIndex collection) : GoldenRunTests(collection);
