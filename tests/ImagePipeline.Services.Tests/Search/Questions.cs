using System.Net;
using System.Text.Json;
using ImagePipeline.Imaging;

namespace ImagePipeline.Services.Tests.Search;

/// <summary>Searches and filters over HTTP.</summary>
[Collection(nameof(OnSearchHost))]
public sealed class Questions(SearchHost host)
{
    [Fact]
    public async Task A_picture_of_the_collection_is_found_first_as_body_and_as_form()
    {
        var image = (await host.GetAsync("/v1/images?path=nature&limit=1")).GetProperty("images")[0];
        var bytes = await File.ReadAllBytesAsync(image.GetProperty("files")[0].GetString()!, TestContext.Current.CancellationToken);

        var (_, body) = await host.SendAsync(HttpMethod.Post, "/v1/search?k=3", SearchHost.Picture(bytes));
        using var form = new MultipartFormDataContent { { SearchHost.Picture(bytes), "file", "a.jpg" } };
        var (_, posted) = await host.SendAsync(HttpMethod.Post, "/v1/search?k=3", form);

        Assert.Equal(3, body.GetProperty("hits").GetArrayLength());
        Assert.Equal(image.GetProperty("image_id").GetString(), Id(body.GetProperty("hits")[0]));
        Assert.InRange(body.GetProperty("hits")[0].GetProperty("distance").GetDouble(), 0, 0.01);
        Assert.Equal(body.ToString(), posted.ToString());
    }

    [Fact]
    public async Task Filters_give_as_many_as_there_are_and_nothing_else()
    {
        var all = (await host.GetAsync("/v1/images?limit=500")).GetProperty("images").EnumerateArray().ToArray();
        var png = all.Where(image => image.GetProperty("format").GetString() == "png").Select(Key).ToHashSet();
        var id = Key(all.First(image => !png.Contains(Key(image))));

        var found = (await host.GetAsync($"/v1/images/{id}/similar?k=500&format=png")).GetProperty("hits").EnumerateArray().ToArray();
        var few = (await host.GetAsync($"/v1/images/{id}/similar?k=2&format=png")).GetProperty("hits");

        Assert.NotEmpty(png);
        Assert.Equal(png.Order(), found.Select(Id).Order());
        Assert.Equal(Math.Min(2, png.Count), few.GetArrayLength());
        Assert.Equal(found.Select(Distance).Order(), found.Select(Distance));
    }

    [Theory]
    [InlineData("min_width=700")]
    [InlineData("max_bytes=60000")]
    [InlineData("path=STUDIO")]
    [InlineData("taken_after=2000-01-01")]
    [InlineData("taken_before=2100-01-01T10:30")]
    [InlineData("colour=%23fafafa")]
    public async Task Pages_of_a_filter_are_the_whole_without_repetition(string filter)
    {
        var whole = (await host.GetAsync($"/v1/images?limit=500&{filter}")).GetProperty("images").EnumerateArray().Select(Key).ToArray();

        var paged = new List<string>();
        for (string? after = ""; after is not null;)
        {
            var page = await host.GetAsync($"/v1/images?limit=7&{filter}{(after == "" ? "" : "&after=" + after)}");
            paged.AddRange(page.GetProperty("images").EnumerateArray().Select(Key));
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }

        Assert.Equal(whole, paged);
        Assert.Equal(whole.Length, whole.Distinct().Count());
    }

    [Fact]
    public async Task A_folder_is_a_folder_and_not_the_beginning_of_a_name()
    {
        var inside = (await host.GetAsync($"/v1/images?limit=500&folder={host.Folder}/studio")).GetProperty("images").GetArrayLength();
        var cut = (await host.GetAsync($"/v1/images?limit=500&folder={host.Folder}/stud")).GetProperty("images").GetArrayLength();

        Assert.True(inside > 0);
        Assert.Equal(0, cut);
    }

