using ImagePipeline.Core.Hashing;

namespace ImagePipeline.Core.Tests.Hamming;

/// <summary>Hashes for tests, the same in every run.</summary>
static class RandomHashes
{
    public static Hash256[] Make(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => One(random))];
    }

    /// <summary>Random hashes of which a third are earlier ones with 0 to 40 bits flipped.</summary>
    public static Hash256[] WithNearCopies(int count, int seed)
    {
        var random = new Random(seed);
        var hashes = new Hash256[count];
        for (var i = 0; i < count; i++)
        {
            hashes[i] = i > 0 && random.Next(3) == 0
                ? Flip(hashes[random.Next(i)], random.Next(41), random)
                : One(random);
        }

        return hashes;
    }

    public static Hash256 One(Random random) => new((ulong)random.NextInt64(long.MinValue, long.MaxValue),
        (ulong)random.NextInt64(long.MinValue, long.MaxValue), (ulong)random.NextInt64(long.MinValue, long.MaxValue),
        (ulong)random.NextInt64(long.MinValue, long.MaxValue));

    /// <summary>Flips exactly so many different bits.</summary>
    public static Hash256 Flip(Hash256 hash, int bits, Random random)
    {
        Span<ulong> words = [hash.W0, hash.W1, hash.W2, hash.W3];
        var positions = Enumerable.Range(0, 256).ToArray();
        random.Shuffle(positions);
        foreach (var position in positions.Take(bits))
        {
            words[position >> 6] ^= 1UL << (position & 63);
        }

        return new(words[0], words[1], words[2], words[3]);
    }
}
