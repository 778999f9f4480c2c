namespace ImagePipeline.Clusterer.Clusters;

/// <summary>How far a run is.</summary>
/// <param name="Phase">What it is at, such as reading.</param>
/// <param name="Share">How much of that is done, 0 to 1.</param>
public readonly record struct ClusterProgress(string Phase, double Share);
