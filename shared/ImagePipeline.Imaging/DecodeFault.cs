namespace ImagePipeline.Imaging;

/// <summary>Sorts what a decoder complained about. That it failed is decided by its return code; the words only choose between two
/// reasons, and go into the detail.</summary>
static class DecodeFault
{
    static readonly string[] Endings =
    [
        "premature end", "unexpected end", "truncated", "end of stream", "out of data", "not enough data", "read error", "eof",
        "insufficient data", "end of file", "incomplete",
    ];

    /// <summary>The rejection for a decoder's message.</summary>
    public static Rejection Classify(string message) => new(
        Endings.Any(ending => message.Contains(ending, StringComparison.OrdinalIgnoreCase))
            ? RejectionReason.Truncated
            : RejectionReason.Corrupt,
        message);
}
