using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ImagePipeline.Storage;

namespace ImagePipeline.Services.Tests.Search;

/// <summary>Verdicts, rules and taking back, over HTTP; each test leaves the collection as it was.</summary>
[Collection(nameof(OnSearchHost))]
public sealed class Decisions(SearchHost host)
{
    [Fact]
    public async Task A_verdict_is_taken_back_by_sending_what_was_before()
    {
        var group = await PairAsync();
        var (a, b) = (Image(group, 0), Image(group, 1));

        var (_, said) = await PutAsync(new { verdicts = new[] { new { a, b, verdict = "not_a_copy" } } });
        var apart = await GroupsOfAsync(a);
        var (_, back) = await PutAsync(new { verdicts = said.GetProperty("before") });

        Assert.Equal(0, apart);
        Assert.Equal("not_a_copy", back.GetProperty("before")[0].GetProperty("verdict").GetString());
        Assert.Equal(1, back.GetProperty("groups").GetArrayLength());
        Assert.Equal(["0"], await host.RowsAsync("SELECT count(*) FROM duplicate_verdict"));
        Assert.Equal(1, await GroupsOfAsync(a));
    }

    [Fact]
    public async Task Keep_all_closes_a_group_and_rules_leave_it_alone()
    {
        var group = (await PairAsync()).GetProperty("group_id").GetString();
        var open = await OpenAsync();

        var (_, said) = await PutAsync(new { verdicts = new[] { new { group_id = group, verdict = "keep_all" } } });
        var (_, planned) = await ResolveAsync(new { dry_run = true, show = 1000 });

        Assert.Equal(open - 1, await OpenAsync());
        Assert.Equal(open - 1, planned.GetProperty("groups").GetInt32());
        Assert.DoesNotContain(planned.GetProperty("shown").EnumerateArray(), one => one.GetProperty("group_id").GetString() == group);
        await PutAsync(new { verdicts = said.GetProperty("before") });
        Assert.Equal(open, await OpenAsync());
    }

    [Fact]
    public async Task A_dry_run_says_what_the_real_run_then_does_and_writes_nothing()
    {
        var order = new { rules = new[] { "smallest" }, kind = "edited_copy", show = 1000 };

        var (_, planned) = await ResolveAsync(new { order.rules, order.kind, order.show, dry_run = true });
        Assert.Equal(["0"], await host.RowsAsync("SELECT count(*) FROM duplicate_decision"));
        var (_, done) = await ResolveAsync(order);

        Assert.True(planned.GetProperty("remove").GetInt32() > 0);
        Assert.Equal(planned.GetProperty("shown").ToString(), done.GetProperty("shown").ToString());
        Assert.Equal(
            [$"{done.GetProperty("keep")} {done.GetProperty("remove")}"],
            await host.RowsAsync("SELECT count(*) FILTER (WHERE decision = 'keep'), count(*) FILTER (WHERE decision = 'remove') FROM duplicate_decision"));
        var list = await host.Client.GetStringAsync(new Uri("/v1/duplicates/decisions", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(1 + done.GetProperty("keep").GetInt32() + done.GetProperty("remove").GetInt32(), list.TrimEnd('\n').Split('\n').Length);
        var (undone, _) = await host.SendAsync(HttpMethod.Delete, $"/v1/duplicates/decisions/{done.GetProperty("batch_id")}");
        var (again, _) = await host.SendAsync(HttpMethod.Delete, $"/v1/duplicates/decisions/{done.GetProperty("batch_id")}");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), (undone, again));
        Assert.Equal(["0"], await host.RowsAsync("SELECT count(*) FROM duplicate_decision"));
    }

    [Fact]
    public async Task Taking_back_an_order_leaves_what_another_had_decided_before()
    {
        var group = (await PairAsync()).GetProperty("group_id").GetString();
        var (_, first) = await ResolveAsync(new { groups = new[] { group } });
        // As where another copy comes: a file of the group is not decided about.
        await new DecisionStore(host.Database.Source).ForgetAsync(
            await host.RowsAsync("SELECT uri FROM duplicate_decision WHERE decision = 'remove'"), TestContext.Current.CancellationToken);

        var (_, second) = await ResolveAsync(new { rules = new[] { "largest" } });
        await host.SendAsync(HttpMethod.Delete, $"/v1/duplicates/decisions/{second.GetProperty("batch_id")}");
        var held = await host.RowsAsync("SELECT group_id, decision, batch_id FROM duplicate_decision");
        await host.SendAsync(HttpMethod.Delete, $"/v1/duplicates/decisions/{first.GetProperty("batch_id")}");

        Assert.Equal([$"{group} keep {first.GetProperty("batch_id")}"], held);
        Assert.Equal(["0"], await host.RowsAsync("SELECT count(*) FROM duplicate_decision"));
    }

