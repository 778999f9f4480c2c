using ImagePipeline.Core.Calibration;
using ImagePipeline.Inference;

namespace ImagePipeline.Cli.Evaluation;

/// <summary>What a trial says of the probabilities of a model.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Calibration">Fitted to all pairs of the trial.</param>
/// <param name="HeldOut">Fitted to one half of the originals and measured on the other, both ways.</param>
/// <param name="CopyDistance">Where the least probability that is taken for a copy lies; null where it is never reached.</param>
sealed record ModelCalibration(string Model, CopyCalibration Calibration, Reliability HeldOut, double? CopyDistance)
{
    /// <summary>Pairs below it are left out of <see cref="HeldOut"/>.</summary>
    public const double Hopeless = 0.01;

    /// <summary>Calibrates the models of a trial that counted pairs.</summary>
    /// <param name="result">The trial.</param>
    /// <param name="models">Its models.</param>
    /// <param name="sets">Where its pictures came from.</param>
    /// <param name="minimumProbability">The least probability that is taken for a copy.</param>
    public static IReadOnlyList<ModelCalibration> Of(
        CopyTrialResult result, IReadOnlyList<ModelManifest> models, IReadOnlyList<string> sets, double minimumProbability) =>
        [.. models.Zip(result.Tallies, (model, tally) => Of(result, model, tally, sets, minimumProbability))];

    static ModelCalibration Of(
        CopyTrialResult result, ModelManifest model, PairTally tally, IReadOnlyList<string> sets, double minimumProbability)
    {
        var all = tally.All();
        // Copies of one original are alike: what is true of one may be true of all.
        var doubt = CalibrationFit.RuleOfThree * result.Edits.Count;
        var (copies, others) = ((long)all.Sum(count => count.Copies), (long)all.Sum(count => count.Others));
        var curve = CalibrationFit.Fit(all, doubt);
        var calibration = new CopyCalibration
        {
            Distances = curve.Distances,
            Probabilities = curve.Probabilities,
            Prior = Math.Round(copies / (double)(copies + others), 7),
            Originals = result.Originals,
            Copies = copies,
            Others = others,
            Sets = sets,
        };
        return new ModelCalibration(
            model.Name, calibration, Reliability.Of(PairTally.Halves.SelectMany(half => Predicted(tally, half, doubt)), Hopeless),
            (model with { Calibration = calibration }).CopyDistance(minimumProbability));
    }

    /// <summary>The pairs of one half, with what the other says of them.</summary>
    static IEnumerable<(double Probability, PairCount Count)> Predicted(PairTally tally, int half, double doubt)
    {
        var curve = CalibrationFit.Fit(tally.OfHalf(1 - half), doubt);
        return tally.OfHalf(half).Select(count => (curve.At(count.Distance), count));
    }
}
