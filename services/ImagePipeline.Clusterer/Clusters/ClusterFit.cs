using System.Diagnostics;
using ImagePipeline.Core.Clustering;
using ImagePipeline.Core.Vectors;
using ImagePipeline.Storage.Clusters;

namespace ImagePipeline.Clusterer.Clusters;

/// <summary>Runs a method on the images that fit in memory, and chooses what the settings leave open.</summary>
static class ClusterFit
{
    /// <summary>Least images of a dense cluster where nothing is asked for.</summary>
    const int LeastSize = 5;

    /// <summary>Images whose silhouettes choose where a tree is cut.</summary>
    const int CutSample = 4_000;

    /// <summary>Images of a group, of few images.</summary>
    const int ImagesOfGroup = 4;

    /// <summary>No two different pictures lie as near as that; equal ones would make any radius zero.</summary>
    const double LeastRadius = 1e-4;

    /// <summary>Share of the best silhouette that more clusters may lack: people rather merge what was kept apart than part what was mixed
    /// up.</summary>
    const double NearlyBest = 0.1;

    /// <summary>The settings with a method.</summary>
    /// <param name="asked">What was asked for.</param>
    /// <param name="images">How many images there are.</param>
    /// <param name="options">Limits.</param>
    public static ClusterSettings Decide(ClusterSettings asked, long images, ClusterOptions options)
    {
        // Joining agrees best with what people call alike, but sees every pair.
        var isMany = images > options.AgglomerativeImages;
        return asked.Method != ClusterMethod.Auto ? asked : asked with
        {
            Method = asked.MinSize is not null ? asked.Distance is null ? ClusterMethod.Hdbscan : ClusterMethod.Dbscan
                : !isMany ? ClusterMethod.Agglomerative
                // Of many too, a linkage or a distance asks for levels.
                : asked.Linkage is not null || asked.Distance is not null ? ClusterMethod.TwoLevel
                : ClusterMethod.KMeans,
        };
    }

    /// <summary>Most images that a method sees.</summary>
    public static int Limit(ClusterMethod method, ClusterOptions options) => method switch
    {
        ClusterMethod.KMeans or ClusterMethod.TwoLevel => options.SampleImages,
        ClusterMethod.Agglomerative => options.AgglomerativeImages,
        ClusterMethod.Hdbscan or ClusterMethod.Dbscan => options.DensityImages,
        _ => throw new UnreachableException(),
    };

    /// <summary>Whether a method leaves images out that are unlike all others.</summary>
    public static bool LeavesOut(ClusterMethod method) => method is ClusterMethod.Hdbscan or ClusterMethod.Dbscan;

    /// <summary>Groups vectors.</summary>
    /// <param name="vectors">Of length 1, two or more.</param>
    /// <param name="settings">How; with a method.</param>
    /// <param name="options">Limits.</param>
    /// <param name="progress">Told how much is done, 0 to 1.</param>
    /// <param name="cancel">Ends it.</param>
    public static Fit Run(
        VectorMatrix vectors, ClusterSettings settings, ClusterOptions options, IProgress<double>? progress, CancellationToken cancel) =>
        settings.Method switch
        {
            ClusterMethod.KMeans => Means(vectors, settings, progress, cancel),
            ClusterMethod.Agglomerative => Join(vectors, settings, progress, cancel),
            ClusterMethod.TwoLevel => JoinGroups(vectors, settings, options, progress, cancel),
            ClusterMethod.Hdbscan => Dense(vectors, settings, progress, cancel),
            ClusterMethod.Dbscan => DenseWithin(vectors, settings, progress, cancel),
            _ => throw new UnreachableException(),
        };

    static Fit Means(VectorMatrix vectors, ClusterSettings settings, IProgress<double>? progress, CancellationToken cancel)
    {
        var k = settings.K is { } given ? Math.Min(given, vectors.Rows) : ClusterCount.Choose(
            vectors, VectorMetric.Cosine, seed: settings.Seed, threads: Environment.ProcessorCount,
            progress: new Part(progress, 0), cancel: cancel).LargestWithin(NearlyBest);
        var result = KMeans.Run(
            vectors, new KMeansOptions { Clusters = k, Seed = settings.Seed }, settings.K is null ? new Part(progress, 0.5) : progress, cancel);
        return new Fit(result.Labels, result.Distances, new NearestCentroid(result.Centroids, VectorMetric.Cosine))
        {
            Settings = settings with { K = k },
        };
    }

    static Linkage LinkageOf(ClusterSettings settings) => settings.Linkage ?? (settings.Distance is null ? Linkage.Ward : Linkage.Average);

    static Fit Join(VectorMatrix vectors, ClusterSettings settings, IProgress<double>? progress, CancellationToken cancel)
    {
        var linkage = LinkageOf(settings);
        var tree = Agglomerative.Run(
            vectors, linkage, VectorMetric.Cosine, threads: Environment.ProcessorCount, progress: new Part(progress, 0), cancel: cancel);
        tree = linkage == Linkage.Ward ? tree.HalfSquared() : tree;
        settings = settings with { Linkage = linkage };
        if (settings.Distance is not null)
        {
            return Cut(vectors, tree, settings, cancel);
        }

        var k = settings.K is { } given ? Math.Min(given, vectors.Rows) : ClusterCount.Choose(
            vectors, tree, VectorMetric.Cosine, sample: CutSample, seed: settings.Seed, threads: Environment.ProcessorCount,
            progress: new Part(progress, 0.5), cancel: cancel).LargestWithin(NearlyBest);
        return Cut(vectors, tree, settings with { K = k }, cancel);
    }

