namespace ImagePipeline.Imaging.Samples;

/// <summary>
/// One axis of a resize: for each new sample, the run of old samples it is made of and their weights (which sum to 1).
/// Shrinking weighs by overlap, that is, the exact area mean; enlarging weighs the two nearest linearly.
/// </summary>
sealed class Taps(int[] first, float[][] weights)
{
    public static Taps For(int from, int to)
    {
        var (first, weights) = (new int[to], new float[to][]);
        var ratio = (double)from / to;
        for (var i = 0; i < to; i++)
        {
            (first[i], weights[i]) = ratio >= 1
                ? Overlap(i * ratio, (i + 1) * ratio, from)
                : Linear(((i + 0.5) * ratio) - 0.5, from);
        }

        return new Taps(first, weights);
    }

    /// <summary>Filters <paramref name="lanes"/> neighbouring signals at once.</summary>
    /// <param name="source">Old samples; sample i of lane k is at i * stride + k.</param>
    /// <param name="target">Receives the new samples in the same layout.</param>
    /// <param name="stride">Distance between samples of a lane.</param>
    /// <param name="lanes">Number of signals, at most the stride.</param>
    public void Apply(ReadOnlySpan<float> source, Span<float> target, int stride, int lanes)
    {
        for (var i = 0; i < first.Length; i++)
        {
            var row = target.Slice(i * stride, lanes);
            row.Clear();
            for (var tap = 0; tap < weights[i].Length; tap++)
            {
                var (start, weight) = ((first[i] + tap) * stride, weights[i][tap]);
                for (var lane = 0; lane < lanes; lane++)
                {
                    row[lane] += weight * source[start + lane];
                }
            }
        }
    }

    static (int First, float[] Weights) Overlap(double low, double high, int count)
    {
        var start = (int)low;
        var end = Math.Clamp((int)Math.Ceiling(high - 1e-9), start + 1, count);
        var weights = new float[end - start];
        for (var i = start; i < end; i++)
        {
            weights[i - start] = (float)((Math.Min(high, i + 1) - Math.Max(low, i)) / (high - low));
        }

        return (start, weights);
    }

    static (int First, float[] Weights) Linear(double at, int count)
    {
        var clamped = Math.Clamp(at, 0, count - 1);
        var start = Math.Min((int)clamped, Math.Max(0, count - 2));
        var part = (float)(clamped - start);
        return count == 1 ? (0, [1f]) : (start, [1f - part, part]);
    }
}
