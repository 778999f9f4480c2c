using System.Net;
using ImagePipeline.Clusterer.Clusters;
using ImagePipeline.Services.Tests.Clusters;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Clusters;

namespace ImagePipeline.Services.Tests.Search;

/// <summary>Where runs can be cut, over HTTP.</summary>
[Collection(nameof(OnSearchHost))]
public sealed class Cuts(SearchHost host)
{
    [Fact]
    public async Task Cuts_of_a_run_give_the_clusters_that_they_promise()
    {
        using var rig = new ClusterRig(host.Database);
        var whole = await RunAsync(rig, new ClusterSettings { Method = ClusterMethod.Agglomerative, Activate = false });

        var answer = await host.GetAsync($"/v1/clusters/runs/{whole.RunId}/cuts?limit=5");

        Assert.Equal(("ward", whole.Images), (answer.GetProperty("linkage").GetString(), answer.GetProperty("images").GetInt64()));
        var cuts = answer.GetProperty("cuts").EnumerateArray().ToList();
        Assert.InRange(cuts.Count, 3, 5);
        var (one, distance) = (cuts[^1], cuts[^1].GetProperty("distance").GetDouble());
        Assert.InRange(distance, one.GetProperty("distance_from").GetDouble(), one.GetProperty("distance_to").GetDouble());
        var cut = await RunAsync(rig, ClusterSettings.OfCut(whole, null, distance, activate: false));
        Assert.Equal(
            (one.GetProperty("clusters").GetInt32(), one.GetProperty("largest").GetInt64()),
            (cut.Clusters, RunQuality.Parse(cut.QualityJson)!.Largest));
    }

    [Fact]
    public async Task Of_a_run_without_a_tree_it_is_said_which_have_one()
    {
        using var rig = new ClusterRig(host.Database);
        var means = await RunAsync(rig, new ClusterSettings { Method = ClusterMethod.KMeans, K = 3, Activate = false });

        var none = await host.SendAsync(HttpMethod.Get, $"/v1/clusters/runs/{means.RunId}/cuts");
        var absent = await host.SendAsync(HttpMethod.Get, "/v1/clusters/runs/123456/cuts");
        var wrong = await host.SendAsync(HttpMethod.Get, $"/v1/clusters/runs/{means.RunId}/cuts?limit=0");

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.BadRequest), (none.Status, absent.Status, wrong.Status));
        Assert.Contains("made by kmeans and has no tree", none.Answer.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    async Task<ClusterRun> RunAsync(ClusterRig rig, ClusterSettings settings) => await rig.Get<ClusterRunner>().RunAsync(
        new ClusterRunRequest(
            (await rig.Get<ActiveModelStore>().FindAsync(TestContext.Current.CancellationToken))!.ModelId, ClusterSettings.Word(settings.Method),
            settings.ToJson(), "a test"), null, TestContext.Current.CancellationToken);
}
