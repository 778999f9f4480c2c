using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Clustering;

/// <summary>How much nearer vectors are to their own cluster than to the next: the mean over a sample, exact on it.</summary>
/// <param name="Mean">Over the sample, -1 to 1; above 0 vectors are nearer to their own cluster. NaN where fewer than two clusters are in the sample.</param>
/// <param name="OfCluster">Mean over the sample's vectors of each cluster; NaN for a cluster without any.</param>
/// <param name="Sample">The rows that were drawn, ascending by cluster, then row.</param>
/// <param name="Values">The silhouette of each of them: (b - a) / max(a, b), where a is the mean distance to the others of its cluster and
/// b the least mean distance to another cluster; 0 for one alone in its cluster.</param>
/// <remarks>
/// Rousseeuw, "Silhouettes", J. Computational and Applied Mathematics 1987. Vectors labelled -1 (noise) are left out. Cost: sample² x dimensions
/// multiply-adds. Memory: twice the vectors of the sample, and 8 bytes for every cluster of 512 rows a thread.
/// </remarks>
public sealed record Silhouette(double Mean, double[] OfCluster, int[] Sample, float[] Values)
{
    /// <summary>Measures a clustering.</summary>
    /// <param name="vectors">The vectors.</param>
    /// <param name="labels">The cluster of each, 0 to clusters - 1, or -1.</param>
    /// <param name="metric">In which distances are measured.</param>
    /// <param name="sample">Most vectors to look at; 10,000 take about a second at 256 dimensions.</param>
    /// <param name="seed">Which sample.</param>
    /// <param name="threads">Threads, at least 1.</param>
    /// <param name="cancel">Stops it.</param>
    public static Silhouette Measure(VectorMatrix vectors, int[] labels, VectorMetric metric,
        int sample = 10_000, int seed = 0, int threads = 1, CancellationToken cancel = default)
    {
        if (labels.Length != vectors.Rows)
        {
            throw new ArgumentException($"Expected {vectors.Rows} labels, got {labels.Length}.", nameof(labels));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(sample, 1);
        int[] labelled = [.. Enumerable.Range(0, labels.Length).Where(row => labels[row] >= 0)];
        var drawn = RowSample.Draw(labelled.Length, Math.Min(sample, labelled.Length), new Random(seed));
        int[] rows = [.. drawn.Select(i => labelled[i]).OrderBy(row => labels[row]).ThenBy(row => row)];
        var clusters = labels.DefaultIfEmpty(-1).Max() + 1;
        int[] own = [.. rows.Select(row => labels[row])];
        var sizes = CentroidUpdate.Sizes(own, clusters);
        var values = new float[rows.Length];
        if (rows.Length > 0)
        {
            var compared = new ComparedVectors(vectors.Select(rows), metric, threads, cancel);
            _ = compared.Columns;
            RowBlocks.Run(rows.Length, threads, (first, count) => Block(compared, own, sizes, first, values.AsSpan(first, count)), cancel);
        }

        double[] means = [.. Enumerable.Range(0, clusters).Select(_ => 0.0)];
        for (var i = 0; i < rows.Length; i++)
        {
            means[own[i]] += values[i] / (double)sizes[own[i]];
        }

        for (var cluster = 0; cluster < clusters; cluster++)
        {
            means[cluster] = sizes[cluster] == 0 ? double.NaN : means[cluster];
        }

        var isMeasurable = sizes.Count(size => size > 0) > 1;
        return new(isMeasurable ? values.Average(value => (double)value) : double.NaN, means, rows, values);
    }

    static unsafe void Block(ComparedVectors compared, int[] labels, int[] sizes, int first, Span<float> values)
    {
        var clusters = sizes.Length;
        var sums = new double[values.Length * clusters];
        fixed (double* sum = sums)
        {
            var sink = new Sums(compared, labels, first, sum, clusters);
            DotTiles.Run(compared.Rows, first, values.Length, compared.Columns, ref sink);
        }

        for (var i = 0; i < values.Length; i++)
        {
            var own = labels[first + i];
            var (a, b) = (sums[i * clusters + own] / Math.Max(1, sizes[own] - 1), double.MaxValue);
            for (var cluster = 0; cluster < clusters; cluster++)
            {
                if (cluster != own && sizes[cluster] > 0)
                {
                    b = Math.Min(b, sums[i * clusters + cluster] / sizes[cluster]);
                }
            }

            var larger = Math.Max(a, b);
            values[i] = sizes[own] > 1 && larger > 0 && b < double.MaxValue ? (float)((b - a) / larger) : 0;
        }
    }

    /// <summary>Adds the distance of every pair to the sum of its row and the column's cluster.</summary>
    unsafe readonly struct Sums(ComparedVectors compared, int[] labels, int first, double* sums, int clusters) : ITileSink
    {
        public void Accept(int row, int rows, int column, float* tile)
        {
            var end = Math.Min(DotTiles.Columns, labels.Length - column);
            for (var r = row; r < row + rows; r++, tile += DotTiles.Columns)
            {
                var length = compared.SquaredLengths[r];
                var sum = sums + (nint)(r - first) * clusters;
                for (var c = 0; c < end; c++)
                {
                    var other = column + c;
                    var squared = length - 2 * tile[c];
                    if (squared < ComparedVectors.Near * (length + compared.SquaredLengths[other]))
                    {
                        squared = other == r ? 0 : compared.Squared(r, other);
                    }

                    sum[labels[other]] += other == r ? 0 : compared.Distance(squared);
                }
            }
        }
    }
}
