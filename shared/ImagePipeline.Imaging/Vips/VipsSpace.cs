namespace ImagePipeline.Imaging.Vips;

/// <summary>
/// What the bands of a libvips image mean (VipsInterpretation); only the values that are compared with.
/// </summary>
enum VipsSpace
{
    Grey = 1,
    Cmyk = 15,
    Rgb = 17,
    Srgb = 22,
    Rgb16 = 25,
    Grey16 = 26,
}

/// <summary>The number type of a band (VipsBandFormat); only the values that are compared with.</summary>
enum VipsFormat
{
    Byte = 0,
    UShort = 2,
}

/// <summary>Takes one strip of pixels; may change it, must not keep it.</summary>
delegate void StripReader(Span<byte> pixels);
