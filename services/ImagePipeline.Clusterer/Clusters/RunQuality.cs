using System.Text.Json;
using System.Text.Json.Serialization;
using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Clusterer.Clusters;

/// <summary>Figures of a run, as they are stored with it.</summary>
public sealed record RunQuality
{
    const int SilhouetteImages = 5_000;

    /// <summary>How they are written and read.</summary>
    public static JsonSerializerOptions Json { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Mean silhouette by cosine distance, -1 to 1, of a sample; null for fewer than two clusters.</summary>
    public double? Silhouette { get; init; }

    /// <summary>Images that it was measured on.</summary>
    public int SilhouetteSample { get; init; }

    /// <summary>Mean cosine distance of images to the centroid of their cluster.</summary>
    public double Cohesion { get; init; }

    /// <summary>Mean over clusters of the cosine distance to the nearest other centroid; null for fewer than
    /// two.</summary>
    public double? Separation { get; init; }

    /// <summary>Images of the largest cluster.</summary>
    public long Largest { get; init; }

    /// <summary>Reads figures as stored; null where there are none.</summary>
    public static RunQuality? Parse(string? json) => json is null ? null : JsonSerializer.Deserialize<RunQuality>(json, Json);

    internal static RunQuality Measure(RunImages images, RunClusters clusters, Fit fit, int seed, CancellationToken cancel)
    {
        var silhouette = clusters.Count < 2 ? null : Core.Clustering.Silhouette.Measure(
            images.Sample, fit.Labels, VectorMetric.Cosine, SilhouetteImages, seed, Environment.ProcessorCount, cancel);
        return new RunQuality
        {
            Silhouette = silhouette is null || double.IsNaN(silhouette.Mean) ? null : Math.Round(silhouette.Mean, 4),
            SilhouetteSample = silhouette?.Sample.Length ?? 0,
            Cohesion = Math.Round(clusters.Cohesion, 4),
            Separation = clusters.Separation is { } separation ? Math.Round(separation, 4) : null,
            Largest = clusters.Largest,
        };
    }
}
