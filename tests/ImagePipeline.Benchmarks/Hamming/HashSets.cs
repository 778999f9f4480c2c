using ImagePipeline.Core.Hashing;

namespace ImagePipeline.Benchmarks.Hamming;

/// <summary>Collections of hashes to time searches on, the same in every run.</summary>
static class HashSets
{
    /// <summary>Random hashes, of which every tenth is an earlier one with up to 40 bits flipped.</summary>
    public static Hash256[] WithNearCopies(int count, int seed)
    {
        var random = new Random(seed);
        var hashes = new Hash256[count];
        for (var i = 0; i < count; i++)
        {
            hashes[i] = i % 10 == 9
                ? Flip(hashes[random.Next(i)], random.Next(41), random)
                : new(Word(random), Word(random), Word(random), Word(random));
        }

        return hashes;
    }

    static ulong Word(Random random) => (ulong)random.NextInt64(long.MinValue, long.MaxValue);

    static Hash256 Flip(Hash256 hash, int bits, Random random)
    {
        Span<ulong> words = [hash.W0, hash.W1, hash.W2, hash.W3];
        for (var i = 0; i < bits; i++)
        {
            var position = random.Next(256);
            words[position >> 6] ^= 1UL << (position & 63);
        }

        return new(words[0], words[1], words[2], words[3]);
    }
}
