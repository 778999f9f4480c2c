using ImagePipeline.Imaging;
using ImagePipeline.Imaging.Samples;

namespace ImagePipeline.EndToEnd.Tests;

/// <summary>Clusters as a user meets them: run, name, merge, split, more pictures, run again, page.</summary>
public sealed class ClusterTests : IDisposable
{
    const int Pictures = 60;

    readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task What_people_say_of_clusters_lasts_through_arrivals_and_another_run()
    {
        Draw(0, Pictures);
        (await AskAsync("run", _place.Pictures)).Expect(0);
        var none = (await AskAsync("cluster", "show")).Expect(2);
        var first = (await AskAsync("cluster", "run", "--k", "6", "--json")).Expect(0).Json;
        (await AskAsync("cluster", "label", "1", "2024")).Expect(0);
        (await AskAsync("cluster", "label", "2024", "named by me")).Expect(0);
        (await AskAsync("cluster", "merge", "2", "3")).Expect(0);
        (await AskAsync("cluster", "split", "4")).Expect(0);

        Draw(Pictures, 12);
        (await AskAsync("run", _place.Pictures)).Expect(0);
        var shown = (await AskAsync("cluster", "show", "--json")).Expect(0).Json;
        var second = (await AskAsync("cluster", "run", "--k", "6", "--seed", "3", "--json")).Expect(0).Json;
        var compared = (await AskAsync("cluster", "compare", "1", "2", "--json")).Expect(0).Json;

        Assert.Contains("imagepipeline cluster run", none.Error, StringComparison.Ordinal);
        Assert.Equal(Pictures, first.GetProperty("run").GetProperty("images").GetInt32());
        Assert.Equal(6, first.GetProperty("clusters").GetArrayLength());
        // 6 clusters, two of them merged and one split.
        Assert.Equal(6, shown.GetProperty("clusters").GetArrayLength());
        Assert.Equal(12, shown.GetProperty("run").GetProperty("arrived").GetInt32());
        Assert.Equal(
            Pictures + 12 - shown.GetProperty("run").GetProperty("arrived_unassigned").GetInt32(),
            shown.GetProperty("clusters").EnumerateArray().Sum(cluster => cluster.GetProperty("size").GetInt32()));
        Assert.Contains(second.GetProperty("clusters").EnumerateArray(), cluster => cluster.GetProperty("name").GetString() == "named by me");
        Assert.NotEqual(0, second.GetProperty("run").GetProperty("carried").GetArrayLength());
        Assert.Equal(Pictures + 12, compared.GetProperty("images").GetInt32());
    }

