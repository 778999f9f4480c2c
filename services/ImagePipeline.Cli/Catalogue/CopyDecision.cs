using System.Globalization;
using ImagePipeline.Inference;

namespace ImagePipeline.Cli.Catalogue;

/// <summary>How a model decides which pairs are copies, as lists show it and in a sentence.</summary>
/// <param name="Word">A probability, a distance where that comes before it, or a dash.</param>
/// <param name="Sentence">The same with where it comes from, and what to do where nothing was measured.</param>
sealed record CopyDecision(string Word, string Sentence)
{
    /// <summary>How the model of a manifest decides.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="minimumProbability">The least probability that is taken for a copy.</param>
    public static CopyDecision Of(ModelManifest manifest, double minimumProbability) =>
        (manifest.Calibration, manifest.CopyDistance(minimumProbability)) switch
        {
            ({ } calibration, { } far) => new(
                manifest.Distances?.Copy is { } limit && far >= limit
                    ? string.Create(CultureInfo.InvariantCulture, $"distance {far:0.###}")
                    : string.Create(CultureInfo.InvariantCulture, $"probability {minimumProbability:0.####}"),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Copies from probability {calibration.Curve.At(far):0.####}: distance {far:0.0000}. Calibrated with ")
                + string.Create(
                    CultureInfo.InvariantCulture,
                    $"{calibration.Originals:N0} originals ({calibration.Copies:N0} copies, {calibration.Others:N0} other pairs) of ")
                + $"{string.Join(", ", calibration.Sets)}."),
            ({ } calibration, null) => new(
                "-",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"No copies by vector: its calibration says at most {calibration.Curve.Highest:0.####}, not {minimumProbability:0.####}.")),
            (null, { } distance) => new(
                string.Create(CultureInfo.InvariantCulture, $"distance {distance:0.###}"),
                string.Create(CultureInfo.InvariantCulture, $"Copies up to distance {distance:0.###}; not calibrated: {Advice(manifest)}")),
            _ => new("-", $"No copies by vector: its manifest has neither a calibration nor a distance. To measure one: {Advice(manifest)}"),
        };

    static string Advice(ModelManifest manifest) =>
        $"imagepipeline evaluate copies FOLDER --model {manifest.Name} --write-manifest";
}
