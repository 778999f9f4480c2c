using System.Text.Json;
using ImagePipeline.Imaging;
using ImagePipeline.Imaging.Samples;

namespace ImagePipeline.EndToEnd.Tests;

/// <summary>What a user asks after the run: search, check, sql, status, pages.</summary>
[Collection(nameof(OnEmbedded))]
public sealed class QueryTests(EmbeddedIndex collection)
{
    [Theory]
    [InlineData("same bytes")]
    [InlineData("TIFF")]
    [InlineData("resized")]
    [InlineData("re-encoded")]
    [InlineData("lossy WebP")]
    public async Task Searching_by_a_copy_finds_its_original_at_the_top(string edit)
    {
        var copy = collection.Plan.First(file => file.Edit == edit);

        var hits = Hits((await collection.AskAsync("search", collection.PathOf(copy.Path), "-k", "2", "--json")).Expect(0));

        Assert.InRange(hits.Count, 1, 2);
        Assert.Contains(collection.UriOf(copy.Original!), hits.SelectMany(hit => hit.Files));
        Assert.True(hits[0].Distance < 0.001, $"{hits[0].Distance}");
    }

    [Fact]
    public async Task Searching_by_an_image_id_leaves_the_image_itself_out()
    {
        var original = collection.Plan.First(file => file.Kind == SampleKind.SamePixels).Original!;
        var id = await ImageIdAsync(original);

        var hits = Hits((await collection.AskAsync("search", id, "--json")).Expect(0));

        Assert.Equal(10, hits.Count);
        Assert.DoesNotContain(collection.UriOf(original), hits.SelectMany(hit => hit.Files));
        Assert.Equal(hits.Select(hit => hit.Distance).Order(), hits.Select(hit => hit.Distance));
    }

    [Fact]
    public async Task Checking_a_new_edit_names_the_original_and_stores_nothing()
    {
        var before = await CountImagesAsync();
        var original = collection.Plan.First(file => file.Edit == "original" && file.Path.Contains("city", StringComparison.Ordinal));
        var path = Path.Combine(collection.Root, "new-edit.jpg");
        File.WriteAllBytes(path, Edited(File.ReadAllBytes(collection.PathOf(original.Path))));

        var answer = (await collection.AskAsync("check", path, "--json")).Expect(0).Json;

        Assert.Equal("edited_copy", answer.GetProperty("verdict").GetString());
        var match = Assert.Single(
            answer.GetProperty("matches").EnumerateArray(), match => Uris(match).Contains(collection.UriOf(original.Path)));
        Assert.Equal("edited_copy", match.GetProperty("kind").GetString());
        Assert.Equal("pdq", match.GetProperty("evidence").GetString());
        Assert.Equal(before, await CountImagesAsync());
    }

    [Theory]
    [InlineData("backup/", "same_bytes", "bytes")]
    [InlineData(".tif", "same_bytes", "bytes")]
    public async Task Checking_a_file_of_the_collection_says_so(string part, string verdict, string evidence)
    {
        var file = collection.Plan.First(file => file.Path.Contains(part, StringComparison.Ordinal));

        var answer = (await collection.AskAsync("check", collection.PathOf(file.Path), "--json")).Expect(0).Json;

        Assert.Equal(verdict, answer.GetProperty("verdict").GetString());
        Assert.Equal(evidence, answer.GetProperty("matches")[0].GetProperty("evidence").GetString());
    }

    [Fact]
    public async Task Checking_the_same_pixels_in_a_new_encoding_says_same_pixels()
    {
        var original = collection.Plan.First(file => file.Edit == "TIFF").Original!;
        var path = Path.Combine(collection.Root, "new-encoding.webp");
        using (var decoded = ImageDecoder.DecodeToFit(File.ReadAllBytes(collection.PathOf(original)), 4096))
        {
            var pixels = decoded.Pixels!;
            File.WriteAllBytes(path, ImageEncoder.ToWebp(pixels.Rgb, pixels.WidthPx, pixels.HeightPx, lossless: true, 100));
        }

        var answer = (await collection.AskAsync("check", path, "--json")).Expect(0).Json;

        Assert.Equal("same_pixels", answer.GetProperty("verdict").GetString());
        var twins = answer.GetProperty("matches").EnumerateArray()
            .Where(match => match.GetProperty("kind").GetString() == "same_pixels").SelectMany(Uris).Order();
        Assert.Equal(
            new[] { original, collection.Plan.First(file => file.Edit == "TIFF").Path }.Select(collection.UriOf).Order(), twins);
    }

