using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace ImagePipeline.Services.Tests.Search;

/// <summary>Clusters over HTTP: which holds an image, their names, merging and taking back; each test leaves them as they were.</summary>
[Collection(nameof(OnSearchHost))]
public sealed class ClustersOverHttp(SearchHost host)
{
    [Fact]
    public async Task An_image_names_its_cluster_alone_in_lists_and_among_hits()
    {
        var cluster = (await ClustersAsync())[0];
        var id = (await host.GetAsync($"/v1/clusters/{Number(cluster)}/images?limit=1")).GetProperty("images")[0].GetProperty("image")
            .GetProperty("image_id").GetString();

        var alone = await host.GetAsync($"/v1/images/{id}");
        var listed = (await host.GetAsync("/v1/images?limit=500")).GetProperty("images").EnumerateArray().ToArray();
        var hits = (await host.GetAsync($"/v1/images/{id}/similar?k=500")).GetProperty("hits").EnumerateArray().ToArray();

        Assert.Equal(
            (Number(cluster), cluster.GetProperty("name").GetString()),
            (Number(alone.GetProperty("cluster")), alone.GetProperty("cluster").GetProperty("name").GetString()));
        Assert.All(listed, image => Assert.True(image.TryGetProperty("cluster", out _)));
        Assert.Equal(
            listed.Where(image => Id(image) != id).ToDictionary(Id, image => Number(image.GetProperty("cluster"))),
            hits.Select(hit => hit.GetProperty("image")).ToDictionary(Id, image => Number(image.GetProperty("cluster"))));
    }

    [Fact]
    public async Task A_label_is_shown_at_once_and_taken_back_by_sending_what_was_before()
    {
        var cluster = (await ClustersAsync())[0];

        var (status, changed) = await PutAsync($"{Run(cluster)}/{Number(cluster)}/label", new { label = " Harbour " });
        var named = await host.GetAsync($"/v1/clusters/{Number(cluster)}");
        var (_, back) = await PutAsync($"{Run(cluster)}/arrangement", changed.GetProperty("before"));

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("Harbour", named.GetProperty("name").GetString());
        Assert.True(named.GetProperty("is_named").GetBoolean());
        Assert.Equal(cluster.ToString(), back.GetProperty("clusters")[0].ToString());
        Assert.Equal("Harbour", back.GetProperty("before").GetProperty("clusters")[0].GetProperty("label").GetString());
        Assert.Equal(["0"], await host.RowsAsync("SELECT count(*) FROM cluster_decision"));
    }

    [Fact]
    public async Task Merged_clusters_are_one_until_that_is_taken_back()
    {
        var before = await ClustersAsync();
        var (one, other, third) = (before[2], before[0], before[1]);

        var (_, changed) = await PostAsync($"{Run(one)}/merge", new { clusters = new[] { Number(one), Number(other), Number(third) } });
        var merged = await ClustersAsync();
        var whole = await host.GetAsync($"/v1/clusters/{Number(other)}");
        var images = (await host.GetAsync($"/v1/clusters/{Number(one)}/images?limit=1000")).GetProperty("images").GetArrayLength();
        var (again, _) = await PostAsync($"{Run(one)}/merge", new { clusters = new[] { Number(one), Number(third) } });
        var (_, back) = await PutAsync($"{Run(one)}/arrangement", changed.GetProperty("before"));

        Assert.Equal(before.Length - 2, merged.Length);
        Assert.Equal(before.Length, (await host.GetAsync("/v1/clusters?limit=1")).GetProperty("total").GetInt32());
        Assert.Equal(Number(one), Number(whole));
        Assert.Equal(Size(one) + Size(other) + Size(third), Size(whole));
        Assert.Equal(Size(whole), images);
        Assert.Equal(HttpStatusCode.BadRequest, again);
        Assert.Equal(3, back.GetProperty("clusters").GetArrayLength());
        Assert.Equal(before.Select(cluster => cluster.ToString()), (await ClustersAsync()).Select(cluster => cluster.ToString()));
        Assert.Equal(["0"], await host.RowsAsync("SELECT count(*) FROM cluster_decision"));
    }

