using ImagePipeline.Core.Duplicates;
using ImagePipeline.Storage;

namespace ImagePipeline.Search.Duplicates;

/// <summary>What shows that two images belong together, in words.</summary>
public static class EvidenceWords
{
    /// <summary>For example "PDQ hashes differ in 12 of 256 bits, mirrored".</summary>
    /// <param name="evidence">One of <see cref="Evidence"/>.</param>
    /// <param name="transform">Code of a <see cref="DihedralTransform"/>, or null.</param>
    /// <param name="distance">In the unit of the evidence.</param>
    /// <param name="probability">That it is a copy, where that is known of the distance.</param>
    public static string Of(string? evidence, string? transform, double distance, double? probability = null)
    {
        var words = evidence switch
        {
            Evidence.Bytes => "equal byte for byte",
            Evidence.Pixels => "every decoded pixel is equal",
            Evidence.Pdq => FormattableString.Invariant($"PDQ hashes differ in {distance:0} of 256 bits"),
            Evidence.Embedding when probability is { } likely => FormattableString.Invariant(
                $"embeddings at cosine distance {distance:0.000}, a copy with probability {Math.Floor(likely * 1000) / 1000:0.000}"),
            Evidence.Embedding => FormattableString.Invariant($"embeddings at cosine distance {distance:0.000}"),
            Evidence.Verdict => "a person said so",
            _ => "",
        };
        return DihedralTransforms.TryParse(transform, out var turned) && turned != DihedralTransform.None
            ? $"{words}, {turned.Words()}"
            : words;
    }
}
