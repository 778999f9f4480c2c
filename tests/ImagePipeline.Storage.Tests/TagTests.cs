using ImagePipeline.Storage.Tags;
using ImagePipeline.Storage.Tests.Search;
using Npgsql;

namespace ImagePipeline.Storage.Tests;

public abstract class TagTests(TestDatabase database) : SearchTests(database)
{
    readonly TagStore _tags = new(database.Source);

    [Fact]
    public async Task What_becomes_of_each_image_is_counted_and_twice_is_as_once()
    {
        await RegisterAsync(10);
        await ExecuteAsync("UPDATE image SET rejected_reason = 'truncated' WHERE image_id = $1", Sample.Id(9));
        Guid[] asked = [Sample.Id(0), Sample.Id(1), Sample.Id(1), Sample.Id(9), Sample.Id(500)];

        var first = await _tags.AddAsync("beach", asked, "ann");
        var second = await _tags.AddAsync("beach", [.. asked, Sample.Id(2)], "bob");

        Assert.Equal(new TagChange(2, 0, 0, 2), first);
        Assert.Equal(new TagChange(1, 2, 0, 2), second);
        Assert.Equal([new TagCount("beach", 3)], await _tags.ListAsync("", 10));
        Assert.Equal(["ann", "ann", "bob"], await RowsAsync("SELECT tagged_by FROM image_tag ORDER BY tagged_by"));
    }

    [Fact]
    public async Task Tags_are_taken_from_some_or_from_all_and_those_of_models_stay()
    {
        await RegisterAsync(4);
        Guid[] all = [.. Enumerable.Range(0, 4).Select(Sample.Id)];
        await _tags.AddAsync("beach", all, "ann");
        await _tags.AddAsync("sea", all, "ann");
        await ExecuteAsync("INSERT INTO image_tag (image_id, tag, source, probability) VALUES ($1, 'beach', 'tags_1', 0.75)", Sample.Id(0));

        var some = await _tags.RemoveAsync("beach", [Sample.Id(0), Sample.Id(1), Sample.Id(77)]);
        var none = await _tags.RemoveAsync("beach", [Sample.Id(0)]);
        var rest = await _tags.RemoveEverywhereAsync("beach");

        Assert.Equal((2, 0, 2), (some, none, rest));
        Assert.Equal(
            [new ImageTag("beach", "tags_1", 0.75f), new ImageTag("sea", ImageTag.Person, null)], await _tags.OfImageAsync(Sample.Id(0)));
    }

    [Fact]
    public async Task An_image_has_as_many_tags_as_it_may_have_and_no_more_whoever_comes_at_once()
    {
        await RegisterAsync(1);
        for (var number = 0; number < TagName.MostPerImage - 3; number++)
        {
            await _tags.AddAsync($"tag {number}", [Sample.Id(0)], "ann");
        }

        var changes = await Task.WhenAll(Enumerable.Range(0, 6).Select(number => _tags.AddAsync($"late {number}", [Sample.Id(0)], "bob")));

        Assert.Equal((3, 3), (changes.Sum(change => change.Added), changes.Sum(change => change.Full)));
        Assert.Equal(TagName.MostPerImage, (await _tags.OfImageAsync(Sample.Id(0))).Count);
    }

    [Fact]
    public async Task Tags_stay_when_files_come_again_and_go_with_their_image()
    {
        await RegisterAsync(3);
        await _tags.AddAsync("beach", [Sample.Id(0), Sample.Id(1)], "ann");

        await RegisterAsync(3);
        Assert.Equal([new TagCount("beach", 2)], await _tags.ListAsync("", 10));
        await ExecuteAsync("DELETE FROM image_source WHERE image_id = $1", Sample.Id(0));
        Assert.Equal([new TagCount("beach", 1)], await _tags.ListAsync("", 10));
        await ExecuteAsync("DELETE FROM image WHERE image_id = $1", Sample.Id(0));

        Assert.Equal([$"{Sample.Id(1)}"], await RowsAsync("SELECT image_id FROM image_tag"));
    }

