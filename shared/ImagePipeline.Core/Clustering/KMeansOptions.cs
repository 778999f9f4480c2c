using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Clustering;

/// <summary>What <see cref="KMeans"/> is to do.</summary>
public sealed record KMeansOptions
{
    /// <summary>How many clusters, 1 to as many as there are vectors.</summary>
    public required int Clusters { get; init; }

    /// <summary>Cosine (the default): spherical k-means, centroids of length 1. Euclidean: the plain one.</summary>
    public VectorMetric Metric { get; init; } = VectorMetric.Cosine;

    /// <summary>Decides the first centroids; the same seed gives the same result, whatever the number of threads.</summary>
    public int Seed { get; init; }

    /// <summary>Most rounds of assigning and moving, at least 1; 100 by default, of which few collections need half.</summary>
    public int MaximumIterations { get; init; } = 100;

    /// <summary>Ends when the squared movements of all centroids add up to no more than this share of the mean variance of a dimension;
    /// 1e-4 by default, as in scikit-learn. 0 ends only when no vector changes its cluster.</summary>
    public double Tolerance { get; init; } = 1e-4;

    /// <summary>Where centroids start, <see cref="Clusters"/> rows; by default k-means++ chooses (<see cref="FirstCentroids"/>).</summary>
    public VectorMatrix? InitialCentroids { get; init; }

    /// <summary>Threads, at least 1; all processors by default.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    internal void Check(VectorMatrix vectors)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Clusters, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumIterations, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Tolerance);
        ArgumentOutOfRangeException.ThrowIfLessThan(Threads, 1);
        if (vectors.Rows < Clusters)
        {
            throw new ArgumentException($"{vectors.Rows} vectors cannot make {Clusters} clusters.", nameof(vectors));
        }

        if (InitialCentroids is { } first && (first.Rows != Clusters || first.Dimensions != vectors.Dimensions))
        {
            throw new ArgumentException($"Expected {Clusters} x {vectors.Dimensions} initial centroids, got {first.Rows} x {first.Dimensions}.");
        }
    }
}
