namespace ImagePipeline.Core.Hashing;

/// <summary>
/// The window of one box pass of PDQ over one axis: output o is the mean of inputs o - Behind + 1 to o + Ahead, cut
/// off at the ends. Source: ThreatExchange, pdq/cpp/downscaling/downscaling.cpp, box1DFloat and
/// computeJaroszFilterWindowSize.
/// </summary>
/// <param name="Length">Number of inputs along the axis, at least 1.</param>
/// <param name="Size">Number of inputs in a full window.</param>
readonly record struct BoxWindow(int Length, int Size)
{
    /// <summary>Half of the length / 64 that one of 64 cells covers, rounded up: two passes add up to a cell.</summary>
    public static BoxWindow For(int length) => new(length, (length + 127) / 128);

    /// <summary>How far ahead of its output an input is added.</summary>
    public int Ahead => ((Size + 2) / 2) - 1;

    /// <summary>How far behind its output an input is taken out again.</summary>
    public int Behind => Size - Ahead;

    /// <summary>Number of inputs in the window of one output, from 1 to <see cref="Size"/>.</summary>
    public int CountAt(int output) => Math.Min(Length - 1, output + Ahead) - Math.Max(-1, output - Behind);

    /// <summary>The output that stands for one of 64 cells: the one at its centre, rounded down.</summary>
    public int CentreOf(int cell) => (int)((cell + 0.5) * Length / 64);
}
