using System.Globalization;
using System.Runtime.CompilerServices;
using ImagePipeline.Cli.Pages;
using ImagePipeline.Clusterer.Clusters;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Clusters;

namespace ImagePipeline.Cli.Output;

/// <summary>Fills the page of clusters.</summary>
static class ClusterPages
{
    const int Edge = 6;

    /// <summary>Writes the page, cluster by cluster.</summary>
    /// <param name="session">The database.</param>
    /// <param name="path">File to write.</param>
    /// <param name="run">The run.</param>
    /// <param name="limit">Most clusters.</param>
    /// <param name="pictures">Typical images of each.</param>
    /// <param name="cancel">Stops the writing.</param>
    public static async Task WriteAsync(
        ClusterSession session, string path, ClusterRun run, int limit, int pictures, CancellationToken cancel)
    {
        var reader = session.Get<ClusterReader>();
        var clusters = await reader.ListAsync(run.RunId, cancel);
        var shown = clusters.Take(limit).ToList();
        var map = await reader.StreamAsync(run.RunId, cancel)
            .Where(member => member is { X: not null, Y: not null })
            .Select(member => new MapPoint(member.X!.Value, member.Y!.Value, member.Cluster)).ToListAsync(cancel);
        await using var writer = new StreamWriter(path);
        await ClusterPage.WriteAsync(writer, new ClusterPageModel
        {
            Summary = ClusterTables.Heading(run).Split('\n')[0],
            Notes = [$"Made because: {run.Reason}.", .. run.Carried],
            Figures = Figures(run, clusters),
            Map = map,
            Names = [.. shown.Select(cluster => new MapName(cluster.Number, cluster.Name, cluster.X, cluster.Y))],
            Sheets = SheetsAsync(session, run, shown, pictures, cancel),
            LeftOut = clusters.Count - shown.Count,
        }, cancel);
    }

    static List<ClusterFigure> Figures(ClusterRun run, IReadOnlyList<ShownCluster> clusters)
    {
        var figures = new List<ClusterFigure>
        {
            new(
                "clusters", ClusterTables.Number(clusters.Count),
                $"largest {ClusterTables.Number(clusters.Count == 0 ? 0 : clusters[0].Size)}"),
            new(
                "in no cluster", ClusterTables.Number(run.Unassigned + run.ArrivedUnassigned),
                $"of {ClusterTables.Number(run.Images + run.Arrived)} images"),
        };
        if (RunQuality.Parse(run.QualityJson) is { } quality)
        {
            if (quality.Silhouette is { } silhouette)
            {
                figures.Add(new("silhouette", Text(silhouette), "-1 to 1; larger: clusters are further apart"));
            }

            figures.Add(new("cohesion", Text(quality.Cohesion), "mean cosine distance to the centroid"));
            if (quality.Separation is { } separation)
            {
                figures.Add(new("separation", Text(separation), "from a centroid to the nearest other"));
            }
        }

        return figures;
    }

    static async IAsyncEnumerable<ClusterSheet> SheetsAsync(
        ClusterSession session, ClusterRun run, List<ShownCluster> clusters, int pictures, [EnumeratorCancellation] CancellationToken cancel)
    {
        var reader = session.Get<ClusterReader>();
        foreach (var cluster in clusters)
        {
            var typical = await reader.MembersAsync(run.RunId, cluster.Number, pictures, cancel: cancel);
            var edge = cluster.Size <= pictures ? [] : (await reader.MembersAsync(run.RunId, cluster.Number, Edge, last: true, cancel))
                .Where(member => typical.All(one => one.ImageId != member.ImageId)).ToList();
            yield return new ClusterSheet
            {
                Cluster = cluster.Number,
                Name = cluster.Name,
                IsNamed = cluster.Label is not null,
                Size = cluster.Size,
                Words = Words(cluster),
                Typical = await PicturesAsync(session, typical, cancel),
                Edge = await PicturesAsync(session, edge, cancel),
            };
        }

        var none = await reader.MembersAsync(run.RunId, null, pictures, cancel: cancel);
        if (none.Count > 0)
        {
            yield return new ClusterSheet
            {
                Cluster = null,
                Name = "In no cluster",
                Size = run.Unassigned + run.ArrivedUnassigned,
                Words = "Unlike every cluster; the nearest to one first.",
                Typical = await PicturesAsync(session, none, cancel),
            };
        }
    }

    static async Task<List<PagePicture>> PicturesAsync(
        ClusterSession session, IReadOnlyList<ClusterMember> members, CancellationToken cancel)
    {
        var facts = await session.Get<FileStore>().OfImagesAsync([.. members.Select(member => member.ImageId)], cancel);
        var pictures = new List<PagePicture>(members.Count);
        foreach (var member in members.Where(member => facts.ContainsKey(member.ImageId)))
        {
            pictures.Add(await PagePictures.OfAsync(session.Objects, facts[member.ImageId], cancel));
        }

        return pictures;
    }

    /// <summary>How near its images are, and what suggests its name.</summary>
    static string Words(ShownCluster cluster)
    {
        var words = string.Create(CultureInfo.InvariantCulture, $"{cluster.Cohesion:0.000} from the centroid");
        return cluster.EvidenceWords.Length == 0 ? words : $"{words} · {cluster.EvidenceWords}";
    }

    static string Text(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}
