namespace ImagePipeline.Core.Vectors;

/// <summary>What counts as near.</summary>
public enum VectorMetric
{
    /// <summary>1 minus the cosine of the angle, 0 to 2; the length of a vector does not matter. A vector of length zero is at distance 1
    /// of all.</summary>
    Cosine,

    /// <summary>The length of the difference.</summary>
    Euclidean,
}
