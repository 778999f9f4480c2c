using System.Diagnostics;
using ImagePipeline.Core.Clustering;
using ImagePipeline.Core.Layout;
using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Benchmarks.Clustering;

/// <summary>Times clustering on drawn vectors, each part beside what limits it, for docs/clustering.md.</summary>
public static class ClusteringFigures
{
    /// <summary>The parts that can be asked for by name.</summary>
    public static readonly string[] Parts = ["assign", "kmeans", "sampled", "joined", "levels", "density", "layout"];

    /// <summary>Runs one part, or all, and prints.</summary>
    /// <param name="output">Receives the lines.</param>
    /// <param name="part">One of <see cref="Parts"/>, or null for all.</param>
    /// <param name="size">1 for the sizes of the documentation; smaller to see that it works.</param>
    public static void Run(TextWriter output, string? part, double size)
    {
        ArgumentNullException.ThrowIfNull(output);
        MultiplyAdds.Rate((long)(size * 1e6)); // compiled before it counts
        foreach (var name in part is null ? Parts : [part])
        {
            Action<TextWriter, double> measure = name switch
            {
                "assign" => Assign,
                "kmeans" => KMeansRounds,
                "sampled" => Sampled,
                "joined" => Joined,
                "levels" => Levels,
                "density" => Density,
                "layout" => Layout,
                _ => throw new ArgumentException($"'{name}' is none of {string.Join(", ", Parts)}.", nameof(part)),
            };
            measure(output, size);
        }
    }

    static void Assign(TextWriter output, double size)
    {
        var vectors = DrawnVectors.Around(300, Scaled(50_000, size), 256, seed: 1);
        var search = new NearestCentroid(vectors.Slice(0, Math.Min(1000, vectors.Rows)), VectorMetric.Cosine);
        var (labels, distances) = (new int[vectors.Rows], new float[vectors.Rows]);
        search.Assign(vectors, labels, distances);
        for (var round = 0; round < 3; round++)
        {
            var bare = MultiplyAdds.Rate((long)(size * 3e7));
            var start = Cpu.Seconds;
            search.Assign(vectors, labels, distances);
            var seconds = Cpu.Seconds - start;
            var rate = (double)vectors.Rows * search.Centroids.Rows * 256 / seconds / 1e9;
            output.WriteLine($"assign: {vectors.Rows / seconds:f0} vectors of 256 to {search.Centroids.Rows} centroids a CPU second, {rate:f1} of {bare:f1} GFMA/s");
        }
    }

    static void KMeansRounds(TextWriter output, double size)
    {
        var vectors = DrawnVectors.Around(300, Scaled(200_000, size), 256, seed: 2);
        var clusters = Scaled(500, size);
        var bare = MultiplyAdds.Rate((long)(size * 3e7));
        var (seconds, cpu, result) = Timed(() => KMeans.Run(vectors,
            new() { Clusters = clusters, Metric = VectorMetric.Euclidean, InitialCentroids = vectors.Slice(0, clusters), MaximumIterations = 10, Tolerance = 0 }));
        // One pass more than rounds: all are assigned at the end.
        var rate = (double)vectors.Rows * clusters * 256 * (result.Iterations + 1) / cpu / 1e9;
        output.WriteLine($"kmeans: {vectors.Rows} x 256 to {clusters}, {result.Iterations} rounds: {seconds:f2} s, {cpu:f2} CPU s, {rate:f1} of {bare:f1} GFMA/s");
    }

    static void Sampled(TextWriter output, double size)
    {
        var vectors = DrawnVectors.Around(3000, Scaled(1_000_000, size), 256, seed: 3);
        var options = new KMeansOptions { Clusters = Scaled(1000, size), Metric = VectorMetric.Euclidean, MaximumIterations = 25 };
        var (seconds, cpu, inertia) = Timed(() =>
        {
            var sample = new VectorReservoir(256 * options.Clusters, 256, seed: 1);
            for (var at = 0; at < vectors.Rows; at += 4096)
            {
                sample.Add(vectors.Slice(at, Math.Min(4096, vectors.Rows - at)));
            }

            var search = new NearestCentroid(KMeans.Run(sample.Vectors, options).Centroids, options.Metric);
            var (labels, distances) = (new int[vectors.Rows], new float[vectors.Rows]);
            search.Assign(vectors, labels, distances, options.Threads);
            return KMeans.Inertia(distances, options.Metric);
        });
        output.WriteLine($"sampled: {vectors.Rows} x 256 to {options.Clusters}: {seconds:f1} s, {cpu:f1} CPU s, inertia {inertia:g6}");
        var (all, allCpu, full) = Timed(() => KMeans.Run(vectors, options with { MaximumIterations = 12 }));
        output.WriteLine($"  the full run, {full.Iterations} rounds: {all:f1} s, {allCpu:f1} CPU s, inertia {full.Inertia:g6}; sampled {inertia / full.Inertia:f4} of it");
    }

