using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Clusterer.Clusters;

/// <summary>Places the first images of a run on a map.</summary>
static class RunMap
{
    public static IReadOnlyList<(float X, float Y)> Places(
        VectorMatrix vectors, int limit, int seed, IProgress<double>? progress, CancellationToken cancel) => [];
}
