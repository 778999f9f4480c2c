using System.Diagnostics;
using ImagePipeline.Core.Clustering;
using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Clusterer.Clusters;

/// <summary>Runs a method on the images that fit in memory, and chooses what the settings leave open.</summary>
static class ClusterFit
{
    /// <summary>The settings with a method.</summary>
    /// <param name="asked">What was asked for.</param>
    /// <param name="images">How many images there are.</param>
    /// <param name="options">Limits.</param>
    public static ClusterSettings Decide(ClusterSettings asked, long images, ClusterOptions options) => asked.Method != ClusterMethod.Auto
        ? asked
        : asked with { Method = ClusterMethod.KMeans };

    /// <summary>Most images that a method sees.</summary>
    public static int Limit(ClusterMethod method, ClusterOptions options) => method switch
    {
        ClusterMethod.KMeans => options.SampleImages,
        ClusterMethod.Agglomerative => options.AgglomerativeImages,
        ClusterMethod.Hdbscan or ClusterMethod.Dbscan => options.DensityImages,
        _ => throw new UnreachableException(),
    };

    /// <summary>Whether a method leaves images out that are unlike all others.</summary>
    public static bool LeavesOut(ClusterMethod method) => method is ClusterMethod.Hdbscan or ClusterMethod.Dbscan;

    /// <summary>Groups vectors.</summary>
    /// <param name="vectors">Of length 1, two or more.</param>
    /// <param name="settings">How; with a method.</param>
    /// <param name="progress">Told how much is done, 0 to 1.</param>
    /// <param name="cancel">Ends it.</param>
    public static Fit Run(VectorMatrix vectors, ClusterSettings settings, IProgress<double>? progress, CancellationToken cancel)
    {
        return settings.Method switch
        {
            ClusterMethod.KMeans => KMeansFit(vectors, settings, progress, cancel),
            _ => throw new UnreachableException(),
        };
    }

    static Fit KMeansFit(VectorMatrix vectors, ClusterSettings settings, IProgress<double>? progress, CancellationToken cancel)
    {
        // Half of the way each, where the number is to be found out; that is bounded by a sample of its own.
        var k = settings.K ?? ClusterCount.Choose(
            vectors, VectorMetric.Cosine, seed: settings.Seed, threads: Environment.ProcessorCount,
            progress: new Part(progress, 0), cancel: cancel).Clusters;
        k = Math.Min(k, vectors.Rows);
        var result = KMeans.Run(
            vectors, new KMeansOptions { Clusters = k, Seed = settings.Seed }, settings.K is null ? new Part(progress, 0.5) : progress, cancel);
        return new Fit(result.Labels, result.Distances, new NearestCentroid(result.Centroids, VectorMetric.Cosine))
        {
            Settings = settings with { K = k },
        };
    }

    /// <summary>Half of the work, from where it begins.</summary>
    sealed class Part(IProgress<double>? whole, double from) : IProgress<double>
    {
        public void Report(double value) => whole?.Report(from + (value / 2));
    }
}
