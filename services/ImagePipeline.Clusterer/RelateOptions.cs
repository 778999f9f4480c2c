using System.ComponentModel.DataAnnotations;
using ImagePipeline.Core.Duplicates;
using ImagePipeline.Imaging;

namespace ImagePipeline.Clusterer;

/// <summary>Options of the near-duplicate search.</summary>
public sealed record RelateOptions
{
    /// <summary>Images related and written together. Default 256.</summary>
    [Range(1, 4096)]
    public int BatchImages { get; init; } = 256;

    /// <summary>Most bits of 256 in which the PDQ hashes of copies differ. Default 31, PDQ's own recommendation and the most that the
    /// index finds without a miss.</summary>
    [Range(0, 31)]
    public int CopyRadius { get; init; } = 31;

    /// <summary>Most bits in which pictures of the same size may differ and still be decoded in full, to see whether every pixel is the
    /// same. Default 10: what another decoder may change in a hash.</summary>
    [Range(0, 31)]
    public int SamePixelsRadius { get; init; } = CopyRules.SamePixelsRadiusBits;

    /// <summary>Most bits in which the PDQ hashes of two pictures may differ and still confirm what their vectors suggest. Default 54:
    /// unrelated pictures differ in 128 give or take 8, and see models/gist/README.md for what it finds.</summary>
    [Range(0, 128)]
    public int ConfirmRadius { get; init; } = CopyRules.ConfirmRadiusBits;

    /// <summary>Least probability, by its vectors, at which a pair is an edited copy; for models whose manifest has a calibration. Default
    /// 0.95: see docs/accuracy.md. Above what a model's calibration reaches, its vectors tell no copies.</summary>
    [Range(0.01, 0.9999)]
    public double CopyProbability { get; init; } = CopyRules.MinimumProbability;

    /// <summary>Most pairs kept per arriving image, nearest first. Default 64: keeps a heap of thousands of equal pictures from
    /// becoming millions of pairs; the groups are stars, which need one pair per member.</summary>
    [Range(1, 10_000)]
    public int PairsPerImage { get; init; } = 64;

    /// <summary>Most look-alikes kept per arriving image, nearest first. Default 8.</summary>
    [Range(0, 1000)]
    public int SimilarPerImage { get; init; } = 8;

    /// <summary>Limits for decoding in full.</summary>
    public ImageLimits Limits { get; init; } = new();
}
