namespace ImagePipeline.Imaging.Vips;

/// <summary>
/// An operation of libvips refused its input. Never leaves this project: decoders turn it into a rejection.
/// </summary>
sealed class VipsException(string message) : Exception(message)
{
    /// <summary>Whether the pixels are of a kind that nothing here turns into colours, rather than broken.</summary>
    public bool IsUnsupported { get; init; }
}
