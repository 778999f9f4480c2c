using ImagePipeline.Core.Calibration;

namespace ImagePipeline.Core.Duplicates;

/// <summary>What decides over copies wherever pictures are compared: radii in bits of 256, and a probability.</summary>
public static class CopyRules
{
    /// <summary>Pictures of one size within it may show the same pixels: what another decoder may change in a PDQ hash.</summary>
    public const int SamePixelsRadiusBits = 10;

    /// <summary>A PDQ distance within it confirms a copy that the vectors suggest. Measured in models/gist/README.md.</summary>
    public const int ConfirmRadiusBits = 54;

    /// <summary>Vectors tell a copy where they make it so likely. Chosen in docs/accuracy.md.</summary>
    public const double MinimumProbability = 0.95;

    /// <summary>The cosine distance up to which the vectors of a model tell a copy: as far as the probability reaches, and no farther than
    /// the model's own distance if it has one; without a calibration that distance alone.</summary>
    /// <param name="curve">The model's calibration, or null.</param>
    /// <param name="distance">The model's distance, or null.</param>
    /// <param name="minimumProbability">The least probability that is taken for a copy, 0 to 1.</param>
    /// <returns>Null where the model tells no copies.</returns>
    public static double? CopyDistance(ProbabilityCurve? curve, double? distance, double minimumProbability) =>
        curve is null ? distance
        : curve.FarthestAt(minimumProbability) is { } far ? Math.Min(far, distance ?? far)
        : null;
}
