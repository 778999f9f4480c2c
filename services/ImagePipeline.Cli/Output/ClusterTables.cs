using System.Globalization;
using System.Text.Json;
using ImagePipeline.Clusterer.Clusters;
using ImagePipeline.Core.Clustering;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Clusters;
using Spectre.Console;

namespace ImagePipeline.Cli.Output;

/// <summary>Runs and their clusters for people and for scripts.</summary>
static class ClusterTables
{
    const int Shown = 25;

    /// <summary>A run and its clusters as JSON.</summary>
    public static object Json(ClusterRun run, IReadOnlyList<ShownCluster> clusters) => new
    {
        run = Json(run),
        clusters = clusters.Select(Json),
    };

    /// <summary>A run as JSON.</summary>
    public static object Json(ClusterRun run) => new
    {
        run.RunId,
        run.ModelId,
        run.Method,
        parameters = JsonDocument.Parse(run.ParametersJson).RootElement,
        run.Reason,
        state = run.State.ToSql(),
        active = run.IsActive,
        can_be_cut = run.HasTree,
        run.Images,
        run.Clusters,
        run.Unassigned,
        run.Arrived,
        run.ArrivedUnassigned,
        quality = RunQuality.Parse(run.QualityJson),
        run.Carried,
        run.Error,
        run.StartedAt,
        run.FinishedAt,
        seconds = Seconds(run),
    };

    /// <summary>A cluster as JSON.</summary>
    public static object Json(ShownCluster cluster) => new
    {
        cluster = cluster.Number,
        cluster.Name,
        cluster.Label,
        cluster.SuggestedName,
        evidence = cluster.EvidenceJson is null ? (JsonElement?)null : JsonDocument.Parse(cluster.EvidenceJson).RootElement,
        evidence_words = cluster.EvidenceWords,
        cluster.Size,
        cluster.MedoidImageId,
        cluster.Cohesion,
        cluster.Radius,
        merged = cluster.Parts,
    };

    /// <summary>What a run came to, and its largest clusters.</summary>
    public static void Write(ClusterRun run, IReadOnlyList<ShownCluster> clusters)
    {
        Terminal.Line(Heading(run));
        foreach (var line in run.Carried)
        {
            Terminal.Line("  " + line);
        }

        WriteClusters(clusters, Shown);
        WriteMayBeCut(run);
        if (!run.IsActive)
        {
            Terminal.Line($"This run is not the active one. Show it with: imagepipeline cluster activate {run.RunId}");
        }

        Terminal.Line("With pictures: imagepipeline cluster report clusters.html");
    }

    /// <summary>Where a run may be cut, for people.</summary>
    public static void WriteCuts(ClusterRun run, ClusterTree tree, IReadOnlyList<MeasuredCut> cuts)
    {
        var own = ClusterSettings.Parse(run.ParametersJson).K;
        Terminal.Line($"Run {run.RunId}: {Number(tree.Images.Count)} {(tree.Groups is null ? "images" : "groups of images")} joined by {tree.Linkage.ToSql()} linkage. Some of the cuts of their tree:");
        var table = new Table().Border(TableBorder.Simple);
        foreach (var name in new[] { "--k", "--distance", "largest", "silhouette" })
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }

        table.AddColumn("");
        foreach (var (cut, silhouette) in cuts)
        {
            table.AddRow(
                cut.Clusters.ToString(CultureInfo.InvariantCulture), cut.Distance?.ToString(CultureInfo.InvariantCulture) ?? "-", Number(cut.Largest),
                silhouette?.ToString("0.000", CultureInfo.InvariantCulture) ?? "-", cut.Clusters == own ? "this run" : "");
        }

