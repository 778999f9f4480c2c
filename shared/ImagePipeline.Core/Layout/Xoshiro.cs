using System.Numerics;

namespace ImagePipeline.Core.Layout;

/// <summary>Random numbers at some nanoseconds each: xoshiro256** (Blackman and Vigna, ACM TOMS 2021), seeded by SplitMix64.</summary>
struct Xoshiro
{
    ulong _a, _b, _c, _d;

    public Xoshiro(ulong seed) => (_a, _b, _c, _d) = (Mix(ref seed), Mix(ref seed), Mix(ref seed), Mix(ref seed));

    /// <summary>A number from 0 to below the bound, each as likely to within bound / 2^32.</summary>
    public int Below(int bound)
    {
        var result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        var shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = BitOperations.RotateLeft(_d, 45);
        return (int)((result >> 32) * (ulong)bound >> 32);
    }

    static ulong Mix(ref ulong state)
    {
        var x = state += 0x9E3779B97F4A7C15;
        x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9;
        x = (x ^ x >> 27) * 0x94D049BB133111EB;
        return x ^ x >> 31;
    }
}
