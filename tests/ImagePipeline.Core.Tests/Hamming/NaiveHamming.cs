using ImagePipeline.Core.Hamming;
using ImagePipeline.Core.Hashing;

namespace ImagePipeline.Core.Tests.Hamming;

/// <summary>The searches as they are defined: compare with everything.</summary>
static class NaiveHamming
{
    public static List<Match> Within(Hash256[] hashes, Hash256 query, int radius) =>
        [.. hashes.Select((hash, i) => new Match(i, hash.DistanceTo(query))).Where(match => match.Distance <= radius)];

    public static List<HammingPair> Pairs(Hash256[] hashes, int radius)
    {
        var pairs = new List<HammingPair>();
        for (var a = 0; a < hashes.Length; a++)
        {
            for (var b = a + 1; b < hashes.Length; b++)
            {
                var distance = hashes[a].DistanceTo(hashes[b]);
                if (distance <= radius)
                {
                    pairs.Add(new(a, b, distance));
                }
            }
        }

        return pairs;
    }
}
