using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using ImagePipeline.Core.Clustering;
using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Benchmarks.Clustering;

/// <summary>One method on the vectors of a file, as JSON: peers/clustering.py runs it beside scikit-learn.</summary>
public static class ClusteringPass
{
    /// <summary>Runs and prints.</summary>
    /// <param name="output">Receives one line of JSON: seconds and processor seconds without reading the file, and what
    /// was found.</param>
    /// <param name="method">kmeans, spherical, ward, average, complete, single, hdbscan, dbscan, graph; count and cut
    /// choose how many clusters.</param>
    /// <param name="file">A .npy file of float32, vectors in rows.</param>
    /// <param name="value">Clusters; for hdbscan the least size, for dbscan the radius, for graph the neighbours,
    /// for cut the share of the best silhouette that may lack.</param>
    /// <param name="rounds">Most rounds of k-means, which then starts from the first vectors; 0 for until it ends, from
    /// where it chooses.</param>
    /// <param name="seed">Decides where k-means starts.</param>
    public static void Run(TextWriter output, string method, string file, double value, int rounds, int seed)
    {
        ArgumentNullException.ThrowIfNull(output);
        var vectors = Read(file);
        var count = (int)value;
        var (start, cpu) = (Stopwatch.GetTimestamp(), Cpu.Seconds);
        int[] labels = [];
        double inertia = 0;
        var threads = Environment.ProcessorCount;
        switch (method)
        {
            case "kmeans" or "spherical":
                var metric = method == "kmeans" ? VectorMetric.Euclidean : VectorMetric.Cosine;
                var options = new KMeansOptions { Clusters = count, Metric = metric, Seed = seed };
                var result = KMeans.Run(vectors, rounds == 0 ? options
                    : options with { InitialCentroids = vectors.Slice(0, count), MaximumIterations = rounds, Tolerance = 0 });
                (labels, inertia) = (result.Labels, result.Inertia);
                break;
            case "ward" or "average" or "complete" or "single":
                var linkage = Enum.Parse<Linkage>(method, ignoreCase: true);
                labels = Agglomerative.Run(vectors, linkage, VectorMetric.Euclidean, threads: threads).CutByCount(count);
                break;
            case "hdbscan":
                labels = Hdbscan.Run(vectors, new() { LeastSize = count, Metric = VectorMetric.Euclidean }).Labels;
                break;
            case "dbscan":
                labels = Dbscan.Run(vectors, value, 5, VectorMetric.Euclidean, threads);
                break;
            case "count":
                inertia = ClusterCount.Choose(vectors, VectorMetric.Cosine, threads: threads).Clusters;
                break;
            case "cut":
                var tree = Agglomerative.Run(vectors, Linkage.Ward, VectorMetric.Cosine, threads: threads);
                labels = tree.CutByCount(ClusterCount.Choose(vectors, tree, VectorMetric.Cosine, threads: threads).LargestWithin(value));
                break;
            case "graph":
                NeighbourGraph.Build(vectors, count, VectorMetric.Euclidean, threads);
                break;
            default:
                throw new ArgumentException($"'{method}' is no method.", nameof(method));
        }

        var (seconds, used) = (Stopwatch.GetElapsedTime(start).TotalSeconds, Cpu.Seconds - cpu);
        output.WriteLine(JsonSerializer.Serialize(new { seconds, cpu = used, inertia, labels }));
    }

    static VectorMatrix Read(string file)
    {
        var bytes = File.OpenRead(file);
        using var reader = new BinaryReader(bytes);
        var isLong = reader.ReadBytes(8)[6] > 1; // magic and version
        var header = new string(reader.ReadChars(isLong ? reader.ReadInt32() : reader.ReadUInt16()));
        var shape = header[(header.IndexOf('(', StringComparison.Ordinal) + 1)..header.IndexOf(')', StringComparison.Ordinal)].Split(',');
        if (!header.Contains("'<f4'", StringComparison.Ordinal) || !header.Contains("'fortran_order': False", StringComparison.Ordinal))
        {
            throw new ArgumentException($"{file} does not hold float32 in rows.", nameof(file));
        }

        var (rows, dimensions) = (int.Parse(shape[0], CultureInfo.InvariantCulture), int.Parse(shape[1], CultureInfo.InvariantCulture));
        var values = new float[rows * dimensions];
        bytes.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return new(values, rows, dimensions);
    }
}
