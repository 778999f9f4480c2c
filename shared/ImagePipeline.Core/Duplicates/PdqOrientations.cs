using ImagePipeline.Core.Hashing;

namespace ImagePipeline.Core.Duplicates;

/// <summary>The PDQ hashes of a picture in all orientations, by the transform that makes them.</summary>
public static class PdqOrientations
{
    /// <summary>Number of orientations.</summary>
    public const int Count = PdqDihedral.Count;

    /// <summary>Entry (int)t is the hash of the picture after <see cref="DihedralTransform"/> t.</summary>
    public static Hash256[] Of(in PdqDihedral hashes)
    {
        var byTransform = new Hash256[Count];
        for (var position = 0; position < Count; position++)
        {
            byTransform[(int)DihedralTransforms.FromPdqPosition(position)] = hashes[position];
        }

        return byTransform;
    }
}
