namespace ImagePipeline.Imaging;

/// <summary>What the header of a picture says.</summary>
/// <param name="Format">Format of the bytes, whatever the name: jpeg, png, webp, gif, tiff or avif.</param>
/// <param name="WidthPx">Width in pixels as displayed, orientation applied.</param>
/// <param name="HeightPx">Height in pixels as displayed, orientation applied.</param>
/// <param name="Orientation">EXIF orientation, 1 to 8; 1 where there is none.</param>
/// <param name="Frames">Frames or pages; 1 for a still picture.</param>
/// <param name="HasAlpha">Whether the picture carries transparency.</param>
/// <param name="IsHeldWhole">Whether decoding holds the whole picture in memory.</param>
/// <param name="TakenAt">When it was taken by the camera's clock, which knows no time zone; null where EXIF does not say.</param>
public sealed record ImageHeader(
    string Format, int WidthPx, int HeightPx, int Orientation, int Frames, bool HasAlpha, bool IsHeldWhole, DateTime? TakenAt);

/// <summary>The header of a picture, or why there is none.</summary>
/// <param name="Header">The header, or null.</param>
/// <param name="Rejection">The reason where <paramref name="Header"/> is null.</param>
public readonly record struct ProbeResult(ImageHeader? Header, Rejection Rejection);