        Terminal.Out.Write(table);
        Terminal.Line("distance: of the clusters that are joined next"
            + (tree.Linkage == Linkage.Ward ? ", which by ward grows with their size" : "")
            + ". silhouette: -1 to 1; larger: clusters are further apart.");
        Terminal.Line($"Any number or distance may be asked for: imagepipeline cluster cut {run.RunId} --k N");
    }

    /// <summary>Where a run may be cut, as JSON.</summary>
    public static object JsonCuts(ClusterRun run, ClusterTree tree, IReadOnlyList<MeasuredCut> cuts) => new
    {
        run = run.RunId,
        linkage = tree.Linkage.ToSql(),
        images = tree.Groups is null ? tree.Images.Count : tree.Groups.Sizes.Sum(size => (long)size),
        groups = tree.Groups?.Sizes.Count,
        cuts = cuts.Select(one => new
        {
            one.Cut.Clusters,
            one.Cut.Distance,
            distance_from = one.Cut.From,
            distance_to = float.IsFinite(one.Cut.To) ? one.Cut.To : (float?)null,
            one.Cut.Largest,
            one.Silhouette,
        }),
    };

    /// <summary>A run in two lines.</summary>
    public static string Heading(ClusterRun run) => string.Create(CultureInfo.InvariantCulture,
        $"Run {run.RunId}: {run.Images:N0} images in {run.Clusters:N0} clusters, {run.Unassigned:N0} in none, by {Words(run)} over {run.ModelId}"
        + $"{(Seconds(run) is { } seconds ? $", {seconds:0.0} s" : "")}.{Arrivals(run)}\n{Quality(run)}");

    /// <summary>The figures of a run in words.</summary>
    public static string Quality(ClusterRun run)
    {
        if (RunQuality.Parse(run.QualityJson) is not { } quality)
        {
            return "";
        }

        var silhouette = quality.Silhouette is { } value
            ? string.Create(CultureInfo.InvariantCulture, $"Silhouette {value:0.000} on {quality.SilhouetteSample:N0} images; ") : "";
        var separation = quality.Separation is { } apart
            ? string.Create(CultureInfo.InvariantCulture, $", centroids {apart:0.000} from their nearest") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{silhouette}images lie {quality.Cohesion:0.000} from their centroid{separation} (cosine distance).");
    }

    /// <summary>How a run was done: the method, and what was asked for or chosen.</summary>
    public static string Words(ClusterRun run)
    {
        var settings = ClusterSettings.Parse(run.ParametersJson);
        var words = new List<string> { run.Method };
        if (settings.K is { } k)
        {
            words.Add(string.Create(CultureInfo.InvariantCulture, $"k {k}"));
        }

        if (settings.Linkage is { } linkage)
        {
            words.Add(linkage.ToString().ToLowerInvariant());
        }

        if (settings.Groups is { } groups)
        {
            words.Add(string.Create(CultureInfo.InvariantCulture, $"{groups:N0} groups"));
        }

        if (settings.Distance is { } distance)
        {
            words.Add(string.Create(CultureInfo.InvariantCulture, $"distance {distance:0.###}"));
        }

        if (settings.MinSize is { } size)
        {
            words.Add(string.Create(CultureInfo.InvariantCulture, $"min-size {size}"));
        }

        if (settings.CutOf is { } of)
        {
            words.Add(string.Create(CultureInfo.InvariantCulture, $"cut of run {of}"));
        }

        if (settings.Sample is { } sample)
        {
            words.Add(string.Create(CultureInfo.InvariantCulture, $"on a sample of {sample:N0}"));
        }

        return string.Join(", ", words) + (settings.Where is null ? "" : $" where {settings.Where}");
    }

    /// <summary>A table of clusters.</summary>
    public static void WriteClusters(IReadOnlyList<ShownCluster> clusters, int limit)
    {
        var table = new Table().Border(TableBorder.Simple)
            .AddColumn(new TableColumn("cluster").RightAligned()).AddColumn(new TableColumn("images").RightAligned()).AddColumn("name")
            .AddColumn(new TableColumn("to centroid").RightAligned()).AddColumn("");
        foreach (var cluster in clusters.Take(limit))
        {
            table.AddRow(
                Number(cluster.Number), Number(cluster.Size), Markup.Escape(cluster.Name),
                cluster.Cohesion.ToString("0.000", CultureInfo.InvariantCulture), Markup.Escape(Remark(cluster)));
        }

        Terminal.Out.Write(table);
        if (clusters.Count > limit)
        {
            Terminal.Line($"{Number(clusters.Count - limit)} more, the smaller ones: imagepipeline cluster show --limit 0");
        }
    }

    /// <summary>Says how a run that kept its tree is cut elsewhere; nothing of others.</summary>
    public static void WriteMayBeCut(ClusterRun run)
    {
        if (run.HasTree)
        {
            Terminal.Line($"More or fewer clusters, without another run: imagepipeline cluster cut {run.RunId} --show");
        }
    }

    /// <summary>How long a run took.</summary>
    public static double? Seconds(ClusterRun run) =>
        run is { StartedAt: { } from, FinishedAt: { } to } ? Math.Round((to - from).TotalSeconds, 2) : null;

    /// <summary>A number with its thousands.</summary>
    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    static string Arrivals(ClusterRun run) => run.Arrived == 0 ? "" : string.Create(
        CultureInfo.InvariantCulture, $" {run.Arrived:N0} came since, {run.ArrivedUnassigned:N0} of them unlike every cluster.");

    static string Remark(ShownCluster cluster) => string.Join("; ", new[]
    {
        cluster.Label is null ? null : "named by you",
        cluster.Parts.Count == 0 ? null : $"with {string.Join(", ", cluster.Parts)}",
    }.OfType<string>());
}
