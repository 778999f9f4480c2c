namespace ImagePipeline.Core.Calibration;

/// <summary>Least-squares fit of a sequence that never grows: isotonic regression by pooling adjacent violators.</summary>
/// <remarks>
/// Barlow, Bartholomew, Bremner and Brunk (1972), "Statistical Inference under Order Restrictions": neighbours in the wrong order are replaced by
/// their weighted mean until none is left. As a calibration: Zadrozny and Elkan (2002), "Transforming classifier scores into accurate
/// multiclass probability estimates". O(n).
/// </remarks>
public static class IsotonicRegression
{
    /// <summary>Fits.</summary>
    /// <param name="values">The sequence.</param>
    /// <param name="weights">One per value, above 0.</param>
    /// <param name="fitted">Receives as many values: runs of equal ones are the pools.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a weight is not above 0.</exception>
    public static void FitDecreasing(ReadOnlySpan<double> values, ReadOnlySpan<double> weights, Span<double> fitted)
    {
        if (weights.Length != values.Length || fitted.Length != values.Length)
        {
            throw new ArgumentException($"{weights.Length} weights and {fitted.Length} places for {values.Length} values.", nameof(weights));
        }

        var pools = new List<(double Mean, double Weight, int Length)>();
        for (var at = 0; at < values.Length; at++)
        {
            if (!(weights[at] > 0))
            {
                throw new ArgumentException($"Weight {at} is {weights[at]}, not above 0.", nameof(weights));
            }

            var pool = (Mean: values[at], Weight: weights[at], Length: 1);
            while (pools.Count > 0 && pools[^1].Mean <= pool.Mean)
            {
                var (mean, weight, length) = pools[^1];
                pools.RemoveAt(pools.Count - 1);
                var sum = weight + pool.Weight;
                pool = (((mean * weight) + (pool.Mean * pool.Weight)) / sum, sum, length + pool.Length);
            }

            pools.Add(pool);
        }

        var next = 0;
        foreach (var (mean, _, length) in pools)
        {
            fitted.Slice(next, length).Fill(mean);
            next += length;
        }
    }
}
