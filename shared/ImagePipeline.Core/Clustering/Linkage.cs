namespace ImagePipeline.Core.Clustering;

/// <summary>How far two clusters are from each other.</summary>
public enum Linkage
{
    /// <summary>By the growth of the sum of squared distances to the centroids if they were joined: even, round clusters.</summary>
    Ward,

    /// <summary>The mean distance of a vector of one to a vector of the other.</summary>
    Average,

    /// <summary>The largest such distance: no two vectors of a cluster are farther apart than it was cut at.</summary>
    Complete,

    /// <summary>The smallest such distance: clusters may be long chains.</summary>
#pragma warning disable CA1720 // the name it has everywhere
    Single,
#pragma warning restore CA1720
}
