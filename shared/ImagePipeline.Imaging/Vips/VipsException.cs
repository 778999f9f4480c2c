namespace ImagePipeline.Imaging.Vips;

/// <summary>An operation of libvips refused its input. Never leaves this project: decoders turn it into a rejection.</summary>
sealed class VipsException(string message) : Exception(message);