    [Fact]
    public async Task Folders_that_are_suggested_filter_as_many_as_they_say()
    {
        var below = (await host.GetAsync($"/v1/folders?typed={host.Folder}/s")).GetProperty("folders").EnumerateArray().ToArray();
        var all = (await host.GetAsync("/v1/folders")).GetProperty("folders").EnumerateArray().Select(Path).ToArray();

        Assert.Contains($"{host.Folder}/studio/", below.Select(Path));
        Assert.All(below, folder => Assert.Contains(Path(folder), all));
        foreach (var folder in below)
        {
            var images = (await host.GetAsync($"/v1/images?limit=500&folder={Path(folder)}")).GetProperty("images").EnumerateArray();
            Assert.Equal(
                folder.GetProperty("files").GetInt32(),
                images.Sum(image => image.GetProperty("files").EnumerateArray().Count(
                    file => file.GetString()!.StartsWith(Path(folder), StringComparison.Ordinal))));
        }
    }

    [Fact]
    public async Task The_main_colour_of_a_picture_finds_it()
    {
        var image = await host.GetAsync($"/v1/images/{await host.SomeImageAsync()}");
        var colour = image.GetProperty("colours")[0].GetString()!.TrimStart('#');

        var found = (await host.GetAsync($"/v1/images?limit=500&colour={colour}")).GetProperty("images").EnumerateArray().Select(Key);

        Assert.Contains(Key(image), found);
    }

    [Theory]
    [InlineData("/v1/images?limit=0")]
    [InlineData("/v1/images?limit=5000")]
    [InlineData("/v1/folders?limit=0")]
    [InlineData("/v1/images?colour=red")]
    [InlineData("/v1/images?taken_after=soon")]
    [InlineData("/v1/images?min_width=-1")]
    [InlineData("/v1/images?min_width=wide")]
    [InlineData("/v1/images?taken_after=12:00")]
    [InlineData("/v1/images?taken_after=05/06/2024")]
    [InlineData("/v1/images?taken_before=2024-05-31T12:00Z")]
    [InlineData("/v1/images?path=%00")]
    [InlineData("/v1/images?folder=a%00b")]
    [InlineData("/v1/failures?reason=%00")]
    [InlineData("/v1/failures?after=%00")]
    [InlineData("/v1/duplicates?kind=twin")]
    [InlineData("/v1/duplicates?state=never")]
    public async Task What_cannot_be_asked_is_refused_with_words(string path)
    {
        var (status, problem) = await host.SendAsync(HttpMethod.Get, path);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/v1/images?limit=1")]
    [InlineData("/v1/images?limit=0")]
    [InlineData("/v1/images?taken_after=soon")]
    [InlineData("/v1/nowhere")]
    public async Task Every_answer_says_what_a_browser_may_do_with_it(string path)
    {
        using var response = await host.Client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Contains(
            "default-src 'none'", Assert.Single(response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal("same-origin", Assert.Single(response.Headers.GetValues("Cross-Origin-Resource-Policy")));
    }

    [Fact]
    public async Task Unusable_pictures_are_answered_by_what_is_wrong()
    {
        var text = await host.SendAsync(HttpMethod.Post, "/v1/search", new StringContent("hello"));
        var none = await host.SendAsync(HttpMethod.Post, "/v1/search", SearchHost.Picture([]));
        var wrong = await host.SendAsync(HttpMethod.Post, "/v1/search", SearchHost.Picture("not a picture"u8.ToArray()));
        var model = await host.SendAsync(HttpMethod.Post, "/v1/search?model=other_1", SearchHost.Picture(ImageEncoder.ToJpeg(new byte[48], 4, 4, 80)));

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, text.Status);
        Assert.Equal(HttpStatusCode.BadRequest, none.Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Contains("not_an_image", wrong.Answer.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, model.Status);
    }

    [Fact]
    public async Task A_picture_above_the_limit_is_refused_by_the_limits_name()
    {
        using var small = await host.StartAsync(("Search:MaxImageBytes", "1000"));

        using var response = await small.PostAsync("/v1/search", SearchHost.Picture(new byte[1001]), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Contains(
            "Search:MaxImageBytes", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    static string Path(JsonElement folder) => folder.GetProperty("path").GetString()!;

    static string Key(JsonElement image) => image.GetProperty("image_id").GetString()!;

    static string Id(JsonElement hit) => Key(hit.GetProperty("image"));

    static double Distance(JsonElement hit) => hit.GetProperty("distance").GetDouble();
}
