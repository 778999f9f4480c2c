using System.Globalization;
using System.Text;
using ImagePipeline.Core.Calibration;

namespace ImagePipeline.Cli.Pages;

/// <summary>What is shown of a model's probabilities.</summary>
/// <param name="Model">Its name.</param>
/// <param name="Curve">The probability by distance.</param>
/// <param name="Reliability">Predicted and observed, by bins.</param>
/// <param name="Words">What was measured, in sentences.</param>
public sealed record CalibrationPicture(string Model, ProbabilityCurve Curve, Reliability Reliability, string Words);

/// <summary>Draws two squares: copies among pairs by what was predicted of them, and the probability by distance.</summary>
static class CalibrationChart
{
    const int Edge = 200;
    const int Margin = 34;

    // A bin of one pair is a dot of 2.5, one of a million of 8.5.
    const double LeastRadius = 2.5;

    /// <summary>The markup of one model's charts.</summary>
    public static string Draw(CalibrationPicture picture) =>
        $"""
        <section class="calibration"><h2>How likely copies are by {PageText.Encode(picture.Model)}</h2>
        <p class="soft">{PageText.Encode(picture.Words)}</p><div class="charts">
        <figure>{Square(Dots(picture.Reliability), "predicted", "copies")}
        <figcaption>Copies among pairs that were given a probability. On the line: as predicted. A larger dot is more pairs.</figcaption></figure>
        <figure>{ByDistance(picture.Curve)}
        <figcaption>The probability that a pair at a distance is a copy. Dots are what the manifest holds.</figcaption></figure>
        </div></section>
        """;

    static string ByDistance(ProbabilityCurve curve)
    {
        var farthest = Farthest(curve);
        return Square(Curve(curve, farthest), FormattableString.Invariant($"distance, 0 to {farthest:0.0}"), "probability");
    }

    static string Square(string inside, string across, string up) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        <svg viewbox="0 0 {Edge + (2 * Margin)} {Edge + (2 * Margin)}" role="img" aria-label="{PageText.Encode(up)} by {PageText.Encode(across)}">
        <rect x="{Margin}" y="{Margin}" width="{Edge}" height="{Edge}"></rect>{inside}
        <text x="{Margin + (Edge / 2)}" y="{Edge + Margin + 26}">{PageText.Encode(across)}</text>
        <text x="{Margin}" y="{Margin - 10}" class="start">{PageText.Encode(up)}</text>
        <text x="{Margin - 6}" y="{Margin + 5}" class="end">1</text><text x="{Margin - 6}" y="{Margin + Edge}" class="end">0</text></svg>
        """);

    static string Dots(Reliability reliability)
    {
        var svg = new StringBuilder($"<path class=\"even\" d=\"{Path([(0, 0), (1, 1)])}\"></path>");
        foreach (var bin in reliability.Bins)
        {
            svg.Append(Dot(X(bin.Predicted), Y(bin.Observed), LeastRadius + Math.Log10(bin.Pairs), string.Create(
                CultureInfo.InvariantCulture, $"{bin.Pairs:N0} pairs: predicted {bin.Predicted:0.000}, copies {bin.Observed:0.000}")));
        }

        return svg.ToString();
    }

    static string Curve(ProbabilityCurve curve, double farthest)
    {
        var knots = curve.Distances.Zip(curve.Probabilities).Where(knot => knot.First <= farthest).ToArray();
        var line = knots.Select(knot => (knot.First / farthest, knot.Second)).Prepend((0, curve.Highest)).Append((1, curve.At(farthest)));
        var svg = new StringBuilder($"<path d=\"{Path(line)}\"></path>");
        foreach (var (distance, probability) in knots)
        {
            svg.Append(Dot(X(distance / farthest), Y(probability), LeastRadius, string.Create(
                CultureInfo.InvariantCulture, $"distance {distance:0.0000}: {probability:0.0000}")));
        }

        return svg.ToString();
    }

    /// <summary>To the next tenth beyond where hardly any pair is a copy; beyond lies nothing to see.</summary>
    static double Farthest(ProbabilityCurve curve) => Math.Max(0.1, Math.Ceiling((curve.FarthestAt(0.01) ?? 0) * 10) / 10);

    static string Dot(double x, double y, double radius, string title) => string.Create(
        CultureInfo.InvariantCulture, $"<circle cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"{radius:0.#}\"><title>{title}</title></circle>");

    static string Path(IEnumerable<(double X, double Y)> points) => "M" + string.Join(
        'L', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{X(point.X):0.#} {Y(point.Y):0.#}")));

    static double X(double share) => Margin + (share * Edge);

    static double Y(double share) => Margin + Edge - (share * Edge);
}
