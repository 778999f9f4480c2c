using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Tests.Clustering;

/// <summary>Lloyd's rounds as they are defined, in double precision, until no label changes.</summary>
static class NaiveKMeans
{
    public static (int[] Labels, double[][] Centroids, double Inertia) Run(
        VectorMatrix vectors, VectorMatrix first, VectorMetric metric, int rounds = 1000)
    {
        var points = Rows(vectors, metric);
        var centroids = Rows(first, metric);
        var labels = new int[points.Length];
        for (var round = 0; round < rounds; round++)
        {
            var next = points.Select(point => Nearest(point, centroids)).ToArray();
            if (round > 0 && next.SequenceEqual(labels))
            {
                break;
            }

            labels = next;
            for (var c = 0; c < centroids.Length; c++)
            {
                var members = points.Where((_, i) => labels[i] == c).ToArray();
                if (members.Length > 0)
                {
                    var mean = Enumerable.Range(0, vectors.Dimensions).Select(d => members.Average(m => m[d])).ToArray();
                    centroids[c] = metric == VectorMetric.Cosine ? Unit(mean) : mean;
                }
            }
        }

        var squared = points.Select((point, i) => Squared(point, centroids[labels[i]])).Sum();
        return (labels, centroids, metric == VectorMetric.Cosine ? squared / 2 : squared);
    }

    public static int Nearest(double[] point, double[][] centroids) =>
        Enumerable.Range(0, centroids.Length).MinBy(c => Squared(point, centroids[c]));

    public static double Squared(double[] a, double[] b) => a.Zip(b, (x, y) => (x - y) * (x - y)).Sum();

    public static double[][] Rows(VectorMatrix vectors, VectorMetric metric) =>
    [
        .. Enumerable.Range(0, vectors.Rows).Select(row => vectors[row].ToArray().Select(x => (double)x).ToArray())
            .Select(row => metric == VectorMetric.Cosine ? Unit(row) : row),
    ];

    static double[] Unit(double[] vector)
    {
        var length = Math.Sqrt(vector.Sum(x => x * x));
        return length > 0 ? [.. vector.Select(x => x / length)] : vector;
    }
}