    [Fact]
    public async Task A_merge_with_others_since_is_taken_back_first()
    {
        var clusters = await ClustersAsync();
        var run = Run(clusters[0]);
        var (_, first) = await PostAsync($"{run}/merge", new { clusters = new[] { Number(clusters[0]), Number(clusters[1]) } });
        var (_, second) = await PostAsync($"{run}/merge", new { clusters = new[] { Number(clusters[2]), Number(clusters[0]) } });

        var (tooEarly, problem) = await PutAsync($"{run}/arrangement", first.GetProperty("before"));
        var (inTurn, _) = await PutAsync($"{run}/arrangement", second.GetProperty("before"));
        var (now, _) = await PutAsync($"{run}/arrangement", first.GetProperty("before"));

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.OK, HttpStatusCode.OK), (tooEarly, inTurn, now));
        Assert.Contains("merged", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(clusters.Select(cluster => cluster.ToString()), (await ClustersAsync()).Select(cluster => cluster.ToString()));
    }

    [Fact]
    public async Task Pages_of_clusters_go_on_where_the_last_one_was_merged_meanwhile()
    {
        var clusters = await ClustersAsync();
        var (_, changed) = await PostAsync(
            $"{Run(clusters[0])}/merge", new { clusters = new[] { Number(clusters[0]), Number(clusters[1]) } });

        var rest = (await host.GetAsync($"/v1/clusters?after={Number(clusters[1])}")).GetProperty("clusters").EnumerateArray().Select(Number);
        await PutAsync($"{Run(clusters[0])}/arrangement", changed.GetProperty("before"));

        Assert.Equal(clusters[2..].Select(Number).Order(), rest.Order());
    }

    [Fact]
    public async Task Pages_of_a_clusters_images_are_the_whole_in_the_same_order()
    {
        var cluster = (await ClustersAsync())[0];
        var path = $"/v1/clusters/{Number(cluster)}/images";
        var whole = (await host.GetAsync($"{path}?limit=1000")).GetProperty("images").EnumerateArray()
            .Select(one => Id(one.GetProperty("image"))).ToArray();

        var paged = new List<string>();
        for (string? after = ""; after is not null;)
        {
            var page = await host.GetAsync($"{path}?limit=2{(after == "" ? "" : "&after=" + after)}");
            paged.AddRange(page.GetProperty("images").EnumerateArray().Select(one => Id(one.GetProperty("image"))));
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }

        Assert.True(whole.Length > 4);
        Assert.Equal(whole, paged);
        Assert.Equal(cluster.GetProperty("typical").EnumerateArray().Select(id => id.GetString()), whole.Take(6));
    }

    [Theory]
    [InlineData("PUT", "{run}/{number}/label", """{"label": null}""", HttpStatusCode.BadRequest)]
    [InlineData("PUT", "{run}/{number}/label", """{"label": "a\nb"}""", HttpStatusCode.BadRequest)]
    [InlineData("PUT", "{run}/{number}/label", """{"name": "a"}""", HttpStatusCode.BadRequest)]
    [InlineData("PUT", "{run}/99999/label", """{"label": "a"}""", HttpStatusCode.NotFound)]
    [InlineData("PUT", "99999/{number}/label", """{"label": "a"}""", HttpStatusCode.NotFound)]
    [InlineData("POST", "{run}/merge", """{"clusters": [1]}""", HttpStatusCode.BadRequest)]
    [InlineData("POST", "{run}/merge", """{}""", HttpStatusCode.BadRequest)]
    [InlineData("POST", "{run}/merge", """{"clusters": [{number}, {number}]}""", HttpStatusCode.BadRequest)]
    [InlineData("POST", "{run}/merge", """{"clusters": [{number}, 99999]}""", HttpStatusCode.NotFound)]
    [InlineData("PUT", "{run}/arrangement", """{"clusters": [], "splits": []}""", HttpStatusCode.BadRequest)]
    [InlineData("PUT", "{run}/arrangement", """{"clusters": [null], "splits": []}""", HttpStatusCode.BadRequest)]
    [InlineData("PUT", "{run}/arrangement", """{"clusters": [{"number": {number}, "parts": [{number}]}], "splits": []}""", HttpStatusCode.BadRequest)]
    public async Task What_cannot_be_is_refused_with_words(string method, string path, string body, HttpStatusCode expected)
    {
        var cluster = (await ClustersAsync())[0];
        string Filled(string text) => text.Replace("{run}", $"{Run(cluster)}", StringComparison.Ordinal)
            .Replace("{number}", $"{Number(cluster)}", StringComparison.Ordinal);

        using var content = new StringContent(Filled(body), null, "application/json");
        var (status, problem) = await host.SendAsync(new HttpMethod(method), "/v1/clusters/" + Filled(path), content);

        Assert.Equal(expected, status);
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
    }

    [Fact]
    public async Task With_keys_naming_needs_one_and_is_noted_under_its_name()
    {
        var cluster = (await ClustersAsync())[0];
        using var client = await host.StartAsync(("Access:Keys:0:Name", "curator"), ("Access:Keys:0:Key", "a-key-that-nobody-else-has"));
        var path = $"/v1/clusters/{Run(cluster)}/{Number(cluster)}/label";

        using var without = await client.PutAsJsonAsync(path, new { label = "x" }, TestContext.Current.CancellationToken);
        client.DefaultRequestHeaders.Add("X-Api-Key", "a-key-that-nobody-else-has");
        using var with = await client.PutAsJsonAsync(path, new { label = "x" }, TestContext.Current.CancellationToken);
        var by = await host.RowsAsync("SELECT decided_by FROM cluster_decision");
        using var back = await client.PutAsJsonAsync(path, new { label = "" }, TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK, HttpStatusCode.OK), (without.StatusCode, with.StatusCode, back.StatusCode));
        Assert.Equal(["curator"], by);
    }

    async Task<JsonElement[]> ClustersAsync() =>
        [.. (await host.GetAsync("/v1/clusters?limit=200")).GetProperty("clusters").EnumerateArray()];

    Task<(HttpStatusCode Status, JsonElement Answer)> PutAsync(string path, object order) =>
        host.SendAsync(HttpMethod.Put, "/v1/clusters/" + path, JsonContent.Create(order));

    Task<(HttpStatusCode Status, JsonElement Answer)> PostAsync(string path, object order) =>
        host.SendAsync(HttpMethod.Post, "/v1/clusters/" + path, JsonContent.Create(order));

    static int Run(JsonElement cluster) => cluster.GetProperty("run_id").GetInt32();

    static int Number(JsonElement cluster) => cluster.GetProperty("number").GetInt32();

    static long Size(JsonElement cluster) => cluster.GetProperty("size").GetInt64();

    static string Id(JsonElement image) => image.GetProperty("image_id").GetString()!;
}
