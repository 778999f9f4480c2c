using ImagePipeline.Core.Hashing;

namespace ImagePipeline.Core.Duplicates;

/// <summary>The PDQ hashes of a picture in all orientations, by the transform that makes them.</summary>
public static class PdqOrientations
{
    /// <summary>Number of orientations.</summary>
    public const int Count = PdqDihedral.Count;

    /// <summary>Entry (int)t is the hash of the picture after <see cref="DihedralTransform"/> t. PDQ counts its turns
    /// counterclockwise and calls the exchange of top and bottom "flip X"; here turns are clockwise.</summary>
    public static Hash256[] Of(in PdqDihedral hashes) =>
    [
        hashes.Original, hashes.Rotate270, hashes.Rotate180, hashes.Rotate90,
        hashes.FlipY, hashes.FlipX, hashes.FlipPlus1, hashes.FlipMinus1,
    ];
}
