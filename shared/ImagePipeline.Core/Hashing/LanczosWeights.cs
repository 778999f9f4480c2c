using System.Collections.Concurrent;

namespace ImagePipeline.Core.Hashing;

/// <summary>
/// The integer weights with which Pillow resamples one axis of an 8-bit image by its LANCZOS filter: for each output, a
/// run of inputs and a weight for each, in units of 2^-22.
/// </summary>
/// <remarks>Source: Pillow, src/libImaging/Resample.c, precompute_coeffs and normalize_coeffs_8bpc, in double precision
/// and in its order of operations.</remarks>
sealed class LanczosWeights
{
    /// <summary>Fraction bits of a weight.</summary>
    public const int FractionBits = 22;

    /// <summary>Half of a unit, which every sum starts with, so that the shift rounds.</summary>
    public const int Half = 1 << (FractionBits - 1);

    /// <summary>A weight is High * 2^11 + Low: both fit 16 bits, which multiply faster.</summary>
    public const int LowBits = 11;

    /// <summary>Split weights come in whole groups of this many, the last one filled up with zeros.</summary>
    public const int Group = 32;

    const double Support = 3;
    const int LargestRemembered = ImageHasher.FitPx;

    // Pure values, so sharing them is not observable. At most 3 targets times 512 lengths, 7 kB each on average.
    static readonly ConcurrentDictionary<(int From, int To), LanczosWeights> Remembered = new();

    LanczosWeights(int from, int to)
    {
        Outputs = to;
        var scale = (double)from / to;
        var filterScale = Math.Max(scale, 1);
        var support = Support * filterScale;
        Capacity = ((((int)Math.Ceiling(support) * 2) + 1 + Group - 1) / Group) * Group;
        Start = new int[to];
        Count = new int[to];
        High = new short[to * Capacity];
        Low = new short[to * Capacity];
        var raw = new double[Capacity];
        for (var output = 0; output < to; output++)
        {
            var centre = (output + 0.5) * scale;
            Start[output] = Math.Max(0, (int)(centre - support + 0.5));
            Count[output] = Math.Min(from, (int)(centre + support + 0.5)) - Start[output];
            var total = 0.0;
            for (var i = 0; i < Count[output]; i++)
            {
                raw[i] = Lanczos((i + Start[output] - centre + 0.5) * (1.0 / filterScale));
                total += raw[i];
            }

            for (var i = 0; i < Count[output]; i++)
            {
                var scaled = (total != 0 ? raw[i] / total : raw[i]) * (1 << FractionBits);
                var weight = (int)(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
                High[(output * Capacity) + i] = (short)(weight >> LowBits);
                Low[(output * Capacity) + i] = (short)(weight & ((1 << LowBits) - 1));
            }
        }
    }

    /// <summary>Number of outputs.</summary>
    public int Outputs { get; }

    /// <summary>Places kept for the weights of one output; a multiple of <see cref="Group"/>.</summary>
    public int Capacity { get; }

    /// <summary>First input of each output.</summary>
    public int[] Start { get; }

    /// <summary>Number of inputs of each output.</summary>
    public int[] Count { get; }

    /// <summary>Upper parts of the weights, outputs x <see cref="Capacity"/>, zero beyond the count.</summary>
    public short[] High { get; }

    /// <summary>Lower parts of the weights, 0 to 2047, laid out alike.</summary>
    public short[] Low { get; }

    /// <summary>The weights from one length to another, remembered for the lengths that the product
    /// resamples.</summary>
    public static LanczosWeights For(int from, int to) => from > LargestRemembered
        ? new(from, to)
        : Remembered.GetOrAdd((from, to), static key => new(key.From, key.To));

    static double Lanczos(double x) => x is >= -Support and < Support ? Sinc(x) * Sinc(x / Support) : 0;

    static double Sinc(double x) => x == 0 ? 1 : Math.Sin(x * Math.PI) / (x * Math.PI);
}
