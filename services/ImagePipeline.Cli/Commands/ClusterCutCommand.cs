using System.CommandLine;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using ImagePipeline.Cli.Output;
using ImagePipeline.Clusterer.Clusters;
using ImagePipeline.Storage.Clusters;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>cluster cut [RUN]</c>: more or fewer clusters from how a run joined its images, without another run.</summary>
static class ClusterCutCommand
{
    static readonly Argument<int?> Run = new("run")
    {
        Description = "An agglomerative or two-level run, as cluster list numbers them [default: the active one].",
        HelpName = "RUN",
        Arity = ArgumentArity.ZeroOrOne,
    };

    static readonly Option<int?> K = new("--k") { Description = "How many clusters.", HelpName = "N" };

    static readonly Option<double?> Distance = new("--distance")
    {
        Description = "Cosine distance: clusters nearer to each other are joined. By ward's linkage it grows with their size; --show has the range.",
        HelpName = "D",
    };

    static readonly Option<bool> Activate = new("--activate") { Description = "Show the cut from now on, and have arrivals join it." };
    static readonly Option<bool> Show = new("--show") { Description = "Make nothing; show some cuts to choose from." };

    public static Command Create() => new Command("cut", "Cut the tree of a run into more or fewer clusters; a new run, made in seconds.")
    {
        Run, K, Distance, Activate, Show, ClusterSession.Model,
    }.WithExamples("""
        imagepipeline cluster cut --show              some cuts of the active run, with their silhouettes
        imagepipeline cluster cut --k 40              the active run's images in 40 clusters, to look at
        imagepipeline cluster cut 4 --k 40 --activate
        imagepipeline cluster cut 4 --distance 0.35 --json
        Images that were removed are left out; those that came since join the nearest cluster within its radius.
        """).Does(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var (k, distance, isShown) = (parsed.GetValue(K), parsed.GetValue(Distance), parsed.GetValue(Show));
        if (isShown ? k is not null || distance is not null || parsed.GetValue(Activate) : (k is null) == (distance is null))
        {
            throw new UsageException(isShown
                ? "--show makes nothing; leave out --k, --distance and --activate."
                : "give either --k N or --distance D; some to choose from: imagepipeline cluster cut --show");
        }

        await using var session = await ClusterSession.OpenAsync(parsed, cancel);
        var run = parsed.GetValue(Run) is { } number
            ? await session.RunAsync(number, cancel)
            : await session.ActiveAsync(parsed, cancel);
        var tree = await session.Get<ClusterCutter>().FindAsync(run, cancel) ?? throw new UsageException(await NoTreeAsync(session, run, cancel));
        return isShown
            ? await ShowAsync(parsed, session, run, tree, cancel)
            : await CutAsync(parsed, session, run, Settings(run, tree, k, distance, parsed.GetValue(Activate)), cancel);
    }

    static async Task<int> ShowAsync(
        ParseResult parsed, ClusterSession session, ClusterRun run, ClusterTree tree, CancellationToken cancel)
    {
        var cuts = await session.Get<ClusterCutter>().MeasureAsync(run, tree, cancel);
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(ClusterTables.JsonCuts(run, tree, cuts));
        }
        else
        {
            ClusterTables.WriteCuts(run, tree, cuts);
        }

        return ExitCode.Done;
    }

    static async Task<int> CutAsync(
        ParseResult parsed, ClusterSession session, ClusterRun run, ClusterSettings settings, CancellationToken cancel)
    {
        var level = settings.K is { } k
            ? string.Create(CultureInfo.InvariantCulture, $"k {k}")
            : string.Create(CultureInfo.InvariantCulture, $"distance {settings.Distance}");
        var request = new ClusterRunRequest(
            run.ModelId, ClusterSettings.Word(settings.Method), settings.ToJson(), $"cut of run {run.RunId} at {level}, asked for on the command line");
        var cut = await ClusterProgressBar.ShowAsync(
            !parsed.GetValue(CommonOptions.NoProgress), progress => session.Get<ClusterRunner>().RunAsync(request, progress, cancel));
        var clusters = await session.Get<ClusterReader>().ListAsync(cut.RunId, cancel);
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(ClusterTables.Json(cut, clusters));
        }
        else
        {
            ClusterTables.Write(cut, clusters);
        }

        return ExitCode.Done;
    }

    static ClusterSettings Settings(ClusterRun run, ClusterTree tree, int? k, double? distance, bool activate)
    {
        if (k > tree.Images.Count)
        {
            throw new UsageException(string.Create(CultureInfo.InvariantCulture,
                $"--k {k}: the tree of run {run.RunId} joins {tree.Images.Count:N0} {(tree.Groups is null ? "images that are there" : "groups of images")}, and so has no more clusters."));
        }

        var settings = ClusterSettings.OfCut(run, k, distance, activate);
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

    static async Task<string> NoTreeAsync(ClusterSession session, ClusterRun run, CancellationToken cancel)
    {
        int[] others = [.. (await session.Get<ClusterRunStore>().ListAsync(int.MaxValue, cancel)).Where(other => other.HasTree).Select(other => other.RunId)];
        return (run.Method == ClusterSettings.Word(ClusterMethod.Agglomerative)
                ? $"run {run.RunId} was made before runs kept their trees. "
                : $"run {run.RunId} was made by {run.Method} and has no tree; agglomerative and two-level runs have one. ")
            + (others.Length == 0
                ? "Make one with: imagepipeline cluster run --method agglomerative, or two-level of many images."
                : $"Runs that can be cut: {string.Join(", ", others)}.");
    }
}