    static Fit JoinGroups(
        VectorMatrix vectors, ClusterSettings settings, ClusterOptions options, IProgress<double>? progress, CancellationToken cancel)
    {
        var groups = settings.Groups ?? Math.Clamp(vectors.Rows / ImagesOfGroup, 2, options.Groups);
        settings = settings with { Linkage = LinkageOf(settings), Groups = Math.Min(Math.Max(groups, settings.K ?? 0), vectors.Rows) };
        var tree = CentroidTree.Run(
            vectors, settings.Groups.Value, settings.Linkage.Value, settings.Seed, Environment.ProcessorCount, new Part(progress, 0), cancel);
        if (settings.Distance is null)
        {
            settings = settings with
            {
                K = Math.Min(tree.Tree.Leaves, settings.K ?? (tree.Tree.Leaves == 1 ? 1 : ClusterCount.Choose(
                    vectors, tree, sample: CutSample, seed: settings.Seed, threads: Environment.ProcessorCount,
                    progress: new Part(progress, 0.5), cancel: cancel).LargestWithin(NearlyBest))),
            };
        }

        return CutGroups(vectors, tree.Centroids, tree.Leaves, tree.Tree, settings, cancel);
    }

    /// <summary>Cuts a tree of groups.</summary>
    /// <param name="vectors">The sample, of length 1.</param>
    /// <param name="groups">Centroids of the groups, the leaves of the tree.</param>
    /// <param name="leaves">The group of each vector; none is empty.</param>
    /// <param name="tree">By cosine distances.</param>
    /// <param name="settings">The distance, or else the number of clusters, at most as many as groups.</param>
    /// <param name="cancel">Ends it.</param>
    public static Fit CutGroups(
        VectorMatrix vectors, VectorMatrix groups, int[] leaves, Dendrogram tree, ClusterSettings settings, CancellationToken cancel)
    {
        var clusters = settings.Distance is { } distance ? tree.CutByDistance(distance) : tree.CutByCount(settings.K!.Value);
        return Fit.Of(vectors, Array.ConvertAll(leaves, leaf => clusters[leaf]), cancel) with
        {
            Settings = settings with { K = clusters.Max() + 1 },
            Tree = tree,
            Groups = FitGroups.Of(vectors, groups, leaves, clusters),
        };
    }

    /// <summary>Cuts a tree.</summary>
    /// <param name="vectors">Its leaves, of length 1.</param>
    /// <param name="tree">By cosine distances.</param>
    /// <param name="settings">The distance, or else the number of clusters, at most as many as vectors.</param>
    /// <param name="cancel">Ends it.</param>
    public static Fit Cut(VectorMatrix vectors, Dendrogram tree, ClusterSettings settings, CancellationToken cancel)
    {
        var labels = settings.Distance is { } distance ? tree.CutByDistance(distance) : tree.CutByCount(settings.K!.Value);
        return Fit.Of(vectors, labels, cancel) with { Settings = settings with { K = labels.Max() + 1 }, Tree = tree };
    }

    static Fit Dense(VectorMatrix vectors, ClusterSettings settings, IProgress<double>? progress, CancellationToken cancel)
    {
        var size = settings.MinSize ?? LeastSize;
        var result = Hdbscan.Run(vectors, new HdbscanOptions { LeastSize = size }, progress, cancel);
        return Fit.Of(vectors, result.Labels, cancel) with { Settings = settings with { MinSize = size } };
    }

    static Fit DenseWithin(VectorMatrix vectors, ClusterSettings settings, IProgress<double>? progress, CancellationToken cancel)
    {
        var size = Math.Min(settings.MinSize ?? LeastSize, NeighbourGraph.MaximumNeighbours);
        var radius = settings.Distance ?? CoreDistance(vectors, Math.Min(size - 1, vectors.Rows - 1), new Part(progress, 0), cancel);
        var labels = Dbscan.Run(
            vectors, radius, size, VectorMetric.Cosine, Environment.ProcessorCount,
            settings.Distance is null ? new Part(progress, 0.5) : progress, cancel);
        return Fit.Of(vectors, labels, cancel) with { Settings = settings with { MinSize = size, Distance = Math.Round(radius, 6) } };
    }

    /// <summary>The distance within which half of the images have as many neighbours as make a core.</summary>
    static double CoreDistance(VectorMatrix vectors, int neighbours, IProgress<double>? progress, CancellationToken cancel)
    {
        var graph = NeighbourGraph.Build(vectors, neighbours, VectorMetric.Cosine, Environment.ProcessorCount, progress, cancel);
        float[] farthest = [.. Enumerable.Range(0, vectors.Rows).Select(row => graph.DistancesOf(row)[^1]).Order()];
        return Math.Max(farthest[farthest.Length / 2], LeastRadius);
    }

    /// <summary>Half of the work, from where it begins.</summary>
    sealed class Part(IProgress<double>? whole, double from) : IProgress<double>
    {
        public void Report(double value) => whole?.Report(from + (value / 2));
    }
}