    [Fact]
    public async Task No_file_is_touched_by_any_decision()
    {
        var before = Files();

        var (_, done) = await ResolveAsync(new { rules = new[] { "largest" } });
        var after = Files();
        await host.SendAsync(HttpMethod.Delete, $"/v1/duplicates/decisions/{done.GetProperty("batch_id")}");

        Assert.Equal(before, after);
    }

    [Fact]
    public async Task A_preferred_path_is_kept_before_any_rule()
    {
        var group = await PairAsync();
        var second = group.GetProperty("files")[1].GetProperty("path").GetString();

        var (_, planned) = await ResolveAsync(new
        {
            groups = new[] { group.GetProperty("group_id") },
            prefer = new[] { second },
            rules = new[] { "largest" },
            dry_run = true,
        });

        var files = planned.GetProperty("shown")[0].GetProperty("files").EnumerateArray().ToArray();
        Assert.Equal(second, files.Single(file => file.GetProperty("decision").GetString() == "keep").GetProperty("path").GetString());
    }

    [Fact]
    public async Task Pages_of_groups_are_the_whole()
    {
        var whole = (await host.GetAsync("/v1/duplicates?limit=200")).GetProperty("groups").EnumerateArray().Select(Group).ToArray();

        var paged = new List<string>();
        for (string? after = ""; after is not null;)
        {
            var page = await host.GetAsync($"/v1/duplicates?limit=3{(after == "" ? "" : "&after=" + after)}");
            paged.AddRange(page.GetProperty("groups").EnumerateArray().Select(Group));
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }

        Assert.True(whole.Length > 3);
        Assert.Equal(whole, paged);
    }

    [Theory]
    [InlineData("""{"verdicts": []}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"verdicts": [{"verdict": "copy"}]}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"verdicts": [{"group_id": "00000000-0000-0000-0000-000000000001", "verdict": "copy"}]}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"verdicts": [{"group_id": "00000000-0000-0000-0000-000000000001", "verdict": "keep_all"}]}""", HttpStatusCode.NotFound)]
    [InlineData("""{"verdict": "copy"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"verdicts": null}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"verdicts": [null]}""", HttpStatusCode.BadRequest)]
    public async Task Verdicts_that_mean_nothing_are_refused(string body, HttpStatusCode expected)
    {
        using var content = new StringContent(body, null, "application/json");

        using var response = await host.Client.PutAsync("/v1/duplicates/verdicts", content, TestContext.Current.CancellationToken);

        Assert.Equal(expected, response.StatusCode);
    }

    [Theory]
    [InlineData("""{"rules": ["prettiest"]}""")]
    [InlineData("""{"kind": "similar"}""")]
    [InlineData("""{"delete": true}""")]
    [InlineData("""{"rules": null}""")]
    [InlineData("""{"rules": [null]}""")]
    [InlineData("""{"prefer": null}""")]
    [InlineData("""{"prefer": [null]}""")]
    public async Task Rules_that_mean_nothing_are_refused(string body)
    {
        using var content = new StringContent(body, null, "application/json");

        using var response = await host.Client.PostAsync("/v1/duplicates/resolve", content, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task A_form_of_a_foreign_page_cannot_decide()
    {
        using var form = new StringContent("""{"rules": []}""", null, "text/plain");

        using var response = await host.Client.PostAsync("/v1/duplicates/resolve", form, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    /// <summary>A group of two different images.</summary>
    async Task<JsonElement> PairAsync() => (await host.GetAsync("/v1/duplicates?kind=edited_copy&limit=200")).GetProperty("groups")
        .EnumerateArray().First(group => group.GetProperty("files").GetArrayLength() == 2);

    async Task<int> GroupsOfAsync(string image) => (await host.GetAsync($"/v1/images/{image}/duplicates")).GetProperty("groups").GetArrayLength();

    async Task<int> OpenAsync() => (await host.GetAsync("/v1/duplicates?limit=200")).GetProperty("groups").GetArrayLength();

    Task<(HttpStatusCode Status, JsonElement Answer)> PutAsync(object order) =>
        host.SendAsync(HttpMethod.Put, "/v1/duplicates/verdicts", JsonContent.Create(order));

    Task<(HttpStatusCode Status, JsonElement Answer)> ResolveAsync(object order) =>
        host.SendAsync(HttpMethod.Post, "/v1/duplicates/resolve", JsonContent.Create(order));

    string Files() => string.Join('\n', Directory.EnumerateFiles(host.Folder, "*", SearchOption.AllDirectories).Order()
        .Select(file => $"{file} {new FileInfo(file).Length} {File.GetLastWriteTimeUtc(file):O}"));

    static string Group(JsonElement group) => group.GetProperty("group_id").GetString()!;

    static string Image(JsonElement group, int at) => group.GetProperty("files")[at].GetProperty("image_id").GetString()!;
}
