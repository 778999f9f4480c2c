using System.Text.Json.Serialization;
using ImagePipeline.Core.Calibration;

namespace ImagePipeline.Inference;

/// <summary>The probability that a pair at a cosine distance is a copy, as <c>evaluate copies --write-manifest</c> measured it.</summary>
/// <remarks>It is that of a pair drawn from all that were compared for it: copies of some originals with each picture of the sets. In a
/// collection of another size, or with more or fewer copies, see <see cref="Prior"/>.</remarks>
public sealed record CopyCalibration
{
    /// <summary>Cosine distances of the knots, ascending, 0 to 2; of the part of the vector that tells copies.</summary>
    public required IReadOnlyList<double> Distances { get; init; }

    /// <summary>The probability at each, below 1, never above the one before; straight lines between.</summary>
    public required IReadOnlyList<double> Probabilities { get; init; }

    /// <summary>Share of copies among the pairs that were compared. For another share q a probability p becomes o / (1 + o) with
    /// o = p / (1 - p) x q / (1 - q) x (1 - prior) / prior.</summary>
    public required double Prior { get; init; }

    /// <summary>Pictures that copies were made of.</summary>
    public required int Originals { get; init; }

    /// <summary>Pairs of a copy and its original.</summary>
    public required long Copies { get; init; }

    /// <summary>Pairs of a copy and another picture.</summary>
    public required long Others { get; init; }

    /// <summary>Where the pictures came from, the originals first.</summary>
    public required IReadOnlyList<string> Sets { get; init; }

    /// <summary>The curve through the knots.</summary>
    /// <exception cref="ArgumentException">They make none; a manifest that was loaded has been checked.</exception>
    [JsonIgnore]
    public ProbabilityCurve Curve => new(Distances, Probabilities);
}
