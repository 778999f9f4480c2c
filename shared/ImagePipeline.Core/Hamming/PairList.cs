namespace ImagePipeline.Core.Hamming;

/// <summary>The pairs that several threads found, up to a bound.</summary>
sealed class PairList(int maximum)
{
    readonly Lock _lock = new();

    /// <summary>What was added, in the order of arrival.</summary>
    public List<HammingPair> Pairs { get; } = [];

    /// <summary>Adds pairs and clears the list they came in.</summary>
    /// <returns>False if the bound is exceeded: the search should stop.</returns>
    public bool Take(List<HammingPair> some)
    {
        lock (_lock)
        {
            if (Pairs.Count <= maximum)
            {
                Pairs.AddRange(some);
            }

            some.Clear();
            return Pairs.Count <= maximum;
        }
    }

    /// <summary>Throws if there are more pairs than allowed.</summary>
    /// <exception cref="InvalidOperationException">The bound is exceeded.</exception>
    public static void CheckBound(long pairs, int maximum)
    {
        if (pairs > maximum)
        {
            throw new InvalidOperationException(
                $"More than {maximum} pairs lie within the radius; choose a smaller radius or thin the collection.");
        }
    }
}