    [Fact]
    public async Task Checking_a_picture_that_is_not_there_says_new()
    {
        var scene = RgbPicture.Scene(seed: 987_654, 640, 480);
        var path = Path.Combine(collection.Root, "stranger.jpg");
        File.WriteAllBytes(path, ImageEncoder.ToJpeg(scene.Rgb, 640, 480, 90));

        var answer = (await collection.AskAsync("check", path)).Expect(0);

        Assert.Contains("New:", answer.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sql_prints_csv_and_json()
    {
        const string Query = "select format, count(*) as images, null as none from image group by format order by format";

        var csv = (await collection.AskAsync("sql", Query, "--csv")).Expect(0).Out.Trim().Split('\n');
        var json = (await collection.AskAsync("sql", Query, "--json")).Expect(0).Json;

        Assert.Equal("format,images,none", csv[0]);
        Assert.Equal(
            csv.Skip(1), json.EnumerateArray().Select(row => $"{row.GetProperty("format")},{row.GetProperty("images")},"));
        Assert.Equal(["jpeg", "png", "tiff", "webp"], json.EnumerateArray().Select(row => row.GetProperty("format").GetString()));
        Assert.Equal(JsonValueKind.Null, json[0].GetProperty("none").ValueKind);
    }

    [Fact]
    public async Task A_table_that_is_not_for_a_terminal_has_no_colours_and_no_folded_lines()
    {
        var table = (await collection.AskAsync("sql", "select uri, null as none from image_file order by uri limit 1")).Expect(0);

        Assert.DoesNotContain('\u001b', table.Out);
        Assert.Contains(
            collection.Plan.Select(file => collection.UriOf(file.Path)).Order(StringComparer.Ordinal).First(), table.Out,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tags_are_given_by_name_folder_and_condition_listed_and_taken_away()
    {
        var file = collection.PathOf(collection.Plan.First(file => file.Path.StartsWith("studio/", StringComparison.Ordinal)).Path);

        var one = (await collection.AskAsync("tag", "add", "one", file, "--json")).Expect(0).Json;
        var below = (await collection.AskAsync("tag", "add", "studio", Path.GetDirectoryName(file)!, "--json")).Expect(0).Json;
        var where = (await collection.AskAsync("tag", "add", "studio", "--where", "uri like '%/studio/%' -- all", "--json")).Expect(0).Json;
        var ofOne = (await collection.AskAsync("tag", "list", file)).Expect(0).Out;
        var found = (await collection.AskAsync("sql", "select count(*) as n from search_images(tag => 'studio', k => 1000)", "--json")).Expect(0).Json;
        var taken = (await collection.AskAsync("tag", "remove", "studio", "--all", "--json")).Expect(0).Json;
        await collection.AskAsync("tag", "remove", "one", file);

        Assert.Equal(1, one.GetProperty("added").GetInt32());
        Assert.True(below.GetProperty("added").GetInt32() > 1);
        Assert.Equal((0, below.GetProperty("added").GetInt32()), (where.GetProperty("added").GetInt32(), where.GetProperty("already").GetInt32()));
        Assert.Equal(["one", "studio"], ofOne.Trim().Split('\n'));
        Assert.Equal(below.GetProperty("added").GetInt32(), found[0].GetProperty("n").GetInt32());
        Assert.Equal(below.GetProperty("added").GetInt32(), taken.GetProperty("removed").GetInt32());
        Assert.Empty((await collection.AskAsync("tag", "list", "--json")).Expect(0).Json.GetProperty("tags").EnumerateArray());
        (await collection.AskAsync("tag", "add", "one")).Expect(2);
        (await collection.AskAsync("tag", "add", "two\nlines", file)).Expect(2);
        (await collection.AskAsync("tag", "add", "one", "--where", "nothing = 1")).Expect(2);
        (await collection.AskAsync("tag", "add", "one", "--where", "true); delete from image; --")).Expect(2);
    }

    [Fact]
    public async Task Groups_are_resolved_and_tagged_as_the_dry_run_says_and_taken_back()
    {
        string[] order = ["duplicates", "resolve", "--rule", "smallest", "--kind", "edited_copy", "--tag", "spare", "--json"];

        var planned = (await collection.AskAsync([.. order, "--dry-run"])).Expect(0).Json;
        var done = (await collection.AskAsync(order)).Expect(0).Json;
        var undone = (await collection.AskAsync("duplicates", "undo", done.GetProperty("batch_id").GetString()!, "--json")).Expect(0).Json;

        Assert.Equal(planned.GetProperty("files").ToString(), done.GetProperty("files").ToString());
        Assert.Equal(done.GetProperty("keep").GetInt32() + done.GetProperty("remove").GetInt32(), done.GetProperty("files").GetArrayLength());
        Assert.True(done.GetProperty("to_tag").GetInt32() > 0);
        Assert.Equal(done.GetProperty("to_tag").GetInt32(), done.GetProperty("tagged").GetProperty("added").GetInt32());
        Assert.Equal(done.GetProperty("to_tag").GetInt32(), undone.GetProperty("tags").GetInt32());
        (await collection.AskAsync("duplicates", "undo", done.GetProperty("batch_id").GetString()!)).Expect(2);
    }

    [Theory]
    [InlineData("delete from image")]
    [InlineData("select 1; drop table image")]
    [InlineData("select nothing")]
    public async Task Sql_that_writes_or_is_wrong_is_refused(string query)
    {
        var before = await CountImagesAsync();

        var refused = (await collection.AskAsync("sql", query)).Expect(2);

        Assert.StartsWith("imagepipeline: ", refused.Error, StringComparison.Ordinal);
        Assert.Equal(before, await CountImagesAsync());
    }

    [Fact]
    public async Task Status_tells_files_and_stages_from_the_database()
    {
        var status = (await collection.AskAsync("status", "--json")).Expect(0).Json;

        var files = status.GetProperty("files").EnumerateArray()
            .ToDictionary(file => $"{file.GetProperty("state")} {file.GetProperty("reason")}", file => file.GetProperty("count").GetInt32());
        Assert.Equal(57, files["ingested "]);
        Assert.Equal((1, 1, 1), (files["rejected empty_file"], files["rejected not_an_image"], files["rejected truncated"]));
        Assert.Equal(4, status.GetProperty("stages").GetArrayLength());
        Assert.All(status.GetProperty("stages").EnumerateArray(), stage =>
        {
            Assert.Equal(0, stage.GetProperty("to_do").GetInt32());
            Assert.Equal(0, stage.GetProperty("failed").GetInt32());
        });
        Assert.Contains("57 files ingested", (await collection.AskAsync("status")).Expect(0).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_hold_their_pictures_and_ask_nothing_of_the_network()
    {
        var (copies, found) = (Path.Combine(collection.Root, "copies.html"), Path.Combine(collection.Root, "found.html"));
        var picture = collection.PathOf(collection.Plan[0].Path);

        (await collection.AskAsync("duplicates", "--html", copies)).Expect(0);
        (await collection.AskAsync("search", picture, "--html", found)).Expect(0);

        foreach (var page in new[] { copies, found })
        {
            var html = File.ReadAllText(page);
            Assert.Contains("data:image/jpeg;base64,", html, StringComparison.Ordinal);
            Assert.DoesNotMatch("(?i)(src|href|url|action)\\s*[=(]\\s*[\"']?(https?:)?//", html);
            Assert.DoesNotContain("<script src", html, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Duplicates_of_one_kind_are_listed_alone_and_a_preferred_folder_decides_what_to_keep()
    {
        var backup = collection.PathOf("backup");
        var listed = (await collection.AskAsync("duplicates", "--kind", "same_bytes", "--prefer", backup, "--json")).Expect(0);

        var groups = ListedGroup.Parse(listed.Json);

        Assert.Equal(collection.Plan.Count(file => file.Kind == SampleKind.SameBytes), groups.Count);
        Assert.All(groups, group =>
        {
            Assert.StartsWith("file://" + backup, group.Keep, StringComparison.Ordinal);
            Assert.Contains("which you prefer", group.Reason, StringComparison.Ordinal);
        });
    }

    static byte[] Edited(byte[] file)
    {
        using var decoded = ImageDecoder.DecodeToFit(file, 4096);
        var pixels = decoded.Pixels!;
        var edited = PictureEdits.Brightness(
            PictureEdits.Resize(new RgbPicture(pixels.Rgb.ToArray(), pixels.WidthPx, pixels.HeightPx), 0.7), 0.95);
        return ImageEncoder.ToJpeg(edited.Rgb, edited.WidthPx, edited.HeightPx, 70);
    }

    static List<(double Distance, List<string> Files)> Hits(CommandResult result) =>
        [.. result.Json.GetProperty("hits").EnumerateArray().Select(hit => (
            hit.GetProperty("distance").GetDouble(),
            hit.GetProperty("image").GetProperty("files").EnumerateArray().Select(file => file.GetProperty("uri").GetString()!).ToList()))];

    static IEnumerable<string?> Uris(JsonElement match) => match.GetProperty("files").EnumerateArray().Select(uri => uri.GetString());

    async Task<string> ImageIdAsync(string path) =>
        (await collection.AskAsync("sql", $"select image_id from image_file where uri = '{collection.UriOf(path)}'", "--json"))
            .Expect(0).Json[0].GetProperty("image_id").GetString()!;

    async Task<int> CountImagesAsync() =>
        (await collection.AskAsync("sql", "select count(*) as n from image", "--json")).Expect(0).Json[0].GetProperty("n").GetInt32();
}
