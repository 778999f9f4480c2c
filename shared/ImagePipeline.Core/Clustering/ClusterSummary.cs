using System.Numerics.Tensors;
using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Clustering;

/// <summary>One cluster in figures.</summary>
/// <param name="Cluster">Its number.</param>
/// <param name="Size">How many vectors.</param>
/// <param name="Cohesion">Mean distance of its vectors to the centroid.</param>
/// <param name="Radius">The distance within which a share of its vectors lie (<see cref="ClusterSummaries.RadiusShare"/>); a new vector farther out
/// belongs to no cluster.</param>
/// <param name="Separation">Distance of its centroid to the nearest other one; infinite for the only one.</param>
/// <param name="Medoid">The row nearest to the centroid, which is the one with the smallest sum of squared distances (Euclidean) or of distances
/// (Cosine) to all others; -1 for a cluster without vectors.</param>
/// <param name="Typical">The rows nearest to the centroid, nearest first.</param>
/// <param name="Outliers">The rows farthest from it, farthest first.</param>
public sealed record ClusterSummary(
    int Cluster, int Size, float Cohesion, float Radius, float Separation, int Medoid, int[] Typical, int[] Outliers);

/// <summary>Describes clusters by the distances of their vectors to their centroids.</summary>
public static class ClusterSummaries
{
    /// <summary>Share of a cluster's vectors within its radius by default. One in a hundred vectors like those of the cluster is
    /// then left out, and a single stray vector does not widen it.</summary>
    public const double RadiusShare = 0.99;

    /// <summary>Describes every cluster.</summary>
    /// <param name="centroids">One a cluster.</param>
    /// <param name="labels">The cluster of each vector, or -1.</param>
    /// <param name="distances">The distance of each vector to its centroid.</param>
    /// <param name="metric">In which they are measured.</param>
    /// <param name="shown">Most rows in <see cref="ClusterSummary.Typical"/> and in <see cref="ClusterSummary.Outliers"/>.</param>
    /// <param name="radiusShare">Share of the vectors within the radius, 0 to 1.</param>
    /// <returns>One a cluster, in their order. Cost: n log n, and clusters² x dimensions.</returns>
    public static ClusterSummary[] Of(VectorMatrix centroids, ReadOnlySpan<int> labels, ReadOnlySpan<float> distances,
        VectorMetric metric, int shown = 9, double radiusShare = RadiusShare)
    {
        if (labels.Length != distances.Length)
        {
            throw new ArgumentException($"Expected {labels.Length} distances, got {distances.Length}.", nameof(distances));
        }

        var members = new List<int>[centroids.Rows];
        for (var cluster = 0; cluster < members.Length; cluster++)
        {
            members[cluster] = [];
        }

        for (var row = 0; row < labels.Length; row++)
        {
            if (labels[row] >= 0)
            {
                members[labels[row]].Add(row);
            }
        }

        var separations = Separations(centroids, metric);
        var summaries = new ClusterSummary[members.Length];
        for (var cluster = 0; cluster < members.Length; cluster++)
        {
            int[] rows = [.. members[cluster]];
            var sorted = new float[rows.Length];
            for (var i = 0; i < rows.Length; i++)
            {
                sorted[i] = distances[rows[i]];
            }

            Array.Sort(sorted, rows); // equal distances stay in an order that depends on nothing but the numbers
            summaries[cluster] = new(cluster, rows.Length,
                rows.Length == 0 ? 0 : TensorPrimitives.Sum<float>(sorted) / rows.Length,
                rows.Length == 0 ? 0 : sorted[(int)Math.Ceiling(radiusShare * rows.Length) is var within and > 0 ? within - 1 : 0],
                separations[cluster], rows.Length == 0 ? -1 : rows[0], [.. rows.Take(shown)], [.. rows.Reverse().Take(shown)]);
        }

        return summaries;
    }

    /// <summary>The distance of each centroid to the nearest other one.</summary>
    static float[] Separations(VectorMatrix centroids, VectorMetric metric)
    {
        var nearest = new float[centroids.Rows];
        Array.Fill(nearest, float.PositiveInfinity);
        for (var a = 0; a < nearest.Length; a++)
        {
            for (var b = 0; b < a; b++)
            {
                var distance = metric == VectorMetric.Euclidean
                    ? TensorPrimitives.Distance(centroids[a], centroids[b])
                    : Distances.Cosine(centroids[a], centroids[b]);
                nearest[a] = Math.Min(nearest[a], distance);
                nearest[b] = Math.Min(nearest[b], distance);
            }
        }

        return nearest;
    }
}