    static void Joined(TextWriter output, double size)
    {
        var vectors = DrawnVectors.Around(300, Scaled(20_000, size), 256, seed: 4);
        foreach (var linkage in Enum.GetValues<Linkage>())
        {
            var (seconds, cpu, tree) = Timed(() =>
                Agglomerative.Run(vectors, linkage, VectorMetric.Euclidean, threads: Environment.ProcessorCount));
            output.WriteLine($"joined: {tree.Leaves} x 256, {linkage}: {seconds:f1} s, {cpu:f1} CPU s");
            var clusters = Math.Min(300, tree.Leaves);
            var (_, cutting, _) = Timed(() => ClusterCentroids.Of(
                vectors, tree.CutByCount(clusters), clusters, VectorMetric.Euclidean, Environment.ProcessorCount));
            var (_, choosing, cuts) = Timed(() => TreeCut.Sensible(tree));
            output.WriteLine($"  cut into {clusters}, with centroids: {cutting:f3} CPU s; {cuts.Count} cuts to choose from: {choosing:f3}");
        }
    }

    /// <summary>Two levels beside k-means, on the same vectors: to as many clusters, and the pass over all.</summary>
    static void Levels(TextWriter output, double size)
    {
        var vectors = DrawnVectors.Around(300, Scaled(200_000, size), 256, seed: 7);
        for (var row = 0; row < vectors.Rows; row++)
        {
            Distances.NormalizeL2(System.Runtime.InteropServices.MemoryMarshal.AsMemory(vectors.Memory).Span.Slice(row * 256, 256));
        }

        var (groups, clusters) = (Scaled(2_000, size), Scaled(300, size));
        var (seconds, cpu, tree) = Timed(() => CentroidTree.Run(vectors, groups, Linkage.Ward, seed: 1, Environment.ProcessorCount));
        var (_, cutting, cut) = Timed(() => tree.Label(tree.Tree.CutByCount(Math.Min(clusters, tree.Tree.Leaves))));
        output.WriteLine($"levels: {vectors.Rows} x 256 to {groups} groups and their tree: {seconds:f1} s, {cpu:f1} CPU s; a cut into {clusters} {cutting:f3} CPU s, inertia {Inertia(cut):g5}");
        var (plain, plainCpu, means) = Timed(() => KMeans.Run(vectors, new() { Clusters = clusters, Seed = 1 }));
        output.WriteLine($"  k-means to {clusters}, {means.Iterations} rounds: {plain:f1} s, {plainCpu:f1} CPU s, inertia {means.Inertia:g5}");

        double Inertia(int[] labels) => KMeans.Inertia(
            ClusterCentroids.Of(vectors, labels, labels.Max() + 1, VectorMetric.Cosine, Environment.ProcessorCount).Distances, VectorMetric.Cosine);
    }

    static void Density(TextWriter output, double size)
    {
        var vectors = DrawnVectors.Around(300, Scaled(50_000, size), 64, seed: 5);
        foreach (var threads in (int[])[Environment.ProcessorCount])
        {
            var (_, graph, _) = Timed(() => NeighbourGraph.Build(vectors, 15, VectorMetric.Euclidean, threads));
            var (_, hdbscan, found) = Timed(() =>
                Hdbscan.Run(vectors, new() { LeastSize = 15, Metric = VectorMetric.Euclidean, Threads = threads }));
            var radius = NeighbourGraph.Build(vectors.Slice(0, Math.Min(1000, vectors.Rows)), 1, VectorMetric.Euclidean, threads).Distances.Average();
            var (_, dbscan, _) = Timed(() => Dbscan.Run(vectors, radius, 5, VectorMetric.Euclidean, threads));
            output.WriteLine($"density: {vectors.Rows} x 64: 15 neighbours {graph:f2} CPU s; HDBSCAN {hdbscan:f2}, {hdbscan / graph:f2} x the graph"
                + $" ({found.Stabilities.Length} clusters); DBSCAN {dbscan:f2}, {dbscan / graph:f2} x");
        }
    }

    static void Layout(TextWriter output, double size)
    {
        var vectors = DrawnVectors.Around(100, Scaled(10_000, size), 256, seed: 6);
        var (_, plane, flat) = Timed(() => PrincipalPlane.Of(vectors, VectorMetric.Cosine).Points);
        var (_, map, points) = Timed(() => NeighbourLayout.Of(vectors, VectorMetric.Cosine, threads: Environment.ProcessorCount));
        output.WriteLine($"layout: {vectors.Rows} x 256: plane {plane:f1} CPU s, trustworthiness {Trust(flat):f3}; neighbours {map:f1} CPU s, {Trust(points):f3}");

        double Trust(LayoutPoint[] places) => LayoutQuality.Trustworthiness(vectors, VectorMetric.Cosine, places, sample: 200);
    }

    static int Scaled(int count, double size) => Math.Max(64, (int)(count * size));

    static (double Seconds, double Cpu, T Result) Timed<T>(Func<T> work)
    {
        var (start, cpu) = (Stopwatch.GetTimestamp(), Cpu.Seconds);
        var result = work();
        return (Stopwatch.GetElapsedTime(start).TotalSeconds, Cpu.Seconds - cpu, result);
    }
}
