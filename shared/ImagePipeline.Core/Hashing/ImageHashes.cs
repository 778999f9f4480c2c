namespace ImagePipeline.Core.Hashing;

/// <summary>Every hash of one picture.</summary>
/// <param name="Average">aHash: imagehash.average_hash.</param>
/// <param name="Difference">dHash: imagehash.dhash, horizontal.</param>
/// <param name="Perceptual">pHash: imagehash.phash.</param>
/// <param name="PdqVariants">PDQ of the picture as it is, turned and mirrored.</param>
/// <param name="PdqQuality">Quality of PDQ, 0 (flat) to 100.</param>
public readonly record struct ImageHashes(
    Hash64 Average, Hash64 Difference, Hash64 Perceptual, PdqDihedral PdqVariants, int PdqQuality)
{
    /// <summary>PDQ of the picture as it is.</summary>
    public Hash256 Pdq => PdqVariants.Original;

    /// <summary>Whether the picture has enough structure for its hashes to be compared at all.</summary>
    public bool IsMatchable => PdqQuality >= Hashing.Pdq.MinimumMatchQuality;
}
