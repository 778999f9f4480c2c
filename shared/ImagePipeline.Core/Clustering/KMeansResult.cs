using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Clustering;

/// <summary>What <see cref="KMeans"/> found.</summary>
/// <param name="Centroids">One a cluster; means (Euclidean), or means of unit vectors scaled to length 1 (Cosine).</param>
/// <param name="Labels">The nearest centroid of each vector, 0 to clusters - 1.</param>
/// <param name="Distances">The distance of each vector to it, in the metric's unit.</param>
/// <param name="Inertia">The sum over all vectors of the squared distance (Euclidean) or of the distance (Cosine).</param>
/// <param name="Iterations">Rounds done.</param>
/// <param name="Converged">Whether it ended before <see cref="KMeansOptions.MaximumIterations"/>.</param>
public sealed record KMeansResult(
    VectorMatrix Centroids, int[] Labels, float[] Distances, double Inertia, int Iterations, bool Converged);
