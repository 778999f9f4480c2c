using System.Numerics.Tensors;
using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Clustering;

/// <summary>Joins the two nearest clusters over and over, from single vectors to one cluster of all.</summary>
/// <remarks>
/// By chains of nearest neighbours (Murtagh, "A survey of recent advances in hierarchical clustering algorithms",
/// Computer Journal 1983; Müllner, arXiv 1109.2378, figure 3): a chain follows nearest neighbours until two are each
/// other's, which are joined; for these four linkages the order does not matter, so that the merges, sorted, are those
/// of the naive method. Distances to a joined cluster follow from those to its parts (Lance and Williams, Computer
/// Journal 1967), in place.
/// <para>Cost: n² x dimensions / 2 multiply-adds for the distances, then about 3 n² reads, one thread. Memory: 2 n²
/// bytes (800 MB for 20,000 vectors, 8.6 GB for 65,536), and the vectors twice. For more, join the centroids of
/// <see cref="KMeans"/> with their sizes as weights.</para>
/// </remarks>
public static class Agglomerative
{
    /// <summary>Most vectors.</summary>
    public const int MaximumVectors = PairMatrix.MaximumRows;

    /// <summary>Joins vectors.</summary>
    /// <param name="vectors">At most <see cref="MaximumVectors"/>.</param>
    /// <param name="linkage">How far clusters are from each other.</param>
    /// <param name="metric">How far vectors are. Ward takes Euclidean distances; with Cosine those of the vectors at
    /// length 1.</param>
    /// <param name="weights">How many vectors each stands for; empty for one each. Ward's distance of two is then the
    /// root of 2 a b / (a + b) times the squared distance.</param>
    /// <param name="threads">Threads, at least 1.</param>
    /// <param name="progress">Told the share of the merges done, 0 to 1.</param>
    /// <param name="cancel">Stops it; looked at before every merge.</param>
    /// <exception cref="ArgumentException">There are too many vectors, or not as many weights.</exception>
    public static Dendrogram Run(VectorMatrix vectors, Linkage linkage, VectorMetric metric, ReadOnlySpan<int> weights = default,
        int threads = 1, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        if (vectors.Rows > MaximumVectors)
        {
            throw new ArgumentException(
                $"{vectors.Rows} vectors are more than {MaximumVectors}: join the centroids of k-means.", nameof(vectors));
        }

        if (!weights.IsEmpty && weights.Length != vectors.Rows)
        {
            throw new ArgumentException($"Expected {vectors.Rows} weights, got {weights.Length}.", nameof(weights));
        }

        if (vectors.Rows < 2)
        {
            return new(vectors.Rows, []);
        }

        return Join(Distances(vectors, linkage, metric, weights, threads, cancel), linkage, weights, progress, cancel);
    }

    /// <summary>Joins groups of vectors of length 1 by the mean cosine distance between them, which is 1 less the product of their means.</summary>
    /// <param name="means">Of the groups, two or more; shorter than 1 where a group is wide.</param>
    /// <param name="weights">Vectors of each.</param>
    /// <param name="threads">Threads, at least 1.</param>
    /// <param name="cancel">Stops it.</param>
    internal static Dendrogram RunMeans(VectorMatrix means, ReadOnlySpan<int> weights, int threads, CancellationToken cancel)
    {
        if (means.Rows < 2)
        {
            return new(means.Rows, []);
        }

        // Of |a - b|², which is exact for near ones: 1 - a·b = 1 - (|a|² + |b|² - |a - b|²) / 2.
        var matrix = PairMatrix.Of(new(means, VectorMetric.Euclidean, threads, cancel), isSquared: true, threads, cancel);
        var lacking = new float[means.Rows];
        for (var row = 0; row < means.Rows; row++)
        {
            lacking[row] = Math.Max(0, 1 - TensorPrimitives.SumOfSquares(means[row]));
            var distances = matrix.Row(row);
            for (var other = 0; other < row; other++)
            {
                distances[other] = (distances[other] + lacking[row] + lacking[other]) / 2;
            }
        }

        return Join(matrix, Linkage.Average, weights, progress: null, cancel);
    }

    static Dendrogram Join(
        PairMatrix matrix, Linkage linkage, ReadOnlySpan<int> weights, IProgress<double>? progress, CancellationToken cancel)
    {
        var leaves = matrix.Rows;
        int[] sizes = weights.IsEmpty ? [.. Enumerable.Repeat(1, leaves)] : weights.ToArray();
        var merges = new NeighbourChain(matrix, linkage, sizes).Run(progress, cancel);
        if (linkage == Linkage.Ward)
        {
            for (var i = 0; i < merges.Length; i++)
            {
                merges[i].Distance = MathF.Sqrt(merges[i].Distance);
            }
        }

        return Dendrogram.Of(leaves, merges, weights);
    }

    static PairMatrix Distances(
        VectorMatrix vectors, Linkage linkage, VectorMetric metric, ReadOnlySpan<int> weights, int threads, CancellationToken cancel)
    {
        var isWard = linkage == Linkage.Ward;
        var matrix = PairMatrix.Of(new(vectors, metric, threads, cancel), isWard, threads, cancel);
        if (isWard && !weights.IsEmpty)
        {
            for (var row = 1; row < matrix.Rows; row++)
            {
                var distances = matrix.Row(row);
                for (var other = 0; other < row; other++)
                {
                    distances[other] *= 2f * weights[row] * weights[other] / (weights[row] + (float)weights[other]);
                }
            }
        }

        return matrix;
    }
}
