using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace ImagePipeline.Services.Tests.Search;

/// <summary>Tags over HTTP; each test takes away those it gave.</summary>
[Collection(nameof(OnSearchHost))]
public sealed class TagsOverHttp(SearchHost host)
{
    [Theory]
    [InlineData("beach")]
    [InlineData("place/Italy")]
    [InlineData("50%2F50 & more?")]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("x' OR true; --")]
    [InlineData("日本語 🌊")]
    public async Task A_tag_is_given_found_by_and_taken_away_whatever_it_is_called(string tag)
    {
        var id = await host.SomeImageAsync();
        var path = $"/v1/images/{id}/tags/{Uri.EscapeDataString(tag)}";

        var (given, answer) = await host.SendAsync(HttpMethod.Put, path);
        await host.SendAsync(HttpMethod.Put, path);
        var found = await host.GetAsync($"/v1/images?tag={Uri.EscapeDataString(tag)}");
        var listed = await host.GetAsync($"/v1/tags?typed={Uri.EscapeDataString(tag[..2])}");
        var shown = await host.GetAsync($"/v1/images/{id}");
        var (taken, rest) = await host.SendAsync(HttpMethod.Delete, path);
        var (again, _) = await host.SendAsync(HttpMethod.Delete, path);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK), (given, taken, again));
        Assert.Equal([tag], Words(answer));
        Assert.Equal([tag], Words(shown));
        Assert.Equal([id], found.GetProperty("images").EnumerateArray().Select(image => image.GetProperty("image_id").GetString()));
        var one = Assert.Single(listed.GetProperty("tags").EnumerateArray(), one => one.GetProperty("tag").GetString() == tag);
        Assert.Equal(1, one.GetProperty("images").GetInt32());
        Assert.Empty(Words(rest));
    }

    [Fact]
    public async Task A_search_by_picture_is_narrowed_by_a_tag_and_rows_do_not_vanish()
    {
        var images = (await host.GetAsync("/v1/images?limit=40")).GetProperty("images").EnumerateArray()
            .Select(image => image.GetProperty("image_id").GetString()!).Order(StringComparer.Ordinal).ToArray();
        var tagged = images.Where((_, at) => at % 5 == 2).ToArray();
        await Task.WhenAll(tagged.Select(id => host.SendAsync(HttpMethod.Put, $"/v1/images/{id}/tags/some")));

        var hits = (await host.GetAsync($"/v1/images/{images[0]}/similar?k=50&tag=some")).GetProperty("hits");
        await Task.WhenAll(tagged.Select(id => host.SendAsync(HttpMethod.Delete, $"/v1/images/{id}/tags/some")));

        Assert.Equal(tagged, hits.EnumerateArray()
            .Select(hit => hit.GetProperty("image").GetProperty("image_id").GetString()).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("%20")]
    [InlineData("two%0Alines")]
    [InlineData("gpj%E2%80%AEexe")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public async Task What_no_tag_can_be_is_refused_in_words(string tag)
    {
        var id = await host.SomeImageAsync();

        var (put, problem) = await host.SendAsync(HttpMethod.Put, $"/v1/images/{id}/tags/{tag}");
        var (filter, _) = await host.SendAsync(HttpMethod.Get, $"/v1/images?tag={tag}");

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (put, filter));
        Assert.Contains("a tag is a line of 1 to 64", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(["0"], await host.RowsAsync("SELECT count(*) FROM image_tag"));
    }

    [Fact]
    public async Task Images_that_are_not_there_and_full_ones_get_no_tag()
    {
        var id = await host.SomeImageAsync();
        foreach (var number in Enumerable.Range(0, 100))
        {
            await host.SendAsync(HttpMethod.Put, $"/v1/images/{id}/tags/{number}");
        }

        var (full, problem) = await host.SendAsync(HttpMethod.Put, $"/v1/images/{id}/tags/100");
        var (had, _) = await host.SendAsync(HttpMethod.Put, $"/v1/images/{id}/tags/7");
        var (put, _) = await host.SendAsync(HttpMethod.Put, $"/v1/images/{Guid.NewGuid()}/tags/beach");
        var (delete, _) = await host.SendAsync(HttpMethod.Delete, $"/v1/images/{Guid.NewGuid()}/tags/beach");
        await using var empty = host.Database.Source.CreateCommand("DELETE FROM image_tag");
        await empty.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.OK), (full, had));
        Assert.Contains("100 tags", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (put, delete));
    }

    [Fact]
    public async Task Rules_tag_the_images_of_which_no_file_is_kept_and_taking_back_takes_the_tags()
    {
        var (_, planned) = await ResolveAsync(new { tag = "copy", dry_run = true, show = 0 });
        Assert.Equal(["0"], await host.RowsAsync("SELECT count(*) FROM image_tag"));
        var (_, done) = await ResolveAsync(new { tag = "copy", show = 0 });
        var wrong = await host.RowsAsync(
            """
            SELECT image_id FROM duplicate_decision GROUP BY image_id
            HAVING bool_and(decision = 'remove') <> (SELECT count(*) = 1 FROM image_tag t WHERE t.image_id = duplicate_decision.image_id AND t.tag = 'copy')
            """);
        var tagged = await host.RowsAsync("SELECT count(*) FROM image_tag");
        var (_, undone) = await host.SendAsync(HttpMethod.Delete, $"/v1/duplicates/decisions/{done.GetProperty("batch_id")}");

        Assert.True(done.GetProperty("tagged").GetInt32() > 0);
        Assert.Equal(planned.GetProperty("tagged").GetInt32(), done.GetProperty("tagged").GetInt32());
        Assert.Empty(wrong);
        Assert.Equal([$"{done.GetProperty("tagged")}"], tagged);
        Assert.Equal(done.GetProperty("tagged").GetInt32(), undone.GetProperty("tags").GetInt32());
        Assert.Equal(["0 0"], await host.RowsAsync("SELECT (SELECT count(*) FROM image_tag), (SELECT count(*) FROM duplicate_decision)"));
        Assert.Equal(HttpStatusCode.BadRequest, (await ResolveAsync(new { tag = "a\nb" })).Status);
    }

    [Theory]
    [InlineData("bytes=0-9", 0, 10)]
    [InlineData("bytes=100-", 100, -1)]
    [InlineData("bytes=-7", -7, 7)]
    public async Task A_part_of_an_original_is_what_the_whole_has_there(string range, int from, int length)
    {
        var path = $"/v1/images/{await host.SomeImageAsync()}/original";
        var whole = await host.Client.GetByteArrayAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        from = from < 0 ? whole.Length + from : from;
        length = length < 0 ? whole.Length - from : length;

        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Range = RangeHeaderValue.Parse(range) } };
        using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        Assert.Equal(new ContentRangeHeaderValue(from, from + length - 1, whole.Length), response.Content.Headers.ContentRange);
        Assert.Equal(whole[from..(from + length)], await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_part_beyond_the_end_is_refused_and_one_of_other_bytes_is_the_whole()
    {
        var path = $"/v1/images/{await host.SomeImageAsync()}/original";

        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, await StatusAsync("bytes=99999999-", null));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("bytes=0-9", "\"other\""));

        async Task<HttpStatusCode> StatusAsync(string range, string? etag)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Range = RangeHeaderValue.Parse(range) } };
            request.Headers.IfRange = etag is null ? null : RangeConditionHeaderValue.Parse(etag);
            using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
            return response.StatusCode;
        }
    }

    static IEnumerable<string?> Words(JsonElement answer) =>
        answer.GetProperty("tags").EnumerateArray().Select(tag => tag.GetProperty("tag").GetString());

    Task<(HttpStatusCode Status, JsonElement Answer)> ResolveAsync(object order) =>
        host.SendAsync(HttpMethod.Post, "/v1/duplicates/resolve", JsonContent.Create(order));
}
