using System.CommandLine;
using System.ComponentModel.DataAnnotations;
using ImagePipeline.Cli.Output;
using ImagePipeline.Clusterer.Clusters;
using ImagePipeline.Core.Clustering;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Clusters;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>cluster run</c>: groups the images anew.</summary>
static class ClusterRunCommand
{
    static readonly Option<string> Method = new Option<string>("--method")
    {
        Description = "How: kmeans (every image in a cluster), agglomerative (joined from single images up), two-level (joined from "
            + "groups of k-means up, for many images), hdbscan or dbscan (images unlike all others in none), auto.",
        DefaultValueFactory = _ => "auto",
    }.AcceptOnlyFromAmong("auto", "kmeans", "agglomerative", "two-level", "hdbscan", "dbscan");

    static readonly Option<string> K = new("--k")
    {
        Description = "How many clusters, or auto.",
        HelpName = "N",
        DefaultValueFactory = _ => "auto",
    };

    static readonly Option<double?> Distance = new("--distance")
    {
        Description = "Cosine distance, 0 to 2, at which agglomerative and two-level clusters are cut, or within which dbscan finds neighbours, "
            + "in place of --k.",
        HelpName = "D",
    };

    static readonly Option<string?> Linkage = new Option<string?>("--linkage")
    {
        Description = "How far apart agglomerative and two-level clusters are [default: ward, or average where --distance is given].",
    }.AcceptOnlyFromAmong("ward", "average", "complete", "single");

    static readonly Option<int?> MinSize = new("--min-size")
    {
        Description = "Least images of a cluster, for hdbscan and dbscan.",
        HelpName = "N",
    };

    static readonly Option<int?> Groups = new("--groups")
    {
        Description = "Groups of k-means that two-level joins [default: a quarter of the images, at most Clusters__Groups].",
        HelpName = "N",
    };

    static readonly Option<string?> Where = new("--where")
    {
        Description = "Group only the images of files that this SQL condition over the view image_file selects. Such a run is shown only after "
            + "cluster activate, and arrivals do not join it.",
        HelpName = "\"SQL\"",
    };

    static readonly Option<int> Seed = new("--seed")
    {
        Description = "The same seed over the same vectors gives the same clusters.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };

    static readonly Option<bool> Keep = new("--keep-active") { Description = "Leave the active run the active one." };

    public static Command Create() => new Command("run", "Group the images anew, and show that from now on.")
    {
        Method, K, Distance, Linkage, MinSize, Groups, ClusterSession.Model, Where, Seed, Keep,
    }.WithExamples("""
        imagepipeline cluster run
        imagepipeline cluster run --method agglomerative --distance 0.35
        imagepipeline cluster run --method two-level  a tree of any number of images, to be cut elsewhere later
        imagepipeline cluster run --method hdbscan --min-size 5 --keep-active
        imagepipeline cluster run --k 40 --where "uri like '%/2024/%' and width_px > 1000"
        Labels, merges and splits of the run before are carried over by the images that clusters share.
        """).Does(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var settings = Settings(parsed);
        await using var session = await ClusterSession.OpenAsync(parsed, cancel);
        var request = new ClusterRunRequest(
            await session.ModelAsync(parsed, cancel), ClusterSettings.Word(settings.Method), settings.ToJson(),
            "asked for on the command line");
        ClusterRun run;
        try
        {
            run = await ClusterProgressBar.ShowAsync(
                !parsed.GetValue(CommonOptions.NoProgress), progress => session.Get<ClusterRunner>().RunAsync(request, progress, cancel));
        }
        catch (QueryRefusedException refused)
        {
            throw new UsageException($"--where: {refused.Message}");
        }

        // What came while it was computed.
        await session.Get<ClusterUpkeep>().CatchUpAsync(cancel);
        var clusters = await session.Get<ClusterReader>().ListAsync(run.RunId, cancel);
        run = await session.RunAsync(run.RunId, cancel);
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(ClusterTables.Json(run, clusters));
        }
        else
        {
            ClusterTables.Write(run, clusters);
        }

        return ExitCode.Done;
    }

    static ClusterSettings Settings(ParseResult parsed)
    {
        var k = parsed.GetValue(K)!;
        int? count = k == "auto" ? null
            : int.TryParse(k, out var number) ? number
            : throw new UsageException("--k takes a number or auto.");
        _ = ClusterSettings.TryMethod(parsed.GetValue(Method)!, out var method);
        var settings = new ClusterSettings
        {
            Method = method,
            K = count,
            Distance = parsed.GetValue(Distance),
            Linkage = Enum.TryParse<Linkage>(parsed.GetValue(Linkage), ignoreCase: true, out var linkage) ? linkage : null,
            MinSize = parsed.GetValue(MinSize),
            Groups = parsed.GetValue(Groups),
            Where = parsed.GetValue(Where),
            Seed = parsed.GetValue(Seed),
            Activate = parsed.GetValue(Keep) ? false : null,
        };
        try
        {
            settings.Check();
            return settings;
        }
        catch (ValidationException fault)
        {
            throw new UsageException(fault.Message);
        }
    }
}