    [Fact]
    public async Task Clusters_are_measured_by_folder_and_file_and_shown_on_a_page()
    {
        Draw(0, Pictures);
        (await AskAsync("run", _place.Pictures)).Expect(0);
        (await AskAsync("cluster", "run", "--method", "kmeans", "--k", "4", "--where", "uri like '%scene 1%' or uri like '%scene 2%'", "--seed", "2")).Expect(0);
        (await AskAsync("cluster", "activate", "1")).Expect(0);
        var csv = Path.Combine(_place.Root, "labels.csv");
        await File.WriteAllLinesAsync(
            csv, Enumerable.Range(0, Pictures).Select(n => $"pictures/scene {n % 5}/{n}.png,label {n % 5}"), TestContext.Current.CancellationToken);
        var page = Path.Combine(_place.Root, "clusters.html");

        var byFolder = (await AskAsync("cluster", "evaluate", "--labels", "folder", "--json")).Expect(0).Json;
        var byFile = (await AskAsync("cluster", "evaluate", "--labels", csv, "--json")).Expect(0).Json;
        (await AskAsync("cluster", "report", page)).Expect(0);
        var nowhere = (await AskAsync("cluster", "report", "/nowhere/at/all.html")).Expect(2);
        var members = (await AskAsync("cluster", "show", "1", "--json")).Expect(0).Json;
        var list = (await AskAsync("cluster", "list", "--json")).Expect(0).Json;

        Assert.Equal((2 * Pictures / 5, 2), (byFolder.GetProperty("images").GetInt32(), byFolder.GetProperty("labels").GetInt32()));
        Assert.Equal(byFolder.GetProperty("figures").ToString(), byFile.GetProperty("figures").ToString());
        Assert.Contains("<svg", await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.StartsWith("imagepipeline: ", nowhere.Error, StringComparison.Ordinal);
        Assert.Contains("/nowhere/at/all.html", nowhere.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", nowhere.Error, StringComparison.Ordinal);
        Assert.NotEqual(0, members.GetProperty("images").GetArrayLength());
        Assert.True(Assert.Single(list.GetProperty("runs").EnumerateArray()).GetProperty("active").GetBoolean());
    }

    [Fact]
    public async Task A_run_is_cut_at_two_levels_into_the_clusters_of_runs_of_their_own()
    {
        Draw(0, Pictures);
        (await AskAsync("run", _place.Pictures)).Expect(0);
        (await AskAsync("cluster", "run", "--method", "kmeans", "--k", "3")).Expect(0);
        var whole = (await AskAsync("cluster", "run", "--method", "agglomerative", "--k", "5", "--json")).Expect(0).Json.GetProperty("run");
        (await AskAsync("cluster", "run", "--method", "agglomerative", "--k", "12", "--keep-active")).Expect(0);
        (await AskAsync("cluster", "run", "--method", "agglomerative", "--k", "3", "--keep-active")).Expect(0);
        (await AskAsync("cluster", "label", "1", "named by me")).Expect(0);

        var cuts = (await AskAsync("cluster", "cut", "--show", "--json")).Expect(0).Json;
        var table = (await AskAsync("cluster", "cut", "2", "--show")).Expect(0).Out;
        var fine = (await AskAsync("cluster", "cut", "--k", "12", "--activate", "--json")).Expect(0).Json;
        var of3 = cuts.GetProperty("cuts").EnumerateArray().Single(cut => cut.GetProperty("clusters").GetInt32() == 3);
        var coarse = (await AskAsync("cluster", "cut", "2", "--distance", of3.GetProperty("distance").ToString(), "--json")).Expect(0).Json.GetProperty("run");
        var list = (await AskAsync("cluster", "list", "--json")).Expect(0).Json.GetProperty("runs").EnumerateArray().ToList();
        var many = (await AskAsync("cluster", "cut", "2", "--k", "61")).Expect(2);
        var none = (await AskAsync("cluster", "cut", "1", "--k", "4")).Expect(2);

        Assert.Equal((true, Pictures), (whole.GetProperty("can_be_cut").GetBoolean(), cuts.GetProperty("images").GetInt32()));
        Assert.Contains("this run", table, StringComparison.Ordinal);
        Assert.Equal("cut of run 2 at k 12, asked for on the command line", fine.GetProperty("run").GetProperty("reason").GetString());
        Assert.Equal((true, 12), (fine.GetProperty("run").GetProperty("active").GetBoolean(), fine.GetProperty("clusters").GetArrayLength()));
        Assert.Contains(fine.GetProperty("clusters").EnumerateArray(), cluster => cluster.GetProperty("label").GetString() == "named by me");
        Assert.Equal((false, 3), (coarse.GetProperty("active").GetBoolean(), coarse.GetProperty("clusters").GetInt32()));
        Assert.Equal([true, true, true, true, true, false], list.Select(run => run.GetProperty("can_be_cut").GetBoolean()));
        await AssertSameClustersAsync(3, 5);
        await AssertSameClustersAsync(4, 6);
        Assert.Contains("60 images that are there", many.Error, StringComparison.Ordinal);
        Assert.Contains("run 1 was made by kmeans and has no tree; agglomerative and two-level runs have one. Runs that can be cut: 6, 5, 4, 3, 2.", none.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("give either --k N or --distance D", "cut")]
    [InlineData("give either --k N or --distance D", "cut", "1", "--k", "3", "--distance", "0.2")]
    [InlineData("--show makes nothing", "cut", "--show", "--activate")]
    [InlineData("--k takes a number or auto", "run", "--k", "many")]
    [InlineData("give either k or a distance", "run", "--method", "agglomerative", "--k", "3", "--distance", "0.2")]
    [InlineData("hdbscan and dbscan find out themselves", "run", "--method", "hdbscan", "--k", "3")]
    [InlineData("--into takes 2 or more", "split", "1", "--into", "1")]
    public async Task What_makes_no_sense_is_said_before_anything_is_done(string words, params string[] arguments)
    {
        var fault = (await AskAsync(["cluster", .. arguments])).Expect(2).Error;

        Assert.Contains(words, fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_watch_has_pictures_join_and_ends_by_ctrl_c()
    {
        Draw(0, Pictures);
        (await AskAsync("run", _place.Pictures)).Expect(0);
        using var watch = ImagePipelineProgram.Start(
            new Dictionary<string, string> { ["Clusters__CheckSeconds"] = "1", ["Clusters__LeastImages"] = "10", ["Clusters__LeastMinutes"] = "0" },
            "cluster", "watch", "--data", _place.Data, "--json");
        while (!watch.HasEnded && await StateAsync() is not { Active: true })
        {
            await Task.Delay(500, TestContext.Current.CancellationToken);
        }

        Draw(Pictures, 6);
        (await AskAsync("run", _place.Pictures)).Expect(0);
        watch.SendInterrupt();
        var ended = (await watch.EndAsync(TimeSpan.FromMinutes(1))).Expect(0);

        Assert.Contains("the first run: there are 60 images", ended.Out, StringComparison.Ordinal);
        Assert.Equal(6, (await StateAsync())!.Value.Arrived);
    }

    /// <summary>Compared as partitions: what two runs share is all of either cluster.</summary>
    async Task AssertSameClustersAsync(int one, int other)
    {
        var compared = (await AskAsync("cluster", "compare", $"{one}", $"{other}", "--json")).Expect(0).Json;

        Assert.Equal((Pictures, 1.0), (compared.GetProperty("images").GetInt32(), compared.GetProperty("ari").GetDouble()));
    }

    async Task<(bool Active, int Arrived)?> StateAsync()
    {
        var runs = (await AskAsync("cluster", "list", "--json")).Expect(0).Json.GetProperty("runs");
        return runs.GetArrayLength() == 0 ? null : (runs[0].GetProperty("active").GetBoolean(), runs[0].GetProperty("arrived").GetInt32());
    }

    Task<CommandResult> AskAsync(params string[] arguments) => ImagePipelineProgram.RunAsync([.. arguments, "--data", _place.Data, "--no-progress"]);

    void Draw(int from, int count)
    {
        for (var n = from; n < from + count; n++)
        {
            // Variants of five scenes, each in a folder of its own.
            var picture = RgbPicture.Scene(3000 + (n % 5), 160, 120);
            for (var at = 0; at < picture.Rgb.Length; at++)
            {
                picture.Rgb[at] = (byte)Math.Clamp(picture.Rgb[at] + ((at + n) % (5 + (n / 5))) - 3, 0, 255);
            }

            _place.Write($"scene {n % 5}/{n}.png", ImageEncoder.ToPng(picture.Rgb, 160, 120));
        }
    }
}
