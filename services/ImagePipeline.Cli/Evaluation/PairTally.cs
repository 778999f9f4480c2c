using ImagePipeline.Core.Calibration;

namespace ImagePipeline.Cli.Evaluation;

/// <summary>Counts every pair that a trial compares by one model: copies with their original, and with every other picture.</summary>
/// <remarks>Copies of one original may be counted at the same time as those of another; 12 kB an original.</remarks>
/// <param name="originals">Pictures that copies are made of.</param>
sealed class PairTally(int originals)
{
    /// <summary>Counted to a thousandth; what is farther than 1 is all the same, for no pair there is near.</summary>
    const int Steps = 1000;

    readonly Counts?[] _ofOriginal = new Counts?[originals];

    sealed class Counts
    {
        public int[] Copies { get; } = new int[Steps + 1];

        public int[] Others { get; } = new int[Steps + 1];

        /// <summary>Others that are originals of the other half.</summary>
        public int[] Across { get; } = new int[Steps + 1];
    }

    /// <summary>The numbers of the halves.</summary>
    public static IEnumerable<int> Halves => [0, 1];

    /// <summary>Counts a pair.</summary>
    /// <param name="own">Number of the copy's original.</param>
    /// <param name="reference">Number of the picture that it is compared with; the originals come first.</param>
    /// <param name="distance">Their distance.</param>
    public void Add(int own, int reference, float distance)
    {
        var counts = _ofOriginal[own] ??= new Counts();
        var step = distance < 1 ? Math.Max(0, (int)(distance * Steps)) : Steps;
        var kind = reference == own ? counts.Copies
            : reference < originals && Half(reference) != Half(own) ? counts.Across
            : counts.Others;
        kind[step]++;
    }

    /// <summary>All pairs, by distance.</summary>
    public PairCount[] All() => Sum(_ => true, counts => counts.Others.Zip(counts.Across, (other, across) => other + across));

    /// <summary>The pairs of every second original, without those with originals of the other half: so nothing of a pair in one half is in
    /// the other, distractors aside.</summary>
    public PairCount[] OfHalf(int half) => Sum(own => Half(own) == half, counts => counts.Others);

    static int Half(int original) => original % 2;

    PairCount[] Sum(Func<int, bool> isWanted, Func<Counts, IEnumerable<int>> others)
    {
        var (copies, rest) = (new double[Steps + 1], new double[Steps + 1]);
        foreach (var counts in _ofOriginal.Where((counts, own) => counts is not null && isWanted(own)))
        {
            var at = 0;
            foreach (var other in others(counts!))
            {
                copies[at] += counts!.Copies[at];
                rest[at++] += other;
            }
        }

        // At the near end of its step, so that what is said of a distance holds for all that is nearer.
        return [.. copies.Select((copy, at) => new PairCount((double)at / Steps, copy, rest[at]))];
    }
}
