using ImagePipeline.Core.Clustering;
using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Tests.Clustering;

/// <summary>k-means and quality figures beside those of scikit-learn.</summary>
public sealed class ReferenceTests
{
    [Fact]
    public void KMeans_from_the_same_start_ends_where_scikit_learn_ends()
    {
        var expected = Golden.Record.GetProperty("kmeans");

        var result = KMeans.Run(Golden.Vectors, new()
        {
            Clusters = 12, Metric = VectorMetric.Euclidean, InitialCentroids = Golden.Vectors.Slice(0, 12), Tolerance = 0,
        });

        Assert.Equal(Golden.Integers(expected.GetProperty("labels")), result.Labels);
        Assert.Equal(expected.GetProperty("iterations").GetInt32(), result.Iterations);
        Assert.Equal(1, result.Inertia / expected.GetProperty("inertia").GetDouble(), 1e-6);
    }

    [Theory]
    [InlineData(VectorMetric.Euclidean, "euclidean")]
    [InlineData(VectorMetric.Cosine, "cosine")]
    public void The_silhouette_is_that_of_scikit_learn(VectorMetric metric, string name)
    {
        var labels = Golden.Integers(Golden.Record.GetProperty("kmeans").GetProperty("labels"));

        var silhouette = Silhouette.Measure(Golden.Vectors, labels, metric, threads: 2);

        Assert.Equal(Golden.Record.GetProperty("silhouette").GetProperty(name).GetDouble(), silhouette.Mean, 1e-6);
    }

    [Fact]
    public void Scores_against_labels_are_those_of_scikit_learn()
    {
        var expected = Golden.Record.GetProperty("scores");
        int[] truth = [.. Enumerable.Range(0, 600).Select(row => row % 12)];

        var scores = PartitionScores.Of(truth, Golden.Integers(expected.GetProperty("clusters")));

        Assert.Equal(expected.GetProperty("nmi").GetDouble(), scores.NormalizedMutualInformation, 1e-9);
        Assert.Equal(expected.GetProperty("ari").GetDouble(), scores.AdjustedRand, 1e-9);
        Assert.Equal(expected.GetProperty("homogeneity").GetDouble(), scores.Homogeneity, 1e-9);
        Assert.Equal(expected.GetProperty("completeness").GetDouble(), scores.Completeness, 1e-9);
        Assert.Equal(expected.GetProperty("v_measure").GetDouble(), scores.VMeasure, 1e-9);
        Assert.Equal(expected.GetProperty("purity").GetDouble(), scores.Purity, 1e-9);
    }
}
