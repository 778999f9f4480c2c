namespace ImagePipeline.Core.Duplicates;

/// <summary>Radii, in bits of 256, that decide over copies wherever pictures are compared.</summary>
public static class CopyRules
{
    /// <summary>Pictures of one size within it may show the same pixels: what another decoder may change in a PDQ hash.</summary>
    public const int SamePixelsRadiusBits = 10;

    /// <summary>A PDQ distance within it confirms a copy that the vectors suggest. Measured in models/gist/README.md.</summary>
    public const int ConfirmRadiusBits = 54;
}
