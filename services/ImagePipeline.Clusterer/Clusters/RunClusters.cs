using System.Runtime.InteropServices;
using ImagePipeline.Core.Clustering;
using ImagePipeline.Core.Layout;
using ImagePipeline.Core.Vectors;
using ImagePipeline.Storage.Clusters;

namespace ImagePipeline.Clusterer.Clusters;

/// <summary>The clusters of a run when every image has joined: numbered by size, described, ready to be
/// written.</summary>
sealed class RunClusters
{
    /// <summary>Typical images of a cluster that are looked at for its name.</summary>
    const int Named = 60;

    readonly RunImages _images;
    readonly VectorMatrix _centroids;
    readonly ClusterSummary[] _clusters; // the largest first, none empty
    readonly int[] _places; // by label: the place among these, or -1

    public RunClusters(RunImages images, VectorMatrix centroids)
    {
        _images = images;
        _centroids = centroids;
        _clusters = centroids.Rows == 0 ? [] : [.. ClusterSummaries.Of(
                centroids, CollectionsMarshal.AsSpan(images.Labels), CollectionsMarshal.AsSpan(images.Distances), VectorMetric.Cosine, Named)
            .Where(cluster => cluster.Size > 0).OrderByDescending(cluster => cluster.Size).ThenBy(cluster => cluster.Cluster)];
        _places = new int[centroids.Rows];
        Array.Fill(_places, -1);
        for (var place = 0; place < _clusters.Length; place++)
        {
            _places[_clusters[place].Cluster] = place;
        }
    }

    /// <summary>How many there are.</summary>
    public int Count => _clusters.Length;

    /// <summary>Images of the largest.</summary>
    public long Largest => _clusters.Length == 0 ? 0 : _clusters[0].Size;

    /// <summary>Images in none.</summary>
    public long Unassigned => _images.Blank.Count + _images.Labels.LongCount(label => label < 0);

    /// <summary>The mean over all images in clusters of the distance to the centroid.</summary>
    public double Cohesion => _clusters.Sum(cluster => cluster.Size * (double)cluster.Cohesion)
        / Math.Max(1, _clusters.Sum(cluster => (long)cluster.Size));

    /// <summary>The mean over clusters of the distance to the nearest other centroid; null for fewer than
    /// two.</summary>
    public double? Separation => _clusters.Length < 2 ? null : _clusters.Average(cluster => (double)cluster.Separation);

    /// <summary>A name for each, by the folders and colours of its typical images.</summary>
    public async Task<IReadOnlyList<ClusterName?>> SuggestNamesAsync(ClusterImages store, CancellationToken cancel)
    {
        var typical = _clusters.Select(cluster => cluster.Typical.Select(row => _images.Ids[row]).ToArray()).ToArray();
        var facts = await store.NamingFactsAsync([.. typical.SelectMany(ids => ids)], cancel);
        return ClusterNames.Suggest(
            [.. typical.Select(ids => (IReadOnlyList<NamingFacts>)[.. ids.Where(facts.ContainsKey).Select(id => facts[id])])]);
    }

    /// <summary>The rows of the clusters.</summary>
    /// <param name="first">Number of the largest.</param>
    /// <param name="names">Their names.</param>
    /// <param name="places">Places on the map of the first images; empty without a map.</param>
    /// <param name="splitFrom">The cluster that was split to make them.</param>
    public IReadOnlyList<ClusterRow> Rows(
        int first, IReadOnlyList<ClusterName?> names, IReadOnlyList<LayoutPoint> places, int? splitFrom = null)
    {
        var centres = new (double X, double Y, int Count)[_clusters.Length];
        for (var i = 0; i < places.Count; i++)
        {
            if (Place(_images.Labels[i]) is { } place)
            {
                var (x, y, count) = centres[place];
                centres[place] = (x + places[i].X, y + places[i].Y, count + 1);
            }
        }

        return [.. _clusters.Select((cluster, place) => new ClusterRow(
            first + place, _centroids[cluster.Cluster].ToArray(), cluster.Medoid < 0 ? null : _images.Ids[cluster.Medoid], cluster.Size,
            (float)cluster.Cohesion, (float)cluster.Radius, Mean(centres[place].X, centres[place].Count),
            Mean(centres[place].Y, centres[place].Count), names[place]?.Name, names[place]?.EvidenceJson, splitFrom))];
    }

    /// <summary>The rows of the images.</summary>
    /// <param name="first">Number of the largest cluster.</param>
    /// <param name="places">Places on the map of the first images.</param>
    public IEnumerable<ClusterMember> Members(int first, IReadOnlyList<LayoutPoint> places)
    {
        for (var i = 0; i < _images.Ids.Count; i++)
        {
            var (x, y) = i < places.Count ? ((float?)places[i].X, (float?)places[i].Y) : (null, null);
            yield return new ClusterMember(_images.Ids[i], first + Place(_images.Labels[i]), _images.Distances[i], x, y);
        }

        foreach (var blank in _images.Blank)
        {
            yield return new ClusterMember(blank, null, null);
        }
    }

    int? Place(int label) => label < 0 || _places[label] < 0 ? null : _places[label];

    static float? Mean(double sum, int count) => count == 0 ? null : (float)(sum / count);
}
