using System.Globalization;
using ImagePipeline.Cli.Evaluation;
using ImagePipeline.Cli.Pages;
using Spectre.Console;

namespace ImagePipeline.Cli.Output;

/// <summary>Shows calibrations on the terminal, as JSON and in a page.</summary>
static class CalibrationTables
{
    /// <summary>Prints the reliability of each model, and where its probabilities put the limit.</summary>
    public static void Write(IReadOnlyList<ModelCalibration> models, double minimumProbability)
    {
        foreach (var model in models)
        {
            var table = new Table().Border(TableBorder.Simple).AddColumn($"{Markup.Escape(model.Model)}: probability");
            foreach (var column in (string[])["pairs", "predicted", "copies among them"])
            {
                table.AddColumn(new TableColumn(column).RightAligned());
            }

            foreach (var bin in model.HeldOut.Bins)
            {
                table.AddRow(Range(bin.From, bin.To), $"{bin.Pairs:N0}", Percent(bin.Predicted), Percent(bin.Observed));
            }

            Terminal.Out.Write(table);
            Terminal.Line(Summary(model));
            Terminal.Line(Limit(model, minimumProbability));
        }
    }

    /// <summary>The calibrations as JSON shows them.</summary>
    public static object Json(IReadOnlyList<ModelCalibration> models) => models.Select(model => new
    {
        model = model.Model,
        calibration = model.Calibration,
        copy_distance = model.CopyDistance is { } distance ? Math.Round(distance, 4) : (double?)null,
        held_out = new
        {
            pairs = model.HeldOut.Pairs,
            copies = model.HeldOut.Copies,
            calibration_error = Math.Round(model.HeldOut.CalibrationError, 4),
            brier = Math.Round(model.HeldOut.Brier, 4),
            bins = model.HeldOut.Bins.Select(bin => new
            {
                bin.From,
                bin.To,
                bin.Pairs,
                predicted = Math.Round(bin.Predicted, 4),
                copies = Math.Round(bin.Observed, 4),
            }),
        },
    });

    /// <summary>The same as pictures.</summary>
    public static IReadOnlyList<CalibrationPicture> Pictures(IReadOnlyList<ModelCalibration> models, double minimumProbability) =>
        [.. models.Select(model => new CalibrationPicture(
            model.Model, model.Calibration.Curve, model.HeldOut, $"{Summary(model)} {Limit(model, minimumProbability)}"))];

    static string Summary(ModelCalibration model) => string.Create(
        CultureInfo.InvariantCulture,
        $"Fitted to one half of the originals and measured on the other, both ways, over pairs of {ModelCalibration.Hopeless:0 %} or more: ")
        + string.Create(
            CultureInfo.InvariantCulture, $"calibration error {model.HeldOut.CalibrationError:0.0000}, Brier {model.HeldOut.Brier:0.0000}. ")
        + string.Create(
            CultureInfo.InvariantCulture, $"A pair drawn from the trial is a copy with probability {model.Calibration.Prior:0.0000000}.");

    static string Limit(ModelCalibration model, double minimumProbability) => model.CopyDistance is { } distance
        ? string.Create(
            CultureInfo.InvariantCulture, $"Copies of {minimumProbability:0.####} or more by {model.Model}: up to distance {distance:0.0000}.")
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{model.Model} never says {minimumProbability:0.####}: at most {model.Calibration.Probabilities[0]:0.0000}. ")
            + "Its vectors tell no copies; more originals make it surer.";

    static string Range(double from, double to) => string.Create(CultureInfo.InvariantCulture, $"{from:0.0} to {to:0.0}");

    static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + " %";
}
