namespace ImagePipeline.Imaging.Samples;

/// <summary>An sRGB colour, each channel 0 to 255.</summary>
public readonly record struct RgbColour(byte Red, byte Green, byte Blue)
{
    /// <summary>White.</summary>
    public static RgbColour White => new(255, 255, 255);

    /// <summary>Black.</summary>
    public static RgbColour Black => default;

    internal void CopyTo(Span<byte> pixel) => (pixel[0], pixel[1], pixel[2]) = (Red, Green, Blue);
}
