namespace ImagePipeline.Core.Calibration;

/// <summary>The probability that a pair at a distance is a copy: knots, straight lines between them, and level before the first and after
/// the last.</summary>
public sealed class ProbabilityCurve
{
    readonly double[] _distances;
    readonly double[] _probabilities;

    /// <summary>Makes a curve.</summary>
    /// <param name="distances">Distances of the knots, ascending.</param>
    /// <param name="probabilities">As many probabilities, 0 to below 1, none above the one before it.</param>
    /// <exception cref="ArgumentException">They are not that; the message says which.</exception>
    public ProbabilityCurve(IEnumerable<double> distances, IEnumerable<double> probabilities)
    {
        (_distances, _probabilities) = ([.. distances], [.. probabilities]);
        if (Fault(_distances, _probabilities) is { } fault)
        {
            throw new ArgumentException(fault, nameof(distances));
        }
    }

    /// <summary>Distances of the knots, ascending.</summary>
    public IReadOnlyList<double> Distances => _distances;

    /// <summary>Probabilities at the knots, descending or level.</summary>
    public IReadOnlyList<double> Probabilities => _probabilities;

    /// <summary>The most that the curve ever says, below 1.</summary>
    public double Highest => _probabilities[0];

    /// <summary>What is wrong with knots; null where nothing is.</summary>
    public static string? Fault(IReadOnlyList<double> distances, IReadOnlyList<double> probabilities)
    {
        if (distances.Count == 0 || distances.Count != probabilities.Count)
        {
            return $"{distances.Count} distances and {probabilities.Count} probabilities: there must be as many of each, and at least one";
        }

        for (var at = 0; at < distances.Count; at++)
        {
            if (!double.IsFinite(distances[at]) || (at > 0 && distances[at] <= distances[at - 1]))
            {
                return FormattableString.Invariant($"distance {at} is {distances[at]}: they must ascend");
            }

            if (!(probabilities[at] >= 0 && probabilities[at] < 1))
            {
                return FormattableString.Invariant(
                    $"probability {at} is {probabilities[at]}: it must be at least 0 and below 1, for nothing is certain");
            }

            if (at > 0 && probabilities[at] > probabilities[at - 1])
            {
                return FormattableString.Invariant(
                    $"probability {at} is {probabilities[at]}, above the one before it: what is farther is never likelier");
            }
        }

        return null;
    }

    /// <summary>The probability at a distance; 0 where the distance is not a number, as of a vector without direction.</summary>
    public double At(double distance)
    {
        if (double.IsNaN(distance))
        {
            return 0;
        }

        var next = Array.BinarySearch(_distances, distance);
        if (next >= 0)
        {
            return _probabilities[next];
        }

        next = ~next;
        return next == 0 ? _probabilities[0]
            : next == _distances.Length ? _probabilities[^1]
            : Between(distance, _distances[next - 1], _distances[next], _probabilities[next - 1], _probabilities[next]);
    }

    /// <summary>The farthest distance, no farther than the last knot, at which the probability is still so high; null where it never is.</summary>
    public double? FarthestAt(double probability)
    {
        if (!(probability <= Highest))
        {
            return null;
        }

        var last = _probabilities.Length - 1;
        while (_probabilities[last] < probability)
        {
            last--;
        }

        return last == _probabilities.Length - 1
            ? _distances[last]
            : Between(probability, _probabilities[last], _probabilities[last + 1], _distances[last], _distances[last + 1]);
    }

    static double Between(double x, double x0, double x1, double y0, double y1) => y0 + ((x - x0) / (x1 - x0) * (y1 - y0));
}