    [Theory]
    [InlineData("x' OR true; DROP TABLE image; --")]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("%_\\ \"$1\"")]
    [InlineData("日本語 🌊")]
    [InlineData("a/b%2Fc")]
    public async Task Whatever_a_tag_is_called_it_is_text(string written)
    {
        await RegisterAsync(3);
        Assert.True(TagName.TryParse(" " + written, out var tag));

        await _tags.AddAsync(tag, [Sample.Id(1)], "ann");

        Assert.Equal([new TagCount(written, 1)], await _tags.ListAsync(written[..3].ToUpperInvariant(), 10));
        Assert.Equal([Sample.Id(1)], await IdsAsync("SELECT image_id FROM search_images(tag => $1)", written));
        Assert.Equal([Sample.Id(1)], await new FilteredImages(Source).PageAsync(new() { Tag = written }, null, 10));
        Assert.Equal(["1"], await RowsAsync("SELECT count(*) FROM image_file WHERE $1 = ANY(tags)", written));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("two\nlines")]
    [InlineData("bell\a")]
    [InlineData("\u0085")]
    [InlineData("gpj\u202eexe")]
    [InlineData("line\u2028")]
    public async Task What_no_tag_can_be_is_refused_by_the_program_and_by_the_database(string written)
    {
        await RegisterAsync(1);

        Assert.False(TagName.TryParse(written, out _));
        var fault = await Assert.ThrowsAsync<PostgresException>(
            () => ExecuteAsync("INSERT INTO image_tag (image_id, tag) VALUES ($1, $2)", Sample.Id(0), written));
        Assert.Equal(PostgresErrorCodes.CheckViolation, fault.SqlState);
    }

    [Fact]
    public async Task The_longest_tag_is_taken_and_a_longer_one_or_half_a_character_is_not()
    {
        await RegisterAsync(1);
        var longest = string.Concat(Enumerable.Repeat("🌊", TagName.Longest));

        Assert.True(TagName.TryParse(longest, out var tag));
        Assert.Equal(new TagChange(1, 0, 0, 0), await _tags.AddAsync(tag, [Sample.Id(0)], "ann"));
        Assert.False(TagName.TryParse(longest + "x", out _));
        Assert.False(TagName.TryParse("🌊"[..1], out _));
        await Assert.ThrowsAsync<PostgresException>(
            () => ExecuteAsync("INSERT INTO image_tag (image_id, tag) VALUES ($1, $2)", Sample.Id(0), longest + "x"));
    }

    [Fact]
    public async Task An_order_gives_a_tag_with_its_decisions_and_takes_both_back()
    {
        await RegisterAsync(4);
        await _tags.AddAsync("copy", [Sample.Id(1)], "ann");
        var (decisions, order) = (new DecisionStore(Source), Guid.NewGuid());
        FileDecision[] files = [.. Enumerable.Range(0, 3).Select(n => new FileDecision($"file:///photos/{n}", Sample.Id(n), Sample.Id(0), n == 0, "a reason"))];

        var change = await decisions.WriteAsync(files, order, "bob", new TagOrder("copy", [Sample.Id(1), Sample.Id(2)]));
        var tagged = await IdsAsync("SELECT image_id FROM search_images(tag => 'copy')");
        var undone = await decisions.UndoAsync(order);

        Assert.Equal(new TagChange(1, 1, 0, 0), change);
        Assert.Equal(Sample.Ordered(1, 2), tagged.Order());
        Assert.Equal((3, 1), undone);
        // Ann's was there before.
        Assert.Equal([Sample.Id(1)], await IdsAsync("SELECT image_id FROM search_images(tag => 'copy')"));
    }

    async Task RegisterAsync(int images) =>
        await new SourceStore(Source).RegisterAsync([.. Enumerable.Range(0, images).Select(n => Sample.File(n))], Guid.NewGuid());
}

[Collection(nameof(OnPGlite))]
public sealed class TagTestsOnPGlite(PGliteDatabase database) : TagTests(database);

[Collection(nameof(OnPostgres))]
public sealed class TagTestsOnPostgres(PostgresDatabase database) : TagTests(database);
