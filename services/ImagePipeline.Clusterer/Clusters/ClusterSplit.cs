using ImagePipeline.Core.Clustering;
using ImagePipeline.Core.Vectors;
using ImagePipeline.Storage.Clusters;

namespace ImagePipeline.Clusterer.Clusters;

/// <summary>Splits a cluster of a run into several: into as many as a person wants, or along centroids of an earlier
/// split.</summary>
public sealed class ClusterSplit(ClusterReader reader, ClusterEdits edits, ClusterImages images, ClusterOptions options)
{
    /// <summary>Splits a cluster by k-means over its members.</summary>
    /// <param name="run">The run.</param>
    /// <param name="cluster">A cluster that is shown.</param>
    /// <param name="into">How many, at least 2.</param>
    /// <param name="by">Who says so.</param>
    /// <param name="cancel">Ends it; nothing changes then.</param>
    /// <returns>The new clusters, the largest first; empty where it has too few different members.</returns>
    public Task<IReadOnlyList<ClusterRow>> IntoAsync(ClusterRun run, int cluster, int into, string by, CancellationToken cancel) => SplitAsync(
        run, cluster,
        sample => sample.Rows < into ? null : KMeans.Run(
            sample, new KMeansOptions { Clusters = into, Seed = ClusterSettings.Parse(run.ParametersJson).Seed }, cancel: cancel).Centroids,
        by, cancel);

    /// <summary>Splits a cluster of a new run as a person split another before.</summary>
    /// <param name="run">The new run.</param>
    /// <param name="cluster">Its cluster.</param>
    /// <param name="centroids">Those of the parts.</param>
    /// <param name="cancel">Ends it; nothing changes then.</param>
    public Task<IReadOnlyList<ClusterRow>> AlongAsync(
        ClusterRun run, int cluster, IReadOnlyList<float[]> centroids, CancellationToken cancel) => SplitAsync(
        run, cluster,
        sample => new VectorMatrix(centroids.SelectMany(centroid => centroid).ToArray(), centroids.Count, sample.Dimensions),
        by: null, cancel);

    async Task<IReadOnlyList<ClusterRow>> SplitAsync(
        ClusterRun run, int cluster, Func<VectorMatrix, VectorMatrix?> seeds, string? by, CancellationToken cancel)
    {
        var ids = (await reader.MembersAsync(run.RunId, cluster, int.MaxValue, cancel: cancel)).Select(member => member.ImageId).Order().ToArray();
        await using var rows = images.StreamAsync(run.ModelId, ids, cancel).GetAsyncEnumerator(cancel);
        if (ids.Length == 0 || !await rows.MoveNextAsync())
        {
            return [];
        }

        var members = new RunImages(rows.Current.Vector.Length);
        await using var all = images.StreamAsync(run.ModelId, ids, cancel).GetAsyncEnumerator(cancel);
        var more = await members.ReadSampleAsync(all, options.SampleImages, ids.Length, _ => { });
        if (seeds(members.Sample) is not { } directions)
        {
            return [];
        }

        var search = new NearestCentroid(directions, VectorMetric.Cosine);
        members.Take(Fit.Nearest(members.Sample, search, cancel));
        if (more)
        {
            await members.AssignRestAsync(all, search, groups: null, radii: null, _ => { }, cancel);
        }

        var parts = new RunClusters(members, search.Centroids);
        if (parts.Count < 2)
        {
            return [];
        }

        var first = await reader.LastNumberAsync(run.RunId, cancel) + 1;
        var names = await parts.SuggestNamesAsync(images, cancel);
        var made = parts.Rows(first, names, [], cluster);
        // What has no direction goes along with the largest part.
        var moved = parts.Members(first, []).Select(member => member with { Cluster = member.Cluster ?? first }).ToList();
        await edits.SplitAsync(run.RunId, cluster, made, moved, by, cancel);
        return made;
    }
}
