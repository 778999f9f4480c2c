using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ImagePipeline.Clusterer.Clusters;
using ImagePipeline.Core.Clustering;
using ImagePipeline.Services.Tests.Clusters;
using ImagePipeline.Storage.Clusters;

namespace ImagePipeline.Services.Tests.Search;

/// <summary>Runs and cuts ordered over HTTP: noted at once, computed by whoever does it, shown or not.</summary>
[Collection(nameof(OnSearchHost))]
public sealed class ClusterRunsOverHttp(SearchHost host)
{
    [Fact]
    public async Task An_ordered_run_waits_until_it_is_computed_as_asked_and_once_however_often_it_is_ordered()
    {
        var order = new { method = "two-level", k = 3, linkage = "average", groups = 9, keep_active = true, reason = "a try", request_id = Guid.NewGuid() };

        var (status, noted) = await OrderAsync("", order);
        var (_, twice) = await OrderAsync("", order);
        await ComputeAsync();

        var run = await host.GetAsync($"/v1/clusters/runs/{Number(noted)}");
        var listed = (await host.GetAsync("/v1/clusters/runs?limit=1")).GetProperty("runs")[0];
        Assert.Equal((HttpStatusCode.Accepted, "waiting", Number(noted)), (status, Text(noted, "state"), Number(twice)));
        Assert.Equal(("done", "two-level", 3), (Text(run, "state"), Text(run, "method"), run.GetProperty("clusters").GetInt32()));
        Assert.Equal((false, true), (run.GetProperty("active").GetBoolean(), run.GetProperty("can_be_cut").GetBoolean()));
        Assert.StartsWith("a try by ", Text(run, "reason"), StringComparison.Ordinal);
        Assert.Equal(Number(noted), Number(listed));
        using var rig = new ClusterRig(host.Database);
        var settings = ClusterSettings.Parse((await rig.Get<ClusterRunStore>().FindAsync(Number(noted)))!.ParametersJson);
        Assert.Equal((Linkage.Average, 9, 3), (settings.Linkage, settings.Groups, settings.K));
    }

    [Fact]
    public async Task A_cut_is_ordered_at_a_level_that_is_listed()
    {
        var (_, whole) = await OrderAsync("", new { method = "agglomerative", k = 3, keep_active = true });
        await ComputeAsync();
        var cuts = await host.GetAsync($"/v1/clusters/runs/{Number(whole)}/cuts");
        var level = cuts.GetProperty("cuts").EnumerateArray().Last();

        var (status, noted) = await OrderAsync($"/{Number(whole)}/cut", new { distance = level.GetProperty("distance").GetDouble() });
        await ComputeAsync();

        var cut = await host.GetAsync($"/v1/clusters/runs/{Number(noted)}");
        Assert.Equal((HttpStatusCode.Accepted, "done"), (status, Text(cut, "state")));
        Assert.Equal(level.GetProperty("clusters").GetInt32(), cut.GetProperty("clusters").GetInt32());
        Assert.False(cut.GetProperty("active").GetBoolean());
    }

    [Theory]
    [InlineData("", """{"method":"best"}""", "method is one of auto, kmeans, agglomerative, two-level")]
    [InlineData("", """{"linkage":"far"}""", "linkage is one of ward, average")]
    [InlineData("", """{"k":0}""", "k is 1 or more")]
    [InlineData("", """{"method":"kmeans","distance":0.3}""", "know no distance")]
    [InlineData("", """{"method":"kmeans","linkage":"ward"}""", "linkage is for agglomerative and two-level")]
    [InlineData("", """{"min_size":5,"k":3}""", "min-size is for hdbscan")]
    [InlineData("", """{"method":"agglomerative","groups":30}""", "groups are for two-level")]
    [InlineData("", """{"model":"nobodys_1"}""", "no vectors of a model 'nobodys_1'")]
    [InlineData("", """{"where":"true"}""", "Failed to read parameter")]
    [InlineData("/1/cut", "{}", "either k or distance")]
    [InlineData("/1/cut", """{"k":3,"distance":0.1}""", "either k or distance")]
    public async Task What_cannot_be_is_refused_in_words_and_nothing_is_noted(string path, string order, string said)
    {
        using var rig = new ClusterRig(host.Database);
        var before = (await rig.Get<ClusterRunStore>().ListAsync(1))[0].RunId;

        var (status, problem) = await OrderAsync(path, JsonDocument.Parse(order).RootElement);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(said, Text(problem, "detail"), StringComparison.Ordinal);
        Assert.Equal(before, (await rig.Get<ClusterRunStore>().ListAsync(1))[0].RunId);
    }

    [Fact]
    public async Task A_run_without_a_tree_or_that_is_not_there_cannot_be_cut_and_needs_a_key_where_there_are_keys()
    {
        using var guarded = await host.StartAsync(("Access:Keys:0:Name", "tests"), ("Access:Keys:0:Key", "a-key-that-nobody-else-has"));

        var (none, problem) = await OrderAsync("/1/cut", new { k = 2 });
        var (absent, _) = await OrderAsync("/123456/cut", new { k = 2 });
        using var refused = await guarded.PostAsync(
            new Uri("/v1/clusters/runs", UriKind.Relative), JsonContent.Create(new { k = 3 }), TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (none, absent));
        Assert.Contains("made by kmeans and has no tree", Text(problem, "detail"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    Task<(HttpStatusCode Status, JsonElement Answer)> OrderAsync(string path, object order) =>
        host.SendAsync(HttpMethod.Post, "/v1/clusters/runs" + path, JsonContent.Create(order));

    /// <summary>Does what a fleet's clusterer does, or the process that serves.</summary>
    async Task ComputeAsync()
    {
        using var rig = new ClusterRig(host.Database);
        await rig.Get<ClusterRunner>().RunWaitingAsync(null, TestContext.Current.CancellationToken);
    }

    static int Number(JsonElement run) => run.GetProperty("run_id").GetInt32();

    static string Text(JsonElement of, string name) => of.GetProperty(name).GetString()!;
}
